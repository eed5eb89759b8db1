import { type Queryable, statement } from './database.ts';

/** What a sandbox channel will send back, and when. The row is the job. */
export interface Echo {
  businessId: number;
  id: string;
  channelId: string;
  /** What the channel will have received then. */
  received: unknown;
}

const keepStatement = statement(
  'echoes.keep',
  `insert into echo (business_id, id, channel_id, received, due_at)
   select business_id, id, channel_id, received, now() + after_ms * interval '1 ms'
   from unnest($1::int[], $2::text[], $3::text[], $4::jsonb[], $5::float[]) v (business_id, id, channel_id, received, after_ms)`,
);

/** Keeps echoes until their time has come. */
export async function keep(tx: Queryable, echoes: (Echo & { afterMs: number })[]): Promise<void> {
  if (echoes.length === 0) return;
  await tx.run(keepStatement, [
    echoes.map((e) => e.businessId),
    echoes.map((e) => e.id),
    echoes.map((e) => e.channelId),
    echoes.map((e) => JSON.stringify(e.received)),
    echoes.map((e) => e.afterMs),
  ]);
}

const takeStatement = statement(
  'echoes.take',
  `delete from echo where ctid = any(array(
     select ctid from echo where due_at <= now() order by due_at limit $1 for update skip locked))
   returning business_id as "businessId", id, channel_id as "channelId", received, due_at as "dueAt"`,
);

/** Takes the echoes whose time has come, oldest first; with the transaction that applies them. */
export async function take(tx: Queryable, limit: number): Promise<Echo[]> {
  const rows = await tx.run<Echo & { dueAt: number }>(takeStatement, [limit]);
  return rows.sort((a, b) => a.dueAt - b.dueAt || (a.id < b.id ? -1 : 1));
}

const nextStatement = statement(
  'echoes.next',
  `select (extract(epoch from min(due_at) - now()) * 1000)::float as "inMs" from echo`,
);

/** Ms until the next echo is due; undefined when there is none. */
export async function next(db: Queryable): Promise<number | undefined> {
  const [row] = await db.run<{ inMs: number | null }>(nextStatement, []);
  return row?.inMs ?? undefined;
}
