import type { Call, Renewed } from '../channel.ts';
import { renewedIn } from '../renewal.ts';
import { base } from '../settings.ts';
import type { TwitterAccount } from './account.ts';

/** An access token lives for two hours unless X says otherwise, s. */
const lifeS = 7200;

/** Uses the refresh token: X answers with the next one, and takes this one no more (OAuth 2.0, RFC 6749). */
export async function renew(refreshToken: string, account: TwitterAccount, call: Call): Promise<Renewed> {
  const { apiBase, clientId, clientSecret } = account;
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret ?? '')}`;
  const answer = await call({
    method: 'POST',
    url: `${base(apiBase)}/2/oauth2/token`,
    headers: clientSecret ? { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : {},
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      client_id: clientId,
    }),
  });
  const secrets = [clientSecret, refreshToken, account.accessToken];
  return renewedIn(answer, { name: 'X', lifeS, secrets });
}
