import { createPrivateKey, sign } from 'node:crypto';
import { type FailureClass, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { classOfStatus, safeFailure } from '../answer.ts';
import type { Call, CallResponse, Outgoing, Renewed, Sent } from '../channel.ts';
import { listOf, objectOf, parseObject, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { FcmAccount } from './account.ts';
import { largest } from './capabilities.ts';
import { addressIn, checkSize, goneFrom, type Notification, notificationOf } from './notification.ts';

/** The account with the access token that was made of its key. */
type Entered = FcmAccount & { accessToken?: string };

/** When a quota is used up and nobody says for how long, ms. */
const quotaMs = 60_000;

/** Hands a notification to Firebase Cloud Messaging, for one installation of the app (channels.md 11.2). */
export async function send(message: Outgoing, account: Entered, call: Call): Promise<Sent> {
  const token = addressIn(message);
  const shown = notificationOf(message, account);
  const said = account.androidShows ? asData(shown) : asNotification(shown);
  const { lifeSeconds } = account;
  checkSize(JSON.stringify(said), largest.fcm);
  const how = {
    android: { priority: 'HIGH', ttl: `${lifeSeconds}s` },
    apns: { ...said.apns, headers: appleHeaders(lifeSeconds, Date.now()) },
  };
  const answer = await post({ message: { token, ...said, ...how } }, account, call);
  const providerId = textOf(objectOf(answer.json()).name);
  if (providerId !== undefined) return { providerId };
  throw new SendFailure({
    class: 'OUTCOME_UNKNOWN',
    code: String(answer.status),
    text: 'Firebase took the message, it seems, but gave no id.',
  });
}

/** Devices show it by themselves while the app is away. */
function asNotification({ title, body, image, ...data }: Notification) {
  return {
    notification: present({ title, body, image }),
    data: stringsOf(data),
    apns: { payload: { aps: extended } },
  };
}

/**
 * Android hands it to the app, whatever that is doing: a message without a notification is data to it. Apple shows what
 * stands in `aps`.
 */
function asData({ title, body, image, ...data }: Notification) {
  return {
    data: { ...stringsOf(data), ...present({ title, body, image }) },
    apns: {
      payload: { aps: { alert: { title, body }, ...extended } },
      ...(image !== undefined && { fcmOptions: { image } }),
    },
  };
}

/** An extension of the app sees it before it is shown: there it can say that it was. */
const extended = { 'mutable-content': 1 };

/** FCM takes strings alone. */
function stringsOf({ choices, ...data }: Omit<Notification, 'title' | 'body' | 'image'>) {
  return { ...data, ...(choices && { choices: JSON.stringify(choices) }) };
}

/** At once, and until when Apple keeps it for a device that is off (epoch s); 0: it is tried once. */
function appleHeaders(lifeSeconds: number, now: number) {
  const until = lifeSeconds === 0 ? 0 : Math.floor(now / 1000) + lifeSeconds;
  return { 'apns-push-type': 'alert', 'apns-priority': '10', 'apns-expiration': String(until) };
}

async function post(body: object, account: Entered, call: Call): Promise<CallResponse> {
  const { project_id: project } = keyOf(account);
  const answer = await call({
    method: 'POST',
    url: `${base(account.apiBase)}/v1/projects/${encodeURIComponent(project)}/messages:send`,
    headers: { authorization: `Bearer ${account.accessToken ?? ''}` },
    body,
  });
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, account);
  return answer;
}

/** Has Firebase look at a notification that it sends to nobody. Throws `SendFailure`; answers the project. */
export async function validate(account: Entered, call: Call): Promise<string> {
  const message = { topic: 'parley-test', notification: { title: account.title, body: account.title } };
  await post({ validateOnly: true, message }, account, call);
  return keyOf(account).project_id;
}

/** What a service account's file says of it. Throws AUTH when it is none. */
function keyOf({ serviceAccountKey }: FcmAccount) {
  const file = parseObject(Buffer.from(serviceAccountKey));
  const [project_id, client_email, private_key] = [
    file?.project_id,
    file?.client_email,
    file?.private_key,
  ].map(textOf);
  const token_uri = textOf(file?.token_uri) ?? 'https://oauth2.googleapis.com/token';
  if (project_id && client_email && private_key) return { project_id, client_email, private_key, token_uri };
  throw unusable('The key of the service account is not the JSON file that Firebase gives.');
}

function unusable(text: string): SendFailure {
  return new SendFailure({ class: 'AUTH', code: 'SERVICE_ACCOUNT', text });
}

/** Makes an access token of the service account's key (RFC 7523); there is no refresh token. */
export async function renew(_: string, account: FcmAccount, call: Call): Promise<Renewed> {
  const key = keyOf(account);
  const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  const assertion = assertionOf(key, Math.floor(Date.now() / 1000));
  const body = new URLSearchParams({ grant_type: grant, assertion });
  const answer = await call({ method: 'POST', url: key.token_uri, body });
  const told = objectOf(answer.json());
  const accessToken = textOf(told.access_token);
  const seconds = Number(textOf(told.expires_in) ?? 3600);
  if (answer.status === 200 && accessToken !== undefined)
    return { accessToken, refreshToken: '', lifeMs: Math.max(60, seconds) * 1000 };
  const refused = answer.status === 400 || answer.status === 403;
  throw safeFailure(
    present({
      class: refused
        ? ('AUTH' as const)
        : answer.status === 200
          ? ('UNAVAILABLE' as const)
          : classOfStatus(answer.status),
      code: (refused ? textOf(told.error) : undefined) ?? String(answer.status),
      text: textOf(told.error_description) ?? `Google answered with status ${answer.status}.`,
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
    }),
    [key.private_key, assertion],
  );
}

function assertionOf(key: ReturnType<typeof keyOf>, iat: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const scope = 'https://www.googleapis.com/auth/firebase.messaging';
  const claims = { iss: key.client_email, scope, aud: key.token_uri, iat, exp: iat + 3600 };
  const said = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  try {
    return `${said}.${sign('sha256', Buffer.from(said), createPrivateKey(key.private_key)).toString('base64url')}`;
  } catch {
    throw unusable('The private key in the service account’s file cannot be read.');
  }
}

const classes: Readonly<Record<string, FailureClass>> = {
  SENDER_ID_MISMATCH: 'CONFIG',
  QUOTA_EXCEEDED: 'RATE_LIMITED',
  UNAVAILABLE: 'UNAVAILABLE',
  INTERNAL: 'UNAVAILABLE',
  THIRD_PARTY_AUTH_ERROR: 'CONFIG',
};

/** Why it was refused: by the code of FCM's own where there is one (channels.md 11.2), else by the status. */
function refusalOf(answer: CallResponse, account: Entered): SendFailure {
  const error = objectOf(objectOf(answer.json()).error);
  const details = listOf(error.details).map(objectOf);
  const code = details.map(({ errorCode }) => textOf(errorCode)).find((one) => one !== undefined);
  const isOurs = details.some(({ fieldViolations }) => Array.isArray(fieldViolations));
  const text = textOf(error.message) ?? `Firebase answered with status ${answer.status}.`;
  // An argument that is wrong and is no field of ours can only be the token.
  if (code === 'UNREGISTERED' || (code === 'INVALID_ARGUMENT' && !isOurs))
    return goneFrom({ code, text: 'The app was removed from the device, or its token has been replaced.' });
  const kind = (code === undefined ? undefined : classes[code]) ?? classOfStatus(answer.status);
  const wait = retryAfterMs(answer.headers['retry-after'], Date.now());
  return safeFailure(
    present({
      class: kind,
      code: code ?? textOf(error.status) ?? String(answer.status),
      text,
      retryAfterMs: wait ?? (code === 'QUOTA_EXCEEDED' ? quotaMs : undefined),
    }),
    [account.accessToken, account.serviceAccountKey, account.beaconSecret],
  );
}
