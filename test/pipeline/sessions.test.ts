import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as messages from '../../src/store/messages.ts';
import * as sessions from '../../src/store/sessions.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());

/** A business with agents, and a session that a person began. */
async function helpdesk(): Promise<{ shop: Tenant; box: string; sessionId: string; routingId: string }> {
  const shop = await house.business(running, {
    apps: [{ code: 'desk', mode: 'AGENT' }],
    teams: [{ code: 'sales' }],
    queues: [{ code: 'support', type: 'AGENT', app: 'desk' }],
    agents: [
      { code: 'ann', teams: ['sales'], skills: ['arabic', 'refunds'] },
      { code: 'ben', skills: ['arabic'] },
      { code: 'cem', skills: ['arabic', 'refunds'], active: false },
    ],
  });
  const box = await shop.sandbox();
  const { sessionId, routingId } = await shop.hear(box, 'p1');
  return { shop, box, sessionId, routingId };
}

const sessionOf = ({ id }: Tenant, sessionId: string) => sessions.find(house.db, id, sessionId);

describe('a session that is handed over', () => {
  it('goes to a queue, under a new routing id, and its new app is told with the parameters', async () => {
    const { shop, box, sessionId, routingId } = await helpdesk();
    const event = await shop.core.route(await shop.caller(), {
      sessionId,
      queue: 'support',
      params: { order: 7 },
    });
    expect(event).toMatchObject({
      type: 'session.routed',
      appId: await shop.appId('desk'),
      data: {
        routing: { start: false, sourceQueue: 'default', targetQueue: 'support', params: { order: 7 } },
      },
    });
    const after = (await sessionOf(shop, sessionId))!;
    expect(after.queue).toBe('support');
    expect(after.routingId).not.toBe(routingId);
    await shop.hear(box, 'p1', 'and now?');
    const [last] = (await shop.events('message.received')).slice(-1);
    expect(last!.appId).toBe(await shop.appId('desk'));
    const again = await shop.core.route(await shop.caller(), { sessionId, queue: 'support' });
    expect((again.data as { session: { routingId: string } }).session.routingId).not.toBe(after.routingId);
  });

  it('goes to an agent and a team, and that is told', async () => {
    const { shop, sessionId } = await helpdesk();
    await shop.core.route(await shop.caller(), { sessionId, queue: 'support', agent: 'ann', team: 'sales' });
    expect(await sessionOf(shop, sessionId)).toMatchObject({ agent: 'ann', team: 'sales' });
    const [assigned] = await shop.events('session.assigned');
    expect(assigned!.data.assignment).toMatchObject({ newAgent: 'ann', newTeam: 'sales' });
  });

  it('goes by skills to the active agent with the fewest sessions, and the reason is told', async () => {
    const { shop, box, sessionId } = await helpdesk();
    const caller = await shop.caller();
    await shop.core.route(caller, { sessionId, skills: ['refunds'] });
    expect(await sessionOf(shop, sessionId)).toMatchObject({ queue: 'agent_desk', agent: 'ann' });
    const next = await shop.hear(box, 'p2');
    await shop.core.route(caller, { sessionId: next.sessionId, skills: ['arabic'] });
    expect((await sessionOf(shop, next.sessionId))!.agent).toBe('ben');
    const [assigned] = await shop.events('session.assigned');
    expect(assigned!.data.assignment.reason).toContain('refunds');
    const nobody = await shop.hear(box, 'p3');
    await shop.core.route(caller, { sessionId: nobody.sessionId, skills: ['flying'] });
    expect((await sessionOf(shop, nobody.sessionId))!.agent).toBeUndefined();
  });

  it('keeps a note for the agents, which goes to nobody', async () => {
    const { shop, sessionId } = await helpdesk();
    await shop.core.route(await shop.caller(), { sessionId, queue: 'support', note: 'is angry' });
    const history = await messages.ofSession(house.db, shop.id, sessionId);
    expect(history.map(({ direction, content }) => [direction, content.text])).toEqual([
      ['I', 'Hi'],
      ['N', 'is angry'],
    ]);
    await shop.settled();
    expect(await shop.events('message.accepted')).toEqual([]);
  });

  it.each([
    ['queue', { queue: 'nowhere' }, ['agent_desk', 'default', 'support']],
    ['agent', { queue: 'support', agent: 'zoe' }, ['ann', 'ben']],
    ['agent', { queue: 'support', agent: 'cem' }, ['ann', 'ben']],
    ['team', { queue: 'support', team: 'none' }, ['sales']],
  ])(
    'is left alone when its %s is unknown, and the possible ones are told',
    async (field, wish, possible) => {
      const { shop, sessionId } = await helpdesk();
      const before = await sessionOf(shop, sessionId);
      const error = await shop.core.route(await shop.caller(), { sessionId, ...wish }).catch((e) => e);
      expect(error.details[0].field).toBe(field);
      expect([...error.details[0].possibleValues].sort()).toEqual(possible);
      expect(await sessionOf(shop, sessionId)).toEqual(before);
    },
  );

  it('belongs to its business: to another one it is unknown', async () => {
    const { sessionId } = await helpdesk();
    const other = await house.business(running);
    const caller = await other.caller();
    for (const work of [
      () => other.core.route(caller, { sessionId, queue: 'default' }),
      () => other.core.resolve(caller, sessionId),
      () => other.core.close(caller, sessionId),
    ]) {
      await expect(work()).rejects.toMatchObject({ kind: 'notFound' });
    }
    expect(await other.events()).toEqual([]);
  });

  it('by ten callers at once ends with one of them, and every hand-over is told', async () => {
    const { shop, sessionId } = await helpdesk();
    const caller = await shop.caller();
    const done = await Promise.all(
      times(10, (i) => shop.core.route(caller, { sessionId, queue: i % 2 ? 'support' : 'agent_desk' })),
    );
    const last = done.reduce((a, b) => (a.seq > b.seq ? a : b));
    expect((last.data as { session: { routingId: string } }).session.routingId).toBe(
      (await sessionOf(shop, sessionId))!.routingId,
    );
    expect(await shop.events('session.routed')).toHaveLength(11);
  });
});

