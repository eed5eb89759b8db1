import { type Queryable, statement } from './database.ts';

const pingStatement = statement('backlog.ping', 'select 1');

/** Throws when the database cannot be asked. */
export async function ping(db: Queryable): Promise<void> {
  await db.run(pingStatement, []);
}

/** What waits to be done, in all businesses together; ages in ms, null when nothing waits. */
export interface Backlog {
  messages: number;
  oldestMessageMs: number | null;
  deliveries: number;
  oldestDeliveryMs: number | null;
}

const measureStatement = statement(
  'backlog.measure',
  `select
     (select count(*)::int from message where due_at is not null) as messages,
     (select (extract(epoch from now() - min(due_at)) * 1000)::float from message where due_at > '-infinity' and due_at <= now() and lease_until is null) as "oldestMessageMs",
     (select count(*)::int from delivery where due_at is not null) as deliveries,
     (select (extract(epoch from now() - min(due_at)) * 1000)::float from delivery where due_at > '-infinity' and due_at <= now() and lease_until is null) as "oldestDeliveryMs"`,
);

export async function measure(db: Queryable): Promise<Backlog> {
  const [row] = await db.run<Backlog>(measureStatement, []);
  return row!;
}
