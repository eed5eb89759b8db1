import type { Call, Person } from '../channel.ts';
import { textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { ZaloAccount } from './account.ts';
import { dataOf } from './errors.ts';
import { entryOf } from './send.ts';

/** Who somebody is at Zalo; what is asked for stands as JSON in the address there. */
export async function person(csid: string, account: ZaloAccount, call: Call): Promise<Person> {
  const data = encodeURIComponent(JSON.stringify({ user_id: csid }));
  const url = `${base(account.apiBase)}/v3.0/oa/user/detail?data=${data}`;
  const told = dataOf(await call({ method: 'GET', url, headers: entryOf(account) }), account);
  return { name: textOf(told.display_name) };
}
