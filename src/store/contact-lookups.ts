import type { Contact } from '../model/contact.ts';
import { byBusinessAndId } from './contacts.ts';
import { type Queryable, statement } from './database.ts';

/** Names a contact that the provider of a channel is to be asked about. */
export interface LookupKey {
  businessId: number;
  contactId: string;
}

/** One that this process is to ask about; `attempt` counts from 1, and tells its claim from later ones. */
export interface ClaimedLookup extends LookupKey, Pick<Contact, 'csid' | 'profile' | 'businessProfile'> {
  channelId: string;
  attempt: number;
}

const keepStatement = statement(
  'lookups.keep',
  `with asked as materialized (
     select v.business_id, v.contact_id, v.channel_id
     from unnest($1::int[], $2::text[], $3::text[]) with ordinality v (business_id, contact_id, channel_id, at)
     join channel h on h.business_id = v.business_id and h.id = v.channel_id
     order by v.at for key share of h
   )
   insert into contact_lookup (business_id, contact_id, channel_id) select * from asked
   on conflict do nothing returning 1`,
);

/**
 * Notes contacts that are to be asked about, in the transaction that causes it and holds them. Those of whom the provider
 * told no name before are left alone, and those of a channel that is being removed. Answers how many are new.
 */
export async function keep(tx: Queryable, rows: (LookupKey & { channelId: string })[]): Promise<number> {
  const sorted = rows
    .map(({ contactId: id, ...row }) => ({ ...row, id }))
    .sort((a, b) => byBusinessAndId(a, b));
  const kept = await tx.run(keepStatement, [
    sorted.map((r) => r.businessId),
    sorted.map((r) => r.id),
    sorted.map((r) => r.channelId),
  ]);
  return kept.length;
}

const claimStatement = statement(
  'lookups.claim',
  `with due as materialized (
     select l.business_id, l.contact_id from contact_lookup l
     join channel h on h.business_id = l.business_id and h.id = l.channel_id and h.enabled and h.attention is null
       and (h.paused_until is null or h.paused_until <= now())
     where l.due_at <= now() and not exists (
       select 1 from unnest($3::int[], $4::text[]) b (business_id, channel_id)
       where b.business_id = l.business_id and b.channel_id = l.channel_id)
     order by l.due_at limit $1 for update of l skip locked
   )
   update contact_lookup l set due_at = now() + $2 * interval '1 ms', attempt = l.attempt + 1
   from due d join contact c on c.business_id = d.business_id and c.id = d.contact_id
   where l.business_id = d.business_id and l.contact_id = d.contact_id
   returning l.business_id as "businessId", l.contact_id as "contactId", l.channel_id as "channelId", l.attempt,
     c.csid, c.profile, c.business_profile as "businessProfile"`,
);

/** Takes up to `limit` that are due, for `leaseMs`; none of channels that are `busy`, or that send nothing now. */
export async function claim(
  db: Queryable,
  how: { limit: number; leaseMs: number; busy: { businessId: number; channelId: string }[] },
): Promise<ClaimedLookup[]> {
  const { limit, leaseMs, busy } = how;
  return db.run<ClaimedLookup & Record<string, unknown>>(claimStatement, [
    limit,
    leaseMs,
    busy.map((b) => b.businessId),
    busy.map((b) => b.channelId),
  ]);
}

const endStatement = statement(
  'lookups.end',
  `delete from contact_lookup where business_id = $1 and contact_id = $2 and attempt = $3 returning 1`,
);

/** There is no more to be asked for now. False: somebody else has claimed it meanwhile. */
export async function end(tx: Queryable, one: ClaimedLookup): Promise<boolean> {
  return (await tx.run(endStatement, keyed(one))).length > 0;
}

const closeStatement = statement(
  'lookups.close',
  `update contact_lookup set due_at = null where business_id = $1 and contact_id = $2 and attempt = $3`,
);

/** The person is not to be known: the provider is never asked again. */
export async function close(db: Queryable, one: ClaimedLookup): Promise<void> {
  await db.run(closeStatement, keyed(one));
}

const postponeStatement = statement(
  'lookups.postpone',
  `update contact_lookup set due_at = now() + $4 * interval '1 ms', attempt = $5
   where business_id = $1 and contact_id = $2 and attempt = $3`,
);

/** It is due again in `inMs`; `counts`: the attempt was one. */
export async function postpone(
  db: Queryable,
  one: ClaimedLookup,
  inMs: number,
  counts: boolean,
): Promise<void> {
  await db.run(postponeStatement, [...keyed(one), inMs, one.attempt - (counts ? 0 : 1)]);
}

function keyed({ businessId, contactId, attempt }: ClaimedLookup): [number, string, number] {
  return [businessId, contactId, attempt];
}
