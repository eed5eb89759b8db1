import { type Queryable, statement } from './database.ts';

/** A part of a text that somebody sent in several. */
export interface InboundPart {
  businessId: number;
  channelId: string;
  csid: string;
  /** Tells the texts of one person apart. */
  reference: string;
  total: number;
  /** Counts from 1. */
  part: number;
  text: string;
  providerId: string;
  /** Epoch ms. */
  timestamp: number;
}

type TextKey = Pick<InboundPart, 'businessId' | 'channelId' | 'csid' | 'reference' | 'total'>;

const columns = `p.business_id as "businessId", p.channel_id as "channelId", p.csid, p.reference, p.total, p.part,
  p.body as text, p.provider_id as "providerId", p.at as timestamp`;

/** That parts were taken: none of them counts when it comes again. */
const noted = `noted as (
     insert into inbound_part_taken (business_id, channel_id, provider_id)
     select business_id, channel_id, provider_id from p on conflict do nothing
   )`;

const lockStatement = statement(
  'inboundParts.lock',
  `select pg_advisory_xact_lock(key) from (
     select distinct hashtextextended(concat_ws(' ', 'inbound_part', b, c, s, r), 0) as key
     from unnest($1::int[], $2::text[], $3::text[], $4::text[]) v (b, c, s, r) order by key) keys`,
);
const keepStatement = statement(
  'inboundParts.keep',
  `insert into inbound_part (business_id, channel_id, csid, reference, total, part, body, provider_id, at)
   select v.* from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::text[], $8::text[],
     $9::timestamptz[]) v (b, c, s, r, total, part, body, id, at)
   where not exists (
     select from inbound_part_taken t where t.business_id = v.b and t.channel_id = v.c and t.provider_id = v.id)
   on conflict do nothing`,
);

/**
 * Keeps parts, but for those that were taken before. Who keeps others of the same text at this moment waits, so that
 * one of the two sees all.
 */
export async function keep(tx: Queryable, parts: InboundPart[]): Promise<void> {
  const texts = [
    parts.map((p) => p.businessId),
    parts.map((p) => p.channelId),
    parts.map((p) => p.csid),
    parts.map((p) => p.reference),
  ];
  await tx.run(lockStatement, texts);
  await tx.run(keepStatement, [
    ...texts,
    parts.map((p) => p.total),
    parts.map((p) => p.part),
    parts.map((p) => p.text),
    parts.map((p) => p.providerId),
    parts.map((p) => p.timestamp),
  ]);
}

const takeWholeStatement = statement(
  'inboundParts.takeWhole',
  `with whole as materialized (
     select v.* from (
       select distinct * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[])
         u (business_id, channel_id, csid, reference, total)) v
     where v.total = (
       select count(*) from inbound_part p
       where p.business_id = v.business_id and p.channel_id = v.channel_id and p.csid = v.csid
         and p.reference = v.reference and p.total = v.total)
   ), p as (
     delete from inbound_part p using whole w
     where p.business_id = w.business_id and p.channel_id = w.channel_id and p.csid = w.csid
       and p.reference = w.reference and p.total = w.total
     returning p.*
   ), ${noted}
   select ${columns} from p`,
);

/** Takes the parts of those of these texts of which all are there. */
export async function takeWhole(tx: Queryable, texts: TextKey[]): Promise<InboundPart[]> {
  return tx.run(takeWholeStatement, [
    texts.map((t) => t.businessId),
    texts.map((t) => t.channelId),
    texts.map((t) => t.csid),
    texts.map((t) => t.reference),
    texts.map((t) => t.total),
  ]);
}

const takeStaleStatement = statement(
  'inboundParts.takeStale',
  `with stale as materialized (
     select distinct business_id, channel_id, csid, reference, total from (
       select * from inbound_part where received_at < now() - interval '5 minutes'
       order by received_at limit 500 for update skip locked) old
   ), p as (
     delete from inbound_part p using stale s
     where p.business_id = s.business_id and p.channel_id = s.channel_id and p.csid = s.csid
       and p.reference = s.reference and p.total = s.total
     returning p.*
   ), ${noted}
   select ${columns} from p`,
);

/** Takes the parts of texts whose first has waited for five minutes (channels.md 3.1): the rest will not come. */
export async function takeStale(tx: Queryable): Promise<InboundPart[]> {
  return tx.run(takeStaleStatement, []);
}

const forgetTakenStatement = statement(
  'inboundParts.forgetTaken',
  `delete from inbound_part_taken where ctid = any(array(
     select ctid from inbound_part_taken where taken_at < now() - interval '1 day' order by taken_at limit 1000))
   returning business_id`,
);

/** Forgets which parts were taken more than a day ago. Answers how many, 1000 at most. */
export async function forgetTaken(db: Queryable): Promise<number> {
  return (await db.run(forgetTakenStatement, [])).length;
}
