import type { Failure } from '../model/failure.ts';
import type { Content, Message, ReportedError } from '../model/message.ts';
import type { Status } from '../model/status.ts';
import { type Queryable, statement } from './database.ts';
import type { TracedAttempt } from './message-trace.ts';
import { type MessageRow, messageColumns, messageOf } from './messages.ts';

/** A new step in the life of a message: a receipt, or the outcome of an attempt. */
export interface Step {
  businessId: number;
  id: string;
  /** The highest status reached. Takes effect only when it is higher than the stored one. */
  status: Status;
  /** All statuses reached, epoch ms. Those stamped before keep their time. */
  stamps: Partial<Record<Status, number>>;
  errors?: ReportedError[];
  failure?: Failure;
  /** Only for the outcome of an attempt. */
  settle?: {
    /**
     * The attempt that is settled. Nothing happens when another one has begun (the fence), unless this
     * one succeeded: that is a fact, and ends the other before it repeats it.
     */
    attempt: number;
    /** Marks the message where that other one may have repeated it. */
    overtaken?: Failure;
    /** This attempt does not count: the provider asked us to wait. */
    free?: boolean;
    /** Ms from now until the next attempt; absent: there is nothing more to do. */
    retryInMs?: number;
    providerId?: string;
    /** Replaces the content: masked once it is handed over. */
    content?: Content;
    /** What was said to the provider in this attempt, for people who ask why. */
    trace?: TracedAttempt;
  };
}

/** A message after its step, with what it was before. */
export interface Stepped extends Message {
  businessId: number;
  before: { status: Status; stamps: Partial<Record<Status, number>> };
}

/** Attempts whose calls are kept. */
const attemptsKept = 10;

const advanceStatement = statement(
  'messages.advance',
  `with input as (
     select * from unnest($1::int[], $2::text[], $3::text[], $4::jsonb[], $5::jsonb[], $6::jsonb[], $7::int[],
       $8::boolean[], $9::float[], $10::text[], $11::jsonb[], $12::jsonb[], $13::jsonb[])
       v (business_id, id, status, stamps, errors, failure, attempt, free, retry_ms, provider_id, content, trace,
         overtaken)
   ), old as materialized (
     select i.*, m.status as old_status, m.stamps as old_stamps from message m join input i using (business_id, id)
     where i.attempt is null or (m.due_at is not null and (m.attempt = i.attempt or i.status = 'SENTX'))
     order by m.business_id, m.id for update of m
   )
   update message m set
     status = case when status_rank(i.status) > status_rank(m.status) then i.status else m.status end,
     stamps = i.stamps || m.stamps,
     errors = coalesce(i.errors, m.errors),
     failure = coalesce(i.failure, case when i.attempt < m.attempt then i.overtaken end, m.failure),
     free_attempts = m.free_attempts + coalesce(i.free, false)::int,
     due_at = case when i.attempt is null then m.due_at else now() + i.retry_ms * interval '1 ms' end,
     lease_until = case when i.attempt is null then m.lease_until end,
     provider_id = coalesce(m.provider_id, i.provider_id),
     content = coalesce(i.content, m.content),
     trace = case when i.trace is null then m.trace
       when jsonb_array_length(m.trace) >= ${attemptsKept} then (m.trace - 0) || i.trace else m.trace || i.trace end
   from old i
   where m.business_id = i.business_id and m.id = i.id
   returning m.business_id as "businessId", ${messageColumns}, i.old_status as "oldStatus", i.old_stamps as "oldStamps"`,
);

/**
 * Moves messages forward: one step each, at most. A status never goes back: the database compares the
 * ranks. Steps of attempts that are no longer the current one change nothing and are not answered.
 */
export async function advance(tx: Queryable, steps: Step[]): Promise<Stepped[]> {
  if (steps.length === 0) return [];
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  const rows = await tx.run<
    MessageRow & { businessId: number; oldStatus: Status; oldStamps: Stepped['before']['stamps'] }
  >(advanceStatement, [
    steps.map((s) => s.businessId),
    steps.map((s) => s.id),
    steps.map((s) => s.status),
    steps.map((s) => JSON.stringify(s.stamps)),
    steps.map((s) => json(s.errors)),
    steps.map((s) => json(s.failure)),
    steps.map((s) => s.settle?.attempt ?? null),
    steps.map((s) => s.settle?.free ?? null),
    steps.map((s) => s.settle?.retryInMs ?? null),
    steps.map((s) => s.settle?.providerId ?? null),
    steps.map((s) => json(s.settle?.content)),
    steps.map((s) => json(s.settle?.trace)),
    steps.map((s) => json(s.settle?.overtaken)),
  ]);
  return rows.map((row) =>
    Object.assign(messageOf(row), {
      businessId: row.businessId,
      before: { status: row.oldStatus, stamps: row.oldStamps },
    }),
  );
}
