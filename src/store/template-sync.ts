import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

/** Names a channel. */
export interface SyncKey {
  businessId: number;
  channelId: string;
}

/** What a provider has of a template that stands for none of ours. */
export interface Offer {
  name: string;
  lang: string;
  doc: Record<string, unknown>;
}

const beginStatement = statement(
  'templateSync.begin',
  `insert into template_sync (business_id, channel_id) values ($1, $2)
   on conflict (business_id, channel_id) do update set next_at = now(), failed_at = null, failure = null`,
);

/** The list of this provider is to be read now: the channel is new, or was set up anew. */
export async function begin(tx: Queryable, key: SyncKey): Promise<void> {
  await tx.run(beginStatement, keyed(key));
}

const soonStatement = statement(
  'templateSync.soon',
  `update template_sync set next_at = least(next_at, now() + $3 * interval '1 ms')
   where business_id = $1 and channel_id = $2`,
);

/** It is to be read in `inMs` at the latest. */
export async function soon(tx: Queryable, key: SyncKey, inMs: number): Promise<void> {
  await tx.run(soonStatement, [...keyed(key), inMs]);
}

const takeStatement = statement(
  'templateSync.take',
  `insert into template_sync as s (business_id, channel_id, lease_until) values ($1, $2, now() + $3 * interval '1 ms')
   on conflict (business_id, channel_id) do update set lease_until = excluded.lease_until
   where s.lease_until is null or s.lease_until < now()
   returning 1`,
);

/** Takes the right to read it, for `leaseMs`. False: somebody is reading it. */
export async function take(db: Queryable, key: SyncKey, leaseMs: number): Promise<boolean> {
  return (await db.run(takeStatement, [...keyed(key), leaseMs])).length > 0;
}

const claimStatement = statement(
  'templateSync.claim',
  `with due as materialized (
     select s.business_id, s.channel_id from template_sync s
     join channel h on h.business_id = s.business_id and h.id = s.channel_id and h.enabled
     where s.next_at <= now() and (s.lease_until is null or s.lease_until < now())
     order by s.next_at limit $1 for update of s skip locked
   )
   update template_sync s set lease_until = now() + $2 * interval '1 ms' from due d
   where s.business_id = d.business_id and s.channel_id = d.channel_id
   returning s.business_id as "businessId", s.channel_id as "channelId"`,
);

/** Takes the right to read up to `limit` lists that are due. */
export async function claim(db: Queryable, limit: number, leaseMs: number): Promise<SyncKey[]> {
  return db.run<SyncKey & Record<string, unknown>>(claimStatement, [limit, leaseMs]);
}

const doneStatement = statement(
  'templateSync.done',
  `update template_sync set lease_until = null, next_at = now() + $3 * interval '1 ms', synced_at = now(),
     failed_at = null, failure = null
   where business_id = $1 and channel_id = $2`,
);

/** It was read; the next time is in `nextMs`. */
export async function done(tx: Queryable, key: SyncKey, nextMs: number): Promise<void> {
  await tx.run(doneStatement, [...keyed(key), nextMs]);
}

const failedStatement = statement(
  'templateSync.failed',
  `update template_sync set lease_until = null, next_at = now() + $3 * interval '1 ms', failed_at = now(),
     failure = $4::jsonb
   where business_id = $1 and channel_id = $2`,
);

/** Why a list could not be read. */
export interface SyncFailure {
  class: string;
  text: string;
  code?: string;
  /** The setting that is missing. */
  setting?: string;
}

/** It could not be read; the next try is in `nextMs`. */
export async function failed(
  db: Queryable,
  key: SyncKey,
  nextMs: number,
  failure: SyncFailure,
): Promise<void> {
  await db.run(failedStatement, [...keyed(key), nextMs, JSON.stringify(failure)]);
}

/** How reading the list of a provider stands. Times in epoch ms. */
export interface SyncState {
  nextAt: number;
  syncedAt?: number;
  failedAt?: number;
  failure?: SyncFailure;
}

const stateStatement = statement(
  'templateSync.state',
  `select next_at as "nextAt", synced_at as "syncedAt", failed_at as "failedAt", failure from template_sync
   where business_id = $1 and channel_id = $2`,
);

export async function state(db: Queryable, key: SyncKey): Promise<SyncState | undefined> {
  const [row] = await db.run<SyncState & Record<string, unknown>>(stateStatement, keyed(key));
  return row && withoutNulls<SyncState>(row);
}

const offerStatement = statement(
  'templateOffers.replace',
  `with given as materialized (
     select v.name, v.lang, v.doc from jsonb_to_recordset($3::jsonb) v (name text, lang text, doc jsonb)
   ), gone as (
     delete from provider_template p where business_id = $1 and channel_id = $2
       and not exists (select from given g where g.name = p.name and g.lang = p.lang)
   )
   insert into provider_template as p (business_id, channel_id, name, lang, doc)
   select $1, $2, name, lang, doc from given
   on conflict (business_id, channel_id, name, lang) do update set doc = excluded.doc where p.doc <> excluded.doc`,
);

/** What the provider has that stands for none of ours: these, and no others. */
export async function replaceOffers(tx: Queryable, key: SyncKey, offers: Offer[]): Promise<void> {
  await tx.run(offerStatement, [...keyed(key), JSON.stringify(offers)]);
}

const offersStatement = statement(
  'templateOffers.list',
  `select name, lang, doc from provider_template
   where business_id = $1 and channel_id = $2 and (name, lang) > ($3, $4) order by name, lang limit $5`,
);

/** A page of offers, by name and language. */
export async function offers(
  db: Queryable,
  key: SyncKey,
  { after, limit }: { after?: { name: string; lang: string } | undefined; limit: number },
): Promise<Offer[]> {
  const values = [...keyed(key), after?.name ?? '', after?.lang ?? '', limit];
  return db.run<Offer & Record<string, unknown>>(offersStatement, values);
}

const takeOfferStatement = statement(
  'templateOffers.take',
  `delete from provider_template where business_id = $1 and channel_id = $2 and name = $3 and lang = $4
   returning name, lang, doc`,
);

/** Takes an offer up: it is one no more. Undefined: there is no such one. */
export async function takeOffer(
  tx: Queryable,
  key: SyncKey,
  { name, lang }: { name: string; lang: string },
): Promise<Offer | undefined> {
  const [row] = await tx.run<Offer & Record<string, unknown>>(takeOfferStatement, [
    ...keyed(key),
    name,
    lang,
  ]);
  return row;
}

function keyed({ businessId, channelId }: SyncKey): [number, string] {
  return [businessId, channelId];
}
