import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';
import type { Standing } from './standing.ts';

/** Something that was done with a session: a line between its messages. */
export interface SessionLine {
  id: string;
  at: number;
  /** The agent who did it; absent: a program, or the server itself. */
  agent?: string;
  data: { event: string } & Record<string, unknown>;
  /** How the session stood before, where that can be taken back. */
  before?: Standing;
}

const addStatement = statement(
  'sessionLines.add',
  `insert into session_line (business_id, session_id, id, agent_code, data, before)
   select $1, $2, v.id, $3, v.data, v.before from unnest($4::text[], $5::jsonb[], $6::jsonb[]) v (id, data, before)`,
);

/** Keeps what was done. */
export async function add(
  tx: Queryable,
  businessId: number,
  sessionId: string,
  agent: string | undefined,
  lines: Pick<SessionLine, 'id' | 'data' | 'before'>[],
): Promise<void> {
  if (lines.length === 0) return;
  await tx.run(addStatement, [
    businessId,
    sessionId,
    agent ?? null,
    lines.map(({ id }) => id),
    lines.map(({ data }) => JSON.stringify(data)),
    lines.map(({ before }) => (before === undefined ? null : JSON.stringify(before))),
  ]);
}

const betweenStatement = statement(
  'sessionLines.between',
  `select id, at, agent_code as agent, data from session_line
   where business_id = $1 and session_id = $2 and id > $3 and id < $4 order by id desc limit 500`,
);

/** What was done with a session between two ids, newest first. */
export async function between(
  db: Queryable,
  businessId: number,
  sessionId: string,
  from: string,
  to: string,
): Promise<SessionLine[]> {
  const rows = await db.run<SessionLine & { agent: string | null } & Record<string, unknown>>(
    betweenStatement,
    [businessId, sessionId, from, to],
  );
  return rows.map(({ agent, ...row }) => ({ ...row, ...(agent !== null && { agent }) }));
}

const lastStatement = statement(
  'sessionLines.last',
  `select id, at, agent_code as agent, data, before from session_line
   where business_id = $1 and session_id = $2 order by id desc limit 1`,
);

/** What was done last with a session. */
export async function last(
  tx: Queryable,
  businessId: number,
  sessionId: string,
): Promise<SessionLine | undefined> {
  const [row] = await tx.run<Record<string, unknown>>(lastStatement, [businessId, sessionId]);
  return row && withoutNulls<SessionLine>(row as never);
}
