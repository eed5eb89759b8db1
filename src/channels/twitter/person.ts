import type { Call, Person } from '../channel.ts';
import { listOf, objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { TwitterAccount } from './account.ts';
import { bearerOf, refusalOf } from './errors.ts';

/** Who somebody is at X. Events of the X Activity API mostly tell an id alone; those before it told names, too. */
export async function person(csid: string, account: TwitterAccount, call: Call): Promise<Person> {
  const url = `${base(account.apiBase)}/2/users/${encodeURIComponent(csid)}?user.fields=name%2Cusername`;
  const answer = await call({ method: 'GET', url, headers: bearerOf(account) });
  const { data, errors } = objectOf(answer.json());
  // Of whom X does not know, or no longer, it says so with status 200.
  if (answer.status !== 200 || (data === undefined && listOf(errors).length > 0))
    throw refusalOf(answer, account);
  const { name, username } = objectOf(data);
  return { name: textOf(name) ?? textOf(username) };
}
