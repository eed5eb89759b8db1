import type { Failure } from '../model/failure.ts';
import { type Queryable, statement } from './database.ts';

/** One attempt to send a message: what was said to the provider, and what came of it. */
export interface TracedAttempt {
  attempt: number;
  /** When it was handed to the channel, epoch ms. */
  at: number;
  calls: Record<string, unknown>[];
  failure?: Failure;
}

/** Where a message stands: what its row says beside the message itself. */
export interface Standing {
  status: string;
  trace: TracedAttempt[];
  /** Epoch ms of the next attempt; `infinity`: it waits behind another message of its conversation. */
  dueAt: number | null;
  /** Epoch ms until which a process has it. */
  leaseUntil: number | null;
  attempt: number;
  /** The message of its conversation that it waits behind. */
  behind: string | null;
}

const standingStatement = statement(
  'messages.standing',
  `select m.status, m.trace, m.due_at as "dueAt", m.lease_until as "leaseUntil", m.attempt, (
     select p.id from message p
     where p.business_id = m.business_id and p.contact_id = m.contact_id and p.id < m.id and p.due_at is not null
       and m.due_at is not null
     order by p.id limit 1) as behind
   from message m where m.business_id = $1 and m.id = $2`,
);

/** Where a message stands, and what was tried. */
export async function standing(db: Queryable, businessId: number, id: string): Promise<Standing | undefined> {
  const [row] = await db.run<Standing & Record<string, unknown>>(standingStatement, [businessId, id]);
  return row;
}
