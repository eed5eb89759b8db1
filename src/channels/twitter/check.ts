import { asked, type CheckTools, type Finding, laneFindings, well, wrong } from '../check.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { TwitterAccount } from './account.ts';
import { bearerOf, refusalOf } from './errors.ts';

/** Asks X whose access token it is. */
export async function check(account: TwitterAccount, { call, lane }: CheckTools): Promise<Finding[]> {
  return asked({ credentials: 'accessToken', address: 'apiBase' }, async () => {
    const url = `${base(account.apiBase)}/2/users/me`;
    const answer = await call({ method: 'GET', url, headers: bearerOf(account) });
    if (answer.status !== 200) throw refusalOf(answer, account);
    const data = objectOf(objectOf(answer.json()).data);
    const [id, handle] = [textOf(data.id), textOf(data.username)];
    if (id !== account.userId)
      return wrong(`The access token is of @${handle ?? '?'}, whose user ID is ${id ?? 'not told'}.`, {
        field: 'userId',
        class: 'CONFIG',
        cure: 'Correct the user ID, or enter tokens of the account that it belongs to.',
      });
    const findings = [well(`The access token is of @${handle ?? id}.`)];
    return /^\d+$/.test(lane)
      ? findings
      : [...findings, ...laneFindings(lane, handle && `@${handle}`, 'userId')];
  });
}
