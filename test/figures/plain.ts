/** Asks a database. */
type Ask = <Row extends Record<string, unknown>>(sql: string, values?: unknown[]) => Promise<Row[]>;

/** Rows of figures as text, in order: to be compared as a whole. */
export interface Figures {
  messages: string[];
  failures: string[];
  sessions: string[];
  waits: string[];
  /** The same without how long they took. */
  bins: string[];
  webhooks: string[];
}

/** When a thing of ours was made, by its id, as the beginning of the day in a zone. */
const dayOf = (id: string) =>
  `to_char(to_timestamp(('x' || left(${id}, 12))::bit(48)::bigint / 1000.0) at time zone $2, 'YYYY-MM-DD')`;

const lines = (rows: Record<string, unknown>[]) => rows.map((row) => Object.values(row).join(' '));

/**
 * What a plain count over messages, sessions and deliveries says, by days of a zone. Knows nothing of how Parley
 * counts.
 */
export async function plainCount(ask: Ask, businessId: number, zone: string): Promise<Figures> {
  const values = [businessId, zone];
  const template = `case when mask then '' else coalesce(content->'template'->>'code', '') end`;
  const messages = await ask(
    `select ${dayOf('id')} as day, channel_id, direction, ${template} as template, count(*),
       count(*) filter (where direction = 'O' and status in ('SENTX', 'DLVRD', 'READ')) as sent,
       count(*) filter (where direction = 'O' and status in ('DLVRD', 'READ')) as delivered,
       count(*) filter (where direction = 'O' and status = 'READ') as read,
       count(*) filter (where status like any('{%ERR,%EXC,FAILD,CCWIN,BLCKD,LIMIT,NSENT}') and status not like '%FORWARD%') as failed
     from message where business_id = $1 and direction in ('I', 'O') group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    values,
  );
  const failures = await ask(
    `select ${dayOf('id')} as day, channel_id, ${template} as template, errors->0->>'code' as error, count(*)
     from message where business_id = $1 and direction = 'O'
       and status like any('{%ERR,%EXC,FAILD,CCWIN,BLCKD,LIMIT,NSENT}') group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    values,
  );
  const opened = await ask(
    `select ${dayOf('s.id')} as day, s.channel_id, 'opened' as what, count(*) from session s
     where s.business_id = $1 group by 1, 2
     union all
     select ${dayOf('m.id')}, s.channel_id, 'started', count(*) from session s cross join lateral (
       select id from message m where m.business_id = s.business_id and m.session_id = s.id and m.direction = 'I' order by id limit 1) m
     where s.business_id = $1 group by 1, 2`,
    values,
  );
  const webhooks = await ask(
    `select endpoint_id, sum(jsonb_array_length(tries)) as calls, count(*) filter (where state = 'delivered') as delivered,
       count(*) filter (where state = 'failed') as given_up,
       coalesce(sum((select sum((t->>'ms')::numeric) from jsonb_array_elements(tries) t)), 0)::bigint as ms
     from delivery where business_id = $1 and tries <> '[]' group by 1 order by 1`,
    [businessId],
  );
  const waits = await plainWaits(ask, businessId);
  return {
    messages: lines(messages),
    failures: lines(failures),
    sessions: lines(opened).sort(),
    waits,
    bins: waits.map((wait) => wait.replace(/ \d+$/, '')),
    webhooks: lines(webhooks),
  };
}

interface Fact {
  session: string;
  what: 'asked' | 'wrote' | 'over' | 'resolved';
  ms: number;
  agent: string | null;
}

