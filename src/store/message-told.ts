import type { EventType } from '../model/event.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

/** An event about a message, and how each webhook endpoint took it. */
export interface ToldEvent {
  /** Number in the log. */
  seq: number;
  type: EventType;
  /** Epoch ms. */
  at: number;
  /** The short code that was told, of a status. */
  short?: string;
  deliveries: ToldDelivery[];
}

export interface ToldDelivery {
  endpointId: string;
  state: 'pending' | 'delivered' | 'failed' | 'held';
  attempt: number;
  /** HTTP status of the last answer, and how that began. */
  answerStatus?: number;
  answer?: string;
  /** Epoch ms: when the last try ended, and when the next one is due. */
  settledAt?: number;
  dueAt?: number;
}

/** So many events are looked through from each point of time on: there is no index of messages in the log. */
const most = 5000;

const toldStatement = statement(
  'messages.told',
  `with looked as materialized (
     select s.n, q.seq, q.lane from unnest($3::bigint[]) with ordinality s (from_seq, n) cross join lateral (
       select e.seq, e.lane from event e where e.business_id = $1 and e.seq >= s.from_seq order by e.seq limit $4) q
   ), about as materialized (
     select e.seq, e.type, e.at, e.data->>'short' as short
     from (select distinct l.seq from looked l where l.lane = $2) l
     cross join lateral (select * from event e where e.business_id = $1 and e.seq = l.seq limit 1) e
     where e.data->>'messageId' = $5 or e.data->'message'->>'id' = $5
   )
   select c.n as "first", a.*, (
     select jsonb_agg(jsonb_build_object('endpointId', d.endpoint_id, 'state', d.state, 'attempt', d.attempt - d.base,
       'answerStatus', d.answer_status, 'answer', d.answer,
       'settledAt', floor(extract(epoch from d.settled_at) * 1000)::bigint,
       'dueAt', floor(extract(epoch from nullif(d.due_at, 'infinity')) * 1000)::bigint) order by d.endpoint_id)
     from endpoint p join delivery d on d.business_id = p.business_id and d.endpoint_id = p.id and d.seq = a.seq
     where p.business_id = $1) as deliveries
   from (select count(*)::int as n from looked where n = 1) c left join about a on true order by a.seq`,
);

/**
 * What was told of a message, in order, as far as the log still has it. Looked for from each of these numbers on, of which
 * the first is where its life begins; `complete`: everything since then was looked through.
 */
export async function told(
  db: Queryable,
  message: { businessId: number; contactId: string; id: string },
  from: number[],
): Promise<{ events: ToldEvent[]; complete: boolean }> {
  const { businessId, contactId, id } = message;
  const rows = await db.run(toldStatement, [businessId, contactId, from, most, id]);
  const events = rows.flatMap(({ first: _, seq, type, at, short, deliveries }) =>
    seq === null
      ? []
      : [
          {
            seq,
            type,
            at,
            ...(short !== null && { short }),
            deliveries: (deliveries ?? []).map((one: object) => withoutNulls(one)),
          },
        ],
  );
  return { events: events as ToldEvent[], complete: Number(rows[0]?.first ?? 0) < most };
}
