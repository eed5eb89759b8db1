import { asked, type CheckTools, type Finding, isWrong, well } from '../check.ts';
import type { FcmAccount, WebPushAccount } from './account.ts';
import { renew, validate } from './fcm.ts';
import { vapidKeys } from './vapid.ts';
import { assertVapid } from './web-push.ts';

/** Signs as for a push service. There is none to ask: which one it is, each browser says when it subscribes. */
export async function checkWebPush(account: WebPushAccount): Promise<Finding[]> {
  return asked({ subject: 'subject' }, async () => {
    assertVapid(account);
    const { publicKey } = vapidKeys(account.vapidPrivateKey);
    return well(`The keys sign. Push services know you by the public key ${publicKey}.`);
  });
}

/** Has an access token made of the key, and a notification looked at that goes to nobody. */
export async function checkFcm(account: FcmAccount, { call }: CheckTools): Promise<Finding[]> {
  const key = 'serviceAccountKey';
  let accessToken = '';
  // Google is asked where the file of the key says.
  const entry = await asked({ credentials: key, address: key, subject: key }, async () => {
    ({ accessToken } = await renew('', account, call));
    return well('Google takes the key of the service account.');
  });
  if (isWrong(entry)) return entry;
  const blame = { credentials: key, address: 'apiBase', subject: key };
  return [
    ...entry,
    ...(await asked(blame, async () => {
      const project = await validate({ ...account, accessToken }, call);
      return well(`The service account may send to the apps of the project ${project}.`);
    })),
  ];
}
