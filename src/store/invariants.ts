import { setTimeout } from 'node:timers/promises';
import { messageLifeMs } from '../model/failure.ts';
import { type Database, type Queryable, type Statement, statement } from './database.ts';
import { isOutlived } from './under-way.ts';

/** Something that must always be true of what is stored. */
export interface Invariant {
  name: string;
  /** What is found when it is broken, in plain words. */
  about: string;
}

/** An invariant as it was found: how often it is broken, and by what, for example. */
export interface Finding extends Invariant {
  broken: number;
  /** `<business>/<id>` of up to 5. */
  examples: string[];
}

/** How late work may be, in seconds: claims are leases of at most 30 s, and sweeps come every 10 s. */
const lateSeconds = 60;

/**
 * What follows for others when something is settled comes right after it, in a change of its own, and where its process died
 * in between, with the sweep after 10 s: what lacks it is broken if it still does after so long, ms.
 */
const followsWithinMs = 15_000;

/** Rows of which one knows which they are, and thus whether they are still there at a second look. */
const mostKnown = 1000;

interface Declared extends Invariant {
  /** May be broken for a moment. */
  follows: boolean;
  statement: Statement;
}

const each: Declared[] = [];

/** Declares an invariant by the rows that break it: `business_id` and `id` of each. */
function invariant(name: string, about: string, rows: string, { follows = false } = {}): void {
  const text = `with broken as (${rows})
    select (select count(*)::int from broken) as broken,
      array(select business_id || '/' || id from broken order by business_id, id limit ${mostKnown}) as known`;
  each.push({ name, about, follows, statement: statement(`invariants.${name}`, text) });
}

// What waits for others is put aside, made due or given up by and by.
const isInUse = 'e.enabled and e.disabled_at is null and e.resumed_at is null';
const isForOneInUse = `exists (
       select 1 from endpoint e where e.business_id = d.business_id and e.id = d.endpoint_id and ${isInUse})`;

