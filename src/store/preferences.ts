import { type Queryable, statement } from './database.ts';

const findStatement = statement(
  'preferences.find',
  'select data from agent_preference where business_id = $1 and agent_code = $2',
);

/** What an agent chose for the screen; empty for who chose nothing. */
export async function find(
  db: Queryable,
  businessId: number,
  agentCode: string,
): Promise<Record<string, unknown>> {
  const [row] = await db.run<{ data: Record<string, unknown> }>(findStatement, [businessId, agentCode]);
  return row?.data ?? {};
}

const putStatement = statement(
  'preferences.put',
  `insert into agent_preference (business_id, agent_code, data) values ($1, $2, $3)
   on conflict (business_id, agent_code) do update set data = excluded.data`,
);

/** Keeps it. */
export async function put(
  db: Queryable,
  businessId: number,
  agentCode: string,
  data: Record<string, unknown>,
): Promise<void> {
  await db.run(putStatement, [businessId, agentCode, JSON.stringify(data)]);
}
