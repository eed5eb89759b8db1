import type { ReceiptStatus } from '../model/status.ts';
import { type Queryable, statement } from './database.ts';

/** Up to when (epoch ms) everything that a channel brought to a person has reached a status. */
export interface Watermark {
  businessId: number;
  channelId: string;
  contactId: string;
  status: ReceiptStatus;
  at: number;
}

/** A message that a watermark has passed. */
export interface Passed {
  businessId: number;
  id: string;
  status: ReceiptStatus;
  timestamp: number;
}

/**
 * The messages of one person that lie below a mark: handed over at or before it, and neither failed nor already
 * further. Looks at the last eight days before the mark.
 */
const below = `cross join lateral (
    select m.id from session s
    join message m on m.business_id = s.business_id and m.session_id = s.id
    where s.business_id = w.business_id and s.contact_id = w.contact_id
      and (s.closed_at is null or s.closed_at > w.at - interval '8 days')
      and m.at between w.at - interval '8 days' and w.at + interval '1 day'
      and m.direction = 'O' and m.channel_id = w.channel_id and m.status in ('SENTX', 'DLVRD')
      and status_rank(m.status) < status_rank(w.status)
      and coalesce(m.stamps->>'SENT', m.stamps->>'SENTX')::bigint <= (extract(epoch from w.at) * 1000)::bigint
  ) m`;

const told = `w.business_id as "businessId", m.id, w.status, (extract(epoch from w.at) * 1000)::float as timestamp`;

const raiseStatement = statement(
  'watermarks.raise',
  `with w as (
     insert into watermark as k (business_id, channel_id, contact_id, status, at)
     select business_id, channel_id, contact_id, status, to_timestamp(max(ms) / 1000.0)
     from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::float[])
       v (business_id, channel_id, contact_id, status, ms)
     group by 1, 2, 3, 4 order by 1, 2, 3, 4
     on conflict (business_id, channel_id, contact_id, status) do update set
       at = greatest(k.at, excluded.at), raised_at = now()
     returning k.*
   )
   select ${told} from w ${below}`,
);

/** Raises marks, never lowers them. Answers the messages that lie below them now. */
export async function raise(tx: Queryable, marks: Watermark[]): Promise<Passed[]> {
  if (marks.length === 0) return [];
  return tx.run<Passed>(raiseStatement, [
    marks.map((one) => one.businessId),
    marks.map((one) => one.channelId),
    marks.map((one) => one.contactId),
    marks.map((one) => one.status),
    marks.map((one) => one.at),
  ]);
}

const ofStatement = statement(
  'watermarks.of',
  `select v.business_id as "businessId", v.id, w.status, (extract(epoch from w.at) * 1000)::float as timestamp
   from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::float[]) v (business_id, channel_id, contact_id, id, ms)
   join watermark w on w.business_id = v.business_id and w.channel_id = v.channel_id and w.contact_id = v.contact_id
     and w.at >= to_timestamp(v.ms / 1000.0)`,
);

/** What stands above messages that were handed over at `at` (epoch ms) and have been settled just now. */
export async function above(
  tx: Queryable,
  messages: { businessId: number; channelId: string; contactId: string; id: string; at: number }[],
): Promise<Passed[]> {
  if (messages.length === 0) return [];
  return tx.run<Passed>(ofStatement, [
    messages.map((one) => one.businessId),
    messages.map((one) => one.channelId),
    messages.map((one) => one.contactId),
    messages.map((one) => one.id),
    messages.map((one) => one.at),
  ]);
}

const latelyStatement = statement(
  'watermarks.lately',
  `select ${told} from watermark w ${below} where w.raised_at > now() - interval '15 seconds' limit 500`,
);

/** Looks again below the marks of the last seconds: a message may have been settled while its mark was raised. */
export async function passedLately(tx: Queryable): Promise<Passed[]> {
  return tx.run<Passed>(latelyStatement, []);
}

const forgetStatement = statement(
  'watermarks.forget',
  `delete from watermark where raised_at < now() - interval '9 days'`,
);

/** Forgets marks below which nothing can lie any more. */
export async function forget(db: Queryable): Promise<void> {
  await db.run(forgetStatement, []);
}