invariant(
  'messageOverdue',
  'messages that are due and that nobody sends, although their channel works',
  `select m.business_id, m.id from message m join channel c on c.business_id = m.business_id and c.id = m.channel_id
   where m.due_at > '-infinity' and m.due_at <= now() - interval '${lateSeconds} s'
     and (m.lease_until is null or m.lease_until < now() - interval '${lateSeconds} s')
     and c.attention is null and c.enabled and coalesce(c.paused_until < now() - interval '${lateSeconds} s', true)`,
);
invariant(
  'messageForgotten',
  'messages on their way that are nobody’s work',
  `select business_id, id from message where direction = 'O' and due_at is null and status in ('SCHLD', 'CRTD', 'INIT')`,
);
// What is looked for beside each row is looked for with a limit: without one, all that there is may be read for each.
invariant(
  'messageParked',
  'messages that wait behind one that is done',
  `select m.business_id, m.id from message m
   where m.due_at = 'infinity' and (
     select p.id from message p where p.business_id = m.business_id and p.contact_id = m.contact_id and p.id < m.id
       and p.due_at is not null and (p.status <> 'SCHLD' or p.due_at <= now()) limit 1) is null`,
  { follows: true },
);
invariant(
  'messageOutlived',
  'messages that nobody could send in their life, and that have not ended',
  `select m.business_id, m.id from message m
   where m.due_at > '-infinity' and m.direction = 'O'
     and (m.lease_until is null or m.lease_until < now() - interval '${lateSeconds} s')
     and ${isOutlived('m', `${messageLifeMs + lateSeconds * 1000}`)}`,
);
invariant(
  'messageAlone',
  'messages of a conversation that is not there',
  `select m.business_id, m.id from message m
   where not exists (select 1 from session s where s.business_id = m.business_id and s.id = m.session_id)
     or not exists (select 1 from contact c where c.business_id = m.business_id and c.id = m.contact_id)`,
);
invariant(
  'deliveryWithoutEvent',
  'deliveries that are still to be made of events that are not there',
  `select d.business_id, d.endpoint_id || '#' || d.seq as id from delivery d
   where (d.due_at is not null or d.state = 'held')
     and not exists (select 1 from event e where e.business_id = d.business_id and e.seq = d.seq)`,
);
invariant(
  'deliveryOverdue',
  'deliveries that are due and that nobody makes',
  `select d.business_id, d.endpoint_id || '#' || d.seq as id from delivery d
   where d.due_at > '-infinity' and d.due_at <= now() - interval '${lateSeconds} s'
     and (d.lease_until is null or d.lease_until < now() - interval '${lateSeconds} s')
     and ${isForOneInUse}`,
);
invariant(
  'deliveryParked',
  'deliveries that wait behind one that is done',
  `select d.business_id, d.endpoint_id || '#' || d.seq as id from delivery d
   where d.due_at > '-infinity' and d.due_at = 'infinity' and (
     select p.seq from delivery p where p.business_id = d.business_id and p.endpoint_id = d.endpoint_id and p.lane = d.lane
       and p.seq < d.seq and p.due_at is not null limit 1) is null
     and ${isForOneInUse}`,
  { follows: true },
);
invariant(
  'deliveryHeld',
  'deliveries that are held back for an endpoint that is in use',
  `select d.business_id, d.endpoint_id || '#' || d.seq as id from delivery d
   join endpoint e on e.business_id = d.business_id and e.id = d.endpoint_id
   where d.state = 'held' and ${isInUse}`,
  { follows: true },
);
invariant(
  'sessionDoubled',
  'people with two open sessions',
  `select business_id, contact_id as id from session where closed_at is null
   group by business_id, contact_id having count(*) > 1`,
);
invariant(
  'sessionHeldTwice',
  'sessions that a bot and an agent hold at once',
  `select s.business_id, s.id from session s join queue q on q.business_id = s.business_id and q.code = s.queue_code
   where s.closed_at is null and s.agent_code is not null and q.type = 'BOT'`,
);
invariant(
  'sessionHolders',
  'sessions whose holder is another one in the inbox',
  `select s.business_id, s.id from session s
   join inbox_session i on i.business_id = s.business_id and i.session_id = s.id
   where s.closed_at is null and s.agent_code is distinct from i.agent_code`,
);
invariant(
  'eventsWithGaps',
  'businesses whose event numbers have gaps, go beyond their counter, or are not there',
  `select c.business_id, c.seq::text as id from event_counter c cross join lateral (
     select count(*) as n, min(e.seq) as first, max(e.seq) as last from event e where e.business_id = c.business_id) e
   where (e.n = 0 and c.seq > 0) or e.last <> c.seq or e.n <> e.last - e.first + 1`,
);

invariant(
  'figureBelowZero',
  'figures that say that less than nothing happened',
  `select business_id, span || ' ' || at || ' ' || channel_id as id from figure_message
   where least(total, sent, delivered, read, failed) < 0`,
);

const patienceStatement = statement(
  'invariants.patience',
  `select set_config('statement_timeout', '300000', true)`,
);

/** The same database, where a statement may take five minutes: each is a transaction of its own. */
export const patient = (db: Database): Queryable => ({
  run: (one, values) =>
    db.transaction(async (tx) => {
      await tx.run(patienceStatement, []);
      return tx.runLast(one, values);
    }),
});

/**
 * Looks whether everything is as it must be. Reads all that is stored: for people who look, not for every day. Looks again
 * `againMs` later where what it finds may have been in the middle of things.
 */
export async function checkInvariants(db: Queryable, againMs = followsWithinMs): Promise<Finding[]> {
  const found: Found[] = [];
  for (const one of each) found.push(await look(db, one));
  const doubtful = found.filter(({ follows, known }) => follows && known.length > 0);
  if (doubtful.length > 0) await setTimeout(againMs);
  for (const one of doubtful) {
    const again = await look(db, one);
    const stayed = new Set(again.known);
    one.known = one.known.filter((id) => stayed.has(id));
    one.broken = one.broken > mostKnown ? again.broken : one.known.length;
  }
  return found.map(({ name, about, broken, known }) => ({
    name,
    about,
    broken,
    examples: known.slice(0, 5),
  }));
}

interface Found extends Declared {
  broken: number;
  known: string[];
}

async function look(db: Queryable, one: Declared): Promise<Found> {
  const [row] = await db.run<{ broken: number; known: string[] }>(one.statement, []);
  return { ...one, broken: row!.broken, known: row!.known };
}
