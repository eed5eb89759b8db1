import type { Call, Renewed } from '../channel.ts';
import { renewedIn } from '../renewal.ts';
import { base } from '../settings.ts';
import type { ZaloAccount } from './account.ts';

/** The access token of Zalo lives for 25 hours unless it says otherwise, s. */
const lifeS = 25 * 3600;

/** Uses the refresh token: Zalo answers with the next one, and takes this one no more (channels.md 9.2). */
export async function renew(refreshToken: string, account: ZaloAccount, call: Call): Promise<Renewed> {
  const { authBase, appId, appSecret } = account;
  const answer = await call({
    method: 'POST',
    url: `${base(authBase)}/v4/oa/access_token`,
    headers: { secret_key: appSecret },
    body: new URLSearchParams({ app_id: appId, grant_type: 'refresh_token', refresh_token: refreshToken }),
  });
  const secrets = [appSecret, refreshToken];
  return renewedIn(answer, { name: 'Zalo', lifeS, secrets, refusesWith200: true });
}
