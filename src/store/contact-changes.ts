import type { Contact, Profile } from '../model/contact.ts';
import { type Queryable, statement } from './database.ts';

const holdTagsStatement = statement(
  'tags.hold',
  'select id from tag where business_id = $1 and id = any($2::int[]) order by id for key share',
);

/** The highest id that a tag can have: the column is an int. */
const highestTag = 2 ** 31 - 1;

/** Which of these tags there are; they cannot be removed before the transaction ends. */
export async function holdTags(tx: Queryable, businessId: number, ids: number[]): Promise<Set<number>> {
  const possible = ids.filter((id) => id <= highestTag);
  if (possible.length === 0) return new Set();
  const rows = await tx.run<{ id: number }>(holdTagsStatement, [businessId, possible]);
  return new Set(rows.map(({ id }) => id));
}

const holdAgentStatement = statement(
  'agents.hold',
  'select code from agent where business_id = $1 and code = $2 and active for key share',
);

/** Whether there is such an agent, and active; who cannot be removed before the transaction ends. */
export async function holdAgent(tx: Queryable, businessId: number, code: string): Promise<boolean> {
  return (await tx.run(holdAgentStatement, [businessId, code])).length > 0;
}

const tellStatement = statement(
  'contacts.tell',
  `update contact c set business_profile = v.business_profile, tags = v.tags::int[]
   from unnest($2::text[], $3::jsonb[], $4::text[]) v (id, business_profile, tags)
   where c.business_id = $1 and c.id = v.id`,
);

/** Writes what the business says of these contacts, which the caller holds. */
export async function tell(
  tx: Queryable,
  businessId: number,
  rows: { id: string; businessProfile: Profile; tags: number[] }[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.run(tellStatement, [
    businessId,
    rows.map((r) => r.id),
    rows.map((r) => JSON.stringify(r.businessProfile)),
    rows.map((r) => `{${r.tags.join()}}`),
  ]);
}

const ownerStatement = statement(
  'contacts.setOwner',
  'update contact set owner_code = $3 where business_id = $1 and id = $2',
);

/** Makes an agent the owner of a contact; none when absent. */
export async function setOwner(
  tx: Queryable,
  businessId: number,
  { id, owner }: Pick<Contact, 'id' | 'owner'>,
): Promise<void> {
  await tx.run(ownerStatement, [businessId, id, owner ?? null]);
}

const consentStatement = statement(
  'setConsent',
  'update contact set opted_out = $3 where business_id = $1 and id = $2 and opted_out <> $3 returning id',
);

const refusedStatement = statement(
  'optOutRefused',
  `update contact c set opted_out = true
   from (
     select c.business_id, c.id from unnest($1::int[], $2::text[], $3::timestamptz[]) v (business_id, id, since)
     join contact c on c.business_id = v.business_id and c.id = v.id
     where not c.opted_out and (c.last_inbound_at is null or c.last_inbound_at < v.since)
     order by c.business_id, c.id for no key update of c skip locked
   ) v
   where c.business_id = v.business_id and c.id = v.id
   returning c.business_id as "businessId", c.id`,
);

/**
 * Opts out people who refused a message that was handed over `since`, epoch ms, unless they have written after that. A
 * contact that another transaction is changing is passed over: most often because its person is being heard, and else the
 * next message is refused, too; nobody waits in a ring with who holds it. Answers for whom that changed anything.
 */
export async function optOutRefused(
  tx: Queryable,
  rows: { businessId: number; id: string; since: number }[],
): Promise<{ businessId: number; id: string }[]> {
  return tx.run(refusedStatement, [
    rows.map((r) => r.businessId),
    rows.map((r) => r.id),
    rows.map((r) => r.since),
  ]);
}

/** Sets or ends an opt-out. Answers whether that changed anything. */
export async function setConsent(
  tx: Queryable,
  businessId: number,
  id: string,
  optedOut: boolean,
): Promise<boolean> {
  return (await tx.run(consentStatement, [businessId, id, optedOut])).length > 0;
}
