import { asked, type CheckTools, type Finding, well, wrong } from '../check.ts';
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
    const told = dataOf(answer, account);
    const [name, id] = [textOf(told.name), textOf(told.oa_id)];
    if (id !== account.oaId)
      return wrong(`The access token is of ${name ?? 'an account'}, whose OA ID is ${id ?? 'not told'}.`, {
        field: 'oaId',
        class: 'CONFIG',
        cure: 'Correct the OA ID, or enter tokens of the official account that it belongs to.',
      });
    return well(`The access token is of the official account ${name ?? id}.`);
  });
}
