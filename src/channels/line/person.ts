import type { Call, Person } from '../channel.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { LineAccount } from './account.ts';
import { refusalOf } from './send.ts';

/**
 * Who somebody is at LINE. Its language is told of people who have agreed to LINE's privacy policy; of who has blocked the
 * account nothing is (404).
 */
export async function person(csid: string, account: LineAccount, call: Call): Promise<Person> {
  const answer = await call({
    method: 'GET',
    url: `${base(account.apiBase)}/v2/bot/profile/${encodeURIComponent(csid)}`,
    headers: { authorization: `Bearer ${account.accessToken}` },
  });
  if (answer.status !== 200) throw refusalOf(answer, account);
  const { displayName, language } = objectOf(answer.json());
  return { name: textOf(displayName), lang: textOf(language) };
}