/** Goes through what happened in each session, one after the other. */
async function plainWaits(ask: Ask, businessId: number): Promise<string[]> {
  const facts = await ask<Fact & Record<string, unknown>>(
    `select session_id as session, case direction when 'I' then 'asked' else 'wrote' end as what,
       (('x' || left(id, 12))::bit(48)::bigint)::float8 as ms,
       case when sender_type = 'AGENT' then coalesce(sender_code, '') end as agent, id
     from message where business_id = $1 and direction in ('I', 'O')
     union all
     select l.session_id, case l.data->>'event' when 'resolved' then 'resolved' else 'over' end,
       (('x' || left(l.id, 12))::bit(48)::bigint)::float8, coalesce(e.data->>'by', l.agent_code, ''), l.id
     from session_line l left join event e on e.business_id = l.business_id and e.id = l.id
     where l.business_id = $1 and l.data->>'event' in ('resolved', 'closed')
     order by ms, id`,
    [businessId],
  );
  const sums = new Map<string, [number, number]>();
  const add = (kind: string, agent: string, ms: number) => {
    const [n, sum] = sums.get(`${kind} ${agent}`) ?? [0, 0];
    sums.set(`${kind} ${agent}`, [n + 1, sum + ms]);
  };
  const waiting = new Map<string, { since: number; answered: boolean; agentAnswered: boolean }>();
  for (const { session, what, ms, agent } of facts) {
    const one = waiting.get(session);
    if (what === 'asked') {
      if (!one) waiting.set(session, { since: ms, answered: false, agentAnswered: false });
    } else if (!one) continue;
    else if (what === 'wrote') {
      if (!one.answered) add('answer', agent ?? '', ms - one.since);
      if (!one.agentAnswered && agent !== null) add('agentAnswer', agent, ms - one.since);
      one.answered = true;
      one.agentAnswered ||= agent !== null;
    } else {
      if (what === 'resolved') add('resolution', agent ?? '', ms - one.since);
      waiting.delete(session);
    }
  }
  return [...sums].map(([key, [n, ms]]) => `${key} ${n} ${ms}`).sort();
}

/** The same out of the figures, by the days that they have, or out of their quarters. */
export async function counted(ask: Ask, businessId: number, zone?: string): Promise<Figures> {
  const span = zone === undefined ? 'day' : 'quarter';
  const day =
    zone === undefined
      ? `to_char(at, 'YYYY-MM-DD')`
      : `to_char(at at time zone 'UTC' at time zone '${zone}', 'YYYY-MM-DD')`;
  const values = [businessId, span];
  const messages = await ask(
    `select ${day} as day, channel_id, direction, template, sum(total) as n, sum(sent) as sent, sum(delivered) as delivered, sum(read) as read, sum(failed) as failed
     from figure_message where business_id = $1 and span = $2 group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
    values,
  );
  const failures = await ask(
    `select ${day} as day, channel_id, template, error, sum(failed) as failed
     from figure_error where business_id = $1 and span = $2 group by 1, 2, 3, 4 having sum(failed) <> 0 order by 1, 2, 3, 4`,
    values,
  );
  const opened = await ask(
    `select * from (
       select ${day} as day, channel_id, 'opened' as what, sum(opened) as n from figure_session where business_id = $1 and span = $2 group by 1, 2
       union all
       select ${day}, channel_id, 'started', sum(started) from figure_session where business_id = $1 and span = $2 group by 1, 2) o
     where n > 0`,
    values,
  );
  const waits = await ask(
    `select w.kind, f.agent_code, sum(w.n) as n, sum(w.ms) as ms from figure_session f cross join lateral (
       values ('answer', answers, answer_ms), ('agentAnswer', agent_answers, agent_answer_ms), ('resolution', resolutions, resolution_ms))
       w (kind, n, ms)
     where f.business_id = $1 and f.span = $2 group by 1, 2 having sum(w.n) > 0`,
    values,
  );
  // What is kept in bins is as much as what is summed up.
  const bins = await ask(
    zone === undefined
      ? `select kind, key as agent_code, sum(total) as n from figure_wait_axis
         where business_id = $1 and span = $2 and axis = 'agent' group by 1, 2`
      : `select kind, agent_code, sum(total) as n from figure_wait where business_id = $1 and $2 <> '' group by 1, 2`,
    values,
  );
  const webhooks = await ask(
    `select endpoint_id, sum(calls) as calls, sum(delivered) as delivered, sum(given_up) as given_up, sum(ms) as ms
     from figure_webhook where business_id = $1 and span = $2 group by 1 order by 1`,
    values,
  );
  return {
    messages: lines(messages),
    failures: lines(failures),
    sessions: lines(opened).sort(),
    waits: lines(waits).sort(),
    bins: lines(bins).sort(),
    webhooks: lines(webhooks),
  };
}
