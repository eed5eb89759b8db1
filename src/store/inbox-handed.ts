import { sees, type View } from '../model/policy.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

/** Who has a session, and since when. */
export interface Handed {
  queue: string;
  agent?: string;
  team?: string;
  resolvedBy?: string;
  /** When it was last given to somebody, epoch ms; absent: it never was. */
  at?: number;
  /** The agent who did it; absent: a program, or the server itself. */
  by?: string;
}

const handedStatement = statement(
  'inboxHanded.of',
  `select i.queue_code as queue, i.agent_code as agent, i.team_code as team, i.resolved_by as "resolvedBy", l.at,
     l.agent_code as by,
     exists (select 1 from inbox_draft d where d.business_id = $1 and d.agent_code = $3 and d.session_id = $2)
       or exists (select 1 from inbox_read r where r.business_id = $1 and r.agent_code = $3 and r.session_id = $2
         and not (r.mentioned and r.received = 0))
       or exists (select 1 from session_line l where l.business_id = $1 and l.session_id = $2
         and (l.agent_code = $3 or l.data ->> 'agent' = $3 or l.data ->> 'team' = any($4::text[]))) as "isKnown"
   from inbox_session i
   left join lateral (
     select l.at, l.agent_code from session_line l
     where l.business_id = $1 and l.session_id = i.session_id and l.data ->> 'event' in ('assigned', 'reopened')
     order by l.id desc limit 1) l on true
   where i.business_id = $1 and i.session_id = $2`,
);

/**
 * Who has a session now, for who sees it, and for an agent who had to do with it: who has read it, begun to write in it,
 * held it, or done something with it. Undefined for everybody else, and where there is none.
 */
export async function handed(
  db: Queryable,
  businessId: number,
  view: View,
  sessionId: string,
): Promise<Handed | undefined> {
  const values = [businessId, sessionId, view.agent, view.teams];
  const [row] = await db.run<{ isKnown: boolean }>(handedStatement, values);
  if (!row) return undefined;
  const { isKnown, ...has } = withoutNulls<Handed & { isKnown: boolean }>(row);
  return isKnown || sees(view, has) ? has : undefined;
}
