import { byBusinessAndId } from './contacts.ts';
import { type Queryable, statement } from './database.ts';

const ofStatement = statement(
  'contactAliases.of',
  `select a.business_id as "businessId", a.id as "aliasId", c.id, c.csid
   from unnest($1::int[], $2::text[]) v (business_id, id)
   join contact_alias a on a.business_id = v.business_id and a.id = v.id
   join contact c on c.business_id = a.business_id and c.id = a.contact_id`,
);

/** The contact that is really meant. */
export interface Meant {
  businessId: number;
  /** The contact id that stands for another. */
  aliasId: string;
  id: string;
  csid: string;
}

/** Which of these contact ids stand for another contact. */
export async function of(tx: Queryable, keys: { businessId: number; id: string }[]): Promise<Meant[]> {
  if (keys.length === 0) return [];
  return tx.run<Meant & Record<string, unknown>>(ofStatement, [
    keys.map((k) => k.businessId),
    keys.map((k) => k.id),
  ]);
}

// When the other address has a contact already, that one stays what it is, and who is written to at the
// first address from now on is meant by it, too.
const noteStatement = statement(
  'contactAliases.note',
  `insert into contact_alias (business_id, id, contact_id)
   select v.business_id, case when c.id is null then v.alias_id else v.contact_id end,
     case when c.id is null then v.contact_id else c.id end
   from unnest($1::int[], $2::text[], $3::text[]) v (business_id, contact_id, alias_id)
   left join contact c on c.business_id = v.business_id and c.id = v.alias_id
   on conflict do nothing`,
);

/** Notes that a provider calls a contact by another address; what is known already stays. */
export async function note(
  tx: Queryable,
  rows: { businessId: number; id: string; aliasId: string }[],
): Promise<void> {
  if (rows.length === 0) return;
  const sorted = [...rows].sort(byBusinessAndId);
  await tx.run(noteStatement, [
    sorted.map((r) => r.businessId),
    sorted.map((r) => r.id),
    sorted.map((r) => r.aliasId),
  ]);
}
