import { asked, type CheckTools, type Finding, well } from '../check.ts';
import { textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { ZaloAccount } from './account.ts';
import { dataOf } from './errors.ts';
import { entryOf } from './send.ts';

/** Asks Zalo whose access token it is. */
export async function check(account: ZaloAccount, { call }: CheckTools): Promise<Finding[]> {
  return asked({ credentials: 'accessToken', address: 'apiBase' }, async () => {
    const url = `${base(account.apiBase)}/v2.0/oa/getoa`;
    const answer = await call({ method: 'GET', url, headers: entryOf(account) });
    const { name, oa_id } = dataOf(answer, account);
    return well(`The access token is of the official account ${textOf(name) ?? textOf(oa_id) ?? '?'}.`);
  });
}
