import { type Queryable, statement } from './database.ts';

/** Names a connection that one process of all may have. */
export interface LeaseKey {
  businessId: number;
  channelId: string;
  name: string;
}

const connectedStatement = statement(
  'connections.wanted',
  `select business_id as "businessId", id as "channelId" from channel
   where type = any($1) and enabled and attention is null`,
);

/** The channels of these types that are switched on and need no administrator. */
export async function wanted(
  db: Queryable,
  types: readonly string[],
): Promise<{ businessId: number; channelId: string }[]> {
  return db.run(connectedStatement, [types]);
}

const acquireStatement = statement(
  'connections.acquire',
  `insert into connection_lease as l (business_id, channel_id, name, holder, lease_until)
   values ($1, $2, $3, $4, now() + $5 * interval '1 ms')
   on conflict (business_id, channel_id, name) do update
     set holder = excluded.holder, lease_until = excluded.lease_until, epoch = l.epoch + 1
     where l.lease_until < now()
   returning epoch, cursor`,
);

/**
 * Takes a lease that nobody holds, for `leaseMs`. Answers its epoch, and the cursor that was stored last;
 * undefined when somebody else holds it.
 */
export async function acquire(
  db: Queryable,
  { businessId, channelId, name }: LeaseKey,
  holder: string,
  leaseMs: number,
): Promise<{ epoch: number; cursor: unknown } | undefined> {
  const [row] = await db.run<{ epoch: number; cursor: unknown }>(acquireStatement, [
    businessId,
    channelId,
    name,
    holder,
    leaseMs,
  ]);
  return row && { epoch: row.epoch, cursor: row.cursor ?? undefined };
}

const renewStatement = statement(
  'connections.renew',
  `update connection_lease set lease_until = now() + $5 * interval '1 ms'
   where business_id = $1 and channel_id = $2 and name = $3 and epoch = $4 and lease_until > '-infinity'
   returning epoch`,
);

/** Holds a lease for `leaseMs` more. Answers whether it is still ours. */
export async function renew(
  db: Queryable,
  { businessId, channelId, name }: LeaseKey,
  epoch: number,
  leaseMs: number,
): Promise<boolean> {
  const rows = await db.run(renewStatement, [businessId, channelId, name, epoch, leaseMs]);
  return rows.length === 1;
}

const releaseStatement = statement(
  'connections.release',
  `update connection_lease set lease_until = '-infinity'
   where business_id = $1 and channel_id = $2 and name = $3 and epoch = $4`,
);

/** Gives a lease back: another process may take it at once. */
export async function release(
  db: Queryable,
  { businessId, channelId, name }: LeaseKey,
  epoch: number,
): Promise<void> {
  await db.run(releaseStatement, [businessId, channelId, name, epoch]);
}

const cursorStatement = statement(
  'connections.keepCursor',
  `update connection_lease set cursor = $5
   where business_id = $1 and channel_id = $2 and name = $3 and epoch = $4
   returning epoch`,
);

/**
 * Stores how far a connection has read, in the transaction of what it read. Answers false when the lease
 * has gone to somebody else: then the transaction must not be committed.
 */
export async function keepCursor(
  tx: Queryable,
  { businessId, channelId, name }: LeaseKey,
  epoch: number,
  cursor: unknown,
): Promise<boolean> {
  const values = [businessId, channelId, name, epoch, JSON.stringify(cursor)];
  return (await tx.run(cursorStatement, values)).length === 1;
}

/** How the connections of one kind stand in one process. */
export interface ConnectionState {
  name: string;
  /** The process, by the name that it gave itself when it started. */
  process: string;
  wanted: number;
  open: number;
  /** Epoch ms of the last change. */
  since: number;
  /** Why the last one broke, or could not be opened. */
  reason?: string;
}

const tellStatement = statement(
  'connections.tell',
  `insert into connection_state as s (business_id, channel_id, name, process, wanted, open, reason)
   select $1, $2, $3, $4, $5, $6, $7
   where exists (select 1 from channel where business_id = $1 and id = $2)
   on conflict (business_id, channel_id, name, process) do update
     set wanted = excluded.wanted, open = excluded.open, reason = excluded.reason, seen_at = now(),
       changed_at = case when s.open = excluded.open then s.changed_at else now() end`,
);

/** Tells how the connections of one kind stand in a process. */
export async function tell(
  db: Queryable,
  { businessId, channelId }: { businessId: number; channelId: string },
  { name, process, wanted, open, reason }: Omit<ConnectionState, 'since'>,
): Promise<void> {
  await db.run(tellStatement, [businessId, channelId, name, process, wanted, open, reason ?? null]);
}

const forgetStatement = statement(
  'connections.forget',
  `delete from connection_state where business_id = $1 and channel_id = $2 and name = $3 and process = $4`,
);

/** A process has no such connections any more. */
export async function forget(
  db: Queryable,
  { businessId, channelId, name }: LeaseKey,
  process: string,
): Promise<void> {
  await db.run(forgetStatement, [businessId, channelId, name, process]);
}

const aliveStatement = statement(
  'connections.alive',
  'update connection_state set seen_at = now() where process = $1',
);
const buryStatement = statement(
  'connections.bury',
  `delete from connection_state where seen_at < now() - interval '5 minutes'`,
);

/** A process says that it is there still; what others told that died is dropped. */
export async function alive(db: Queryable, process: string): Promise<void> {
  await db.run(aliveStatement, [process]);
  await db.run(buryStatement, []);
}

const statesStatement = statement(
  'connections.states',
  `select channel_id as "channelId", name, process, wanted, open, reason, changed_at as since
   from connection_state where business_id = $1 and seen_at > now() - interval '30 seconds'
   order by channel_id, name, process`,
);

/** How the connections of a business stand, as processes told that were there within the last half minute. */
export async function states(
  db: Queryable,
  businessId: number,
): Promise<(ConnectionState & { channelId: string })[]> {
  const rows = await db.run<ConnectionState & { channelId: string; reason: string | null | undefined }>(
    statesStatement,
    [businessId],
  );
  return rows.map(({ reason, ...row }) => ({ ...row, ...(reason && { reason }) }));
}