describe('a session that is done', () => {
  it('resolved: frees its agent; asked again, the first event is answered', async () => {
    const { shop, sessionId } = await helpdesk();
    const caller = await shop.caller();
    await shop.core.route(caller, { sessionId, queue: 'support', agent: 'ann' });
    const both = await Promise.all([
      shop.core.resolve(caller, sessionId),
      shop.core.resolve(caller, sessionId),
    ]);
    const third = await shop.core.resolve(caller, sessionId);
    expect(new Set([...both, third].map(({ id }) => id)).size).toBe(1);
    expect(await shop.events('session.resolved')).toHaveLength(1);
    const after = (await sessionOf(shop, sessionId))!;
    expect([after.resolved, after.agent, after.closedAt]).toEqual([true, undefined, undefined]);
  });

  it('closed: it is at its end; asked again, the first event is answered, and nothing else is possible', async () => {
    const { shop, sessionId } = await helpdesk();
    const caller = await shop.caller();
    const all = await Promise.all(times(5, () => shop.core.close(caller, sessionId)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(await shop.events('session.closed')).toHaveLength(1);
    expect((await sessionOf(shop, sessionId))!.closedAt).toBeGreaterThan(0);
    await expect(shop.core.route(caller, { sessionId, queue: 'support' })).rejects.toMatchObject({
      details: [{ code: 'SESSION_CLOSED' }],
    });
  });

  it('ends after what is being put into it at that moment', async () => {
    const { shop, box, sessionId } = await helpdesk();
    const caller = await shop.caller();
    const holder = new pg.Client({ connectionString: house.url });
    await holder.connect();
    await holder.query('begin');
    // What is accepted stops between its look at the session and its own storing.
    await holder.query('lock table message in share mode');
    const waits = async (words: string) => {
      const waiting = await house.sql(
        `select 1 from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock' and query like $1`,
        [`%${words}%`],
      );
      return waiting.length > 0;
    };
    const sending = shop.send(box, 'p1');
    await eventually(() => waits('insert into message'));
    let isClosed = false;
    const closing = shop.core.close(caller, sessionId).then(() => {
      isClosed = true;
    });
    await eventually(async () => isClosed || (await waits('close_seq as "closeSeq"')));
    await holder.query('rollback');
    await holder.end();
    await closing;
    expect((await sending).sessionId).toBe(sessionId);
    const log = await shop.events('message.accepted', 'session.closed');
    expect(log.map(({ type }) => type)).toEqual(['message.accepted', 'session.closed']);
  });

  it('silent for a day it is closed by itself; one in which somebody wrote is not', async () => {
    const { shop, box, sessionId } = await helpdesk();
    const busy = await shop.hear(box, 'busy');
    await house.sql(
      `update session set started_at = now() - interval '2 days', expires_at = now() - interval '1 hour'
       where business_id = $1`,
      [shop.id],
    );
    await house.sql(`update message set at = now() - interval '25 hours' where session_id = $1`, [sessionId]);
    const [closed] = await eventually(async () => {
      const told = await shop.events('session.closed');
      expect(told).toHaveLength(1);
      return told;
    });
    expect(closed!.data).toMatchObject({ session: { id: sessionId }, reason: 'inactivity' });
    expect((await sessionOf(shop, busy.sessionId))!.closedAt).toBeUndefined();
    const next = await shop.hear(box, 'p1');
    expect(next.sessionId).not.toBe(sessionId);
  });
});
