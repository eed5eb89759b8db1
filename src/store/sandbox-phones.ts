import type { FailureClass } from '../model/failure.ts';
import { type Queryable, statement } from './database.ts';

/** What the phone of a customer of a sandbox does. */
export interface Switches {
  /** `auto`: receipts come as the sandbox does it; `manual`: only when somebody sends them. */
  receipts: 'auto' | 'manual';
  /** Each message to it fails like this. */
  fail?: FailureClass;
}

const findStatement = statement(
  'sandboxPhones.find',
  'select receipts, fail from sandbox_phone where business_id = $1 and channel_id = $2 and csid = $3',
);

/** What a phone does; undefined where nobody chose anything. */
export async function find(
  db: Queryable,
  businessId: number,
  channelId: string,
  csid: string,
): Promise<Switches | undefined> {
  const [row] = await db.run<{ receipts: 'auto' | 'manual'; fail: FailureClass | null }>(findStatement, [
    businessId,
    channelId,
    csid,
  ]);
  return row && { receipts: row.receipts, ...(row.fail !== null && { fail: row.fail }) };
}

const putStatement = statement(
  'sandboxPhones.put',
  `insert into sandbox_phone (business_id, channel_id, csid, receipts, fail) values ($1, $2, $3, $4, $5)
   on conflict (business_id, channel_id, csid) do update set receipts = excluded.receipts, fail = excluded.fail`,
);

/** Chooses what it does. */
export async function put(
  db: Queryable,
  businessId: number,
  channelId: string,
  csid: string,
  { receipts, fail }: Switches,
): Promise<void> {
  await db.run(putStatement, [businessId, channelId, csid, receipts, fail ?? null]);
}
