import { type Queryable, statement } from './database.ts';

const findStatement = statement(
  'devices.find',
  'select address from device where business_id = $1 and contact_id = $2',
);

/** What the device of a contact is reached by; undefined when it is not. */
export async function find(
  db: Queryable,
  businessId: number,
  contactId: string,
): Promise<string | undefined> {
  const [row] = await db.run<{ address: string }>(findStatement, [businessId, contactId]);
  return row?.address;
}

const putStatement = statement(
  'devices.put',
  `insert into device as d (business_id, contact_id, address) values ($1, $2, $3)
   on conflict (business_id, contact_id) do update set address = excluded.address, told_at = now()
     where d.address <> excluded.address
   returning 1 as put`,
);

/** Notes what a device is reached by. False when it was known. */
export async function put(
  tx: Queryable,
  businessId: number,
  contactId: string,
  address: string,
): Promise<boolean> {
  return (await tx.run(putStatement, [businessId, contactId, address])).length > 0;
}

const forgetStatement = statement(
  'devices.forget',
  `delete from device where business_id = $1 and contact_id = $2 and address = coalesce($3, address) returning 1 as gone`,
);

/** The device is reached by this no more; by nothing, when no address is given. False when it was not known. */
export async function forget(
  tx: Queryable,
  businessId: number,
  contactId: string,
  address?: string,
): Promise<boolean> {
  return (await tx.run(forgetStatement, [businessId, contactId, address ?? null])).length > 0;
}
