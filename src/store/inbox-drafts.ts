import { type Queryable, statement } from './database.ts';
import { msOf } from './row.ts';

/** What somebody began to write. */
export interface Draft {
  mode: 'reply' | 'note';
  text: string;
  data: Record<string, unknown> | null;
  /** Epoch ms; each change of a draft has a time of its own. */
  savedAt: number;
}

/** Whose draft, of which session. */
export interface DraftId {
  agent: string;
  sessionId: string;
  mode: Draft['mode'];
}

const ofStatement = statement(
  'inboxDrafts.of',
  `select mode, text, data, saved_at as "savedAt" from inbox_draft
   where business_id = $1 and agent_code = $2 and session_id = $3`,
);

/** What an agent began to write in a session. */
export async function of(
  db: Queryable,
  businessId: number,
  agent: string,
  sessionId: string,
): Promise<Draft[]> {
  return db.run<Draft & Record<string, unknown>>(ofStatement, [businessId, agent, sessionId]);
}

const putStatement = statement(
  'inboxDrafts.put',
  `insert into inbox_draft as d (business_id, agent_code, session_id, mode, text, data) values ($1, $2, $3, $4, $5, $6)
   on conflict (business_id, agent_code, session_id, mode) do update set
     text = excluded.text, data = excluded.data, saved_at = greatest(now(), d.saved_at + interval '1 ms')
     where $7::bigint is null or ${msOf('d.saved_at')} = $7
       or (d.text = excluded.text and d.data is not distinct from excluded.data)
   returning saved_at as "savedAt"`,
);

/**
 * Keeps it; answers when (epoch ms). `was`: undefined, where another one than that of this time is
 * kept, and says something else: it stays.
 */
export async function put(
  tx: Queryable,
  businessId: number,
  { agent, sessionId, mode }: DraftId,
  { text, data, was }: { text: string; data?: Record<string, unknown> | undefined; was?: number | undefined },
): Promise<number | undefined> {
  const kept = data === undefined ? null : JSON.stringify(data);
  const [row] = await tx.run<{ savedAt: number }>(putStatement, [
    businessId,
    agent,
    sessionId,
    mode,
    text,
    kept,
    was ?? null,
  ]);
  return row?.savedAt;
}

const dropStatement = statement(
  'inboxDrafts.drop',
  `with gone as (
     delete from inbox_draft d where d.business_id = $1 and d.agent_code = $2 and d.session_id = $3 and d.mode = $4
       and ($5::bigint is null or ${msOf('d.saved_at')} = $5)
     returning 1
   )
   select now() as at, exists (select 1 from gone) as "isGone", exists (
     select 1 from inbox_draft d where d.business_id = $1 and d.agent_code = $2 and d.session_id = $3 and d.mode = $4
       and ${msOf('d.saved_at')} <> $5) as stays`,
);

/** Forgets it; `was`: only that of this time. Answers when (epoch ms), whether there was one, and whether another one stays. */
export async function drop(
  tx: Queryable,
  businessId: number,
  { agent, sessionId, mode }: DraftId,
  was?: number,
): Promise<{ at: number; isGone: boolean; stays: boolean }> {
  const values = [businessId, agent, sessionId, mode, was ?? null];
  const [row] = await tx.run<{ at: number; isGone: boolean; stays: boolean }>(dropStatement, values);
  return row!;
}
