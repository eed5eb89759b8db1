import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { binError } from '../../../src/model/durations.ts';
import { storeRows } from '../../figures/rows.ts';
import { inboxHouse } from '../../inbox/people.ts';
import { until } from './server.ts';

const house = await inboxHouse();
const { api, call, done } = house;
const client = new pg.Client({ connectionString: house.started.url });
await client.connect();
afterAll(async () => {
  await client.end();
  await house.end();
});

const zone = 'Asia/Kathmandu';
const rows = async (text: string, values: unknown[] = [house.business, zone]) =>
  (await client.query(text, values)).rows;
const get = async (path: string) => {
  const { status, body } = await api('GET', `/analytics/${path}`);
  expect(status, `${path} ${JSON.stringify(body)}`).toBe(200);
  return body;
};
/** The time at which a message came, in the time zone, and what became of it. */
const messages = `select to_timestamp(('x' || left(id, 12))::bit(48)::bigint / 1000.0) at time zone $2 as at, id, direction, status, channel_id, content, errors
  from message where business_id = $1`;
const measures = `count(*) filter (where direction = 'I')::int as received, count(*) filter (where direction = 'O')::int as accepted,
  count(*) filter (where status in ('SENTX', 'DLVRD', 'READ'))::int as sent, count(*) filter (where status in ('DLVRD', 'READ'))::int as delivered,
  count(*) filter (where status = 'READ')::int as read, count(*) filter (where status in ('SENT_ERR', 'SENTX_ERR'))::int as failed,
  count(*) filter (where status = 'INIT')::int as waiting`;

let today = '';
const ago = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  await done('PATCH', '/business', { settings: { timeZone: zone } });
  await done('PUT', '/agents/a7', { name: 'Amina' });
  await done('PUT', '/channels/dummy:late', { name: '=1+1, "late"' });
  await storeRows(client, { businessId: house.business, messages: 6000, first: 10, days: 120, ago: 0 });
  await client.query(`update message set channel_id = 'dummy:late' where channel_id = 'seed:3'`);
  // As an installation of the release before: nothing was counted yet.
  const tables = ['progress', 'message', 'error', 'failure', 'session', 'wait', 'wait_axis', 'asked', 'call'];
  await client.query(`begin; ${tables.map((table) => `delete from figure_${table}`).join('; ')}; commit`);
  const { timeZone } = await until(
    () => get('overview'),
    ({ complete, timeZone: its }) => complete && its === zone,
  );
  expect(timeZone).toBe(zone);
  [{ today }] = (await rows(`select (now() at time zone $2)::date::text as today, $1::int`)) as [
    { today: string },
  ];
});

describe('a report of messages', () => {
  it('says for each day of the business what a plain count says, also for days without any', async () => {
    const { series, total, from, to, by } = await get(`messages?from=${ago(99)}&to=${today}`);
    expect([from, to, by, series.length]).toEqual([ago(99), today, 'day', 100]);
    const plain = await rows(
      `select at::date::text as day, ${measures} from (${messages}) m where at::date between '${ago(99)}' and '${today}' group by 1`,
    );
    const nothing = { received: 0, accepted: 0, sent: 0, delivered: 0, read: 0, failed: 0, waiting: 0 };
    const days = new Map(plain.map(({ day, ...rest }) => [day, rest]));
    for (const { at, measures: said } of series) expect(said, at).toEqual(days.get(at) ?? nothing);
    expect(days.size).toBeGreaterThan(90);
    const [all] = await rows(
      `select ${measures} from (${messages}) m where at::date between '${ago(99)}' and '${today}'`,
    );
    expect(total).toEqual(all);
  });

  it.each([
    ['week', 'monday', `date_trunc('week', at)`],
    ['week', 'saturday', `date_trunc('week', at + interval '2 days') - interval '2 days'`],
    ['week', 'sunday', `date_trunc('week', at + interval '1 day') - interval '1 day'`],
    ['month', 'monday', `date_trunc('month', at)`],
  ])('by %s from %s', async (by, weekStart, period) => {
    const { series } = await get(`messages?from=${ago(80)}&to=${ago(3)}&by=${by}&weekStart=${weekStart}`);
    const plain = await rows(
      `select (${period})::date::text as at, ${measures} from (${messages}) m
       where at::date between '${ago(80)}' and '${ago(3)}' group by 1 order by 1`,
    );
    expect(series).toEqual(plain.map(({ at, ...measured }) => ({ at, measures: measured })));
  });

  it('by hour, with the offset of the time zone', async () => {
    const { series } = await get(`messages?from=${ago(2)}&to=${ago(1)}&by=hour`);
    expect(series).toHaveLength(48);
    expect(series[0].at).toBe(`${ago(2)}T00:00:00+05:45`);
    const plain = await rows(
      `select to_char(date_trunc('hour', at), 'YYYY-MM-DD"T"HH24:MI:SS"+05:45"') as at, ${measures} from (${messages}) m
       where at::date between '${ago(2)}' and '${ago(1)}' group by 1 order by 1`,
    );
    const counted = series.filter(
      ({ measures: m }: { measures: { received: number; accepted: number } }) => m.received + m.accepted > 0,
    );
    expect(counted).toEqual(plain.map(({ at, ...measured }) => ({ at, measures: measured })));
  });

  it('tells channels apart, the largest first, with their names, their days, and the period before', async () => {
    const query = `from=${ago(29)}&to=${today}`;
    const { groups, before, per } = await get(`messages?${query}&per=channel&series=true&compare=true`);
    const plain = await rows(
      `select channel_id as key, ${measures} from (${messages}) m where at::date between '${ago(29)}' and '${today}' group by 1`,
    );
    const size = ({ received, accepted }: Record<string, number>) => received! + accepted!;
    plain.sort((a, b) => size(b) - size(a) || (a.key < b.key ? -1 : 1));
    expect(per).toBe('channel');
    expect(groups.map(({ key, measures: m }: { key: string; measures: object }) => ({ key, ...m }))).toEqual(
      plain,
    );
    expect([before.from, before.to]).toEqual([ago(59), ago(30)]);
    const late = groups.find(({ key }: { key: string }) => key === 'dummy:late');
    expect(late.name).toBe('=1+1, "late"');
    expect(late.series).toHaveLength(30);
    const own = await get(`messages?${query}&channel=dummy:late&compare=true`);
    expect(own.series).toEqual(late.series);
    expect(own.before.total).toEqual(late.before);
    expect(own.before.total.accepted).toBeGreaterThan(0);
  });

  it('tells errors apart, and templates', async () => {
    const query = `from=${ago(60)}&to=${today}`;
    const errors = await get(`messages?${query}&per=error`);
    const plain = await rows(
      `select errors->0->>'code' as key, count(*)::int as failed from (${messages}) m
       where status in ('SENT_ERR', 'SENTX_ERR') and at::date between '${ago(60)}' and '${today}' group by 1 order by 2 desc, 1`,
    );
    const failed = ({ key, measures: m }: { key: string; measures: { failed: number } }) => ({
      key,
      failed: m.failed,
    });
    expect(errors.groups.map(failed)).toEqual(plain);
    const [one] = errors.groups;
    const templates = await get(`messages?${query}&per=template&error=${one.key}&limit=3`);
    expect(templates.groups.length).toBeLessThanOrEqual(3);
    expect(templates.total.failed).toBe(one.measures.failed);
    const [most] = await rows(
      `select coalesce(content->'template'->>'code', '') as key, count(*)::int as failed from (${messages}) m
       where status in ('SENT_ERR', 'SENTX_ERR') and errors->0->>'code' = '${one.key}' and at::date between '${ago(60)}' and '${today}'
       group by 1 order by 2 desc, 1 limit 1`,
    );
    expect(failed(templates.groups[0])).toEqual(most);
  });

  it('of whole months is compared with as many months', async () => {
    const { before } = await get('messages?from=2026-03-01&to=2026-04-30&by=month&compare=true');
    expect([before.from, before.to]).toEqual(['2026-01-01', '2026-02-28']);
    const year = await get('messages?from=2025-01-01&to=2025-12-31&by=month&compare=true');
    expect([year.before.from, year.before.to]).toEqual(['2024-01-01', '2024-12-31']);
    expect(year.series).toHaveLength(12);
  });
});

describe('a report of sessions', () => {
  it('says how long people waited, for each agent', async () => {
    const { total, groups } = await get(`sessions?from=${ago(119)}&to=${today}&by=week&per=agent`);
    // Each was opened by the person and answered at once by a program, and a minute later by an agent.
    const waits = await rows(
      `select (select ('x' || left(a.id, 12))::bit(48)::bigint from message a where a.business_id = $1 and a.session_id = s.id and a.sender_type = 'AGENT' order by id limit 1)
         - (select ('x' || left(i.id, 12))::bit(48)::bigint from message i where i.business_id = $1 and i.session_id = s.id order by id limit 1) as ms,
         (select sender_code from message a where a.business_id = $1 and a.session_id = s.id and a.sender_type = 'AGENT' limit 1) as agent
       from session s where business_id = $1 and $2 <> '' and
         (to_timestamp(('x' || left(s.id, 12))::bit(48)::bigint / 1000.0) at time zone $2)::date >= '${ago(119)}'`,
    );
    const summary = (of: { ms: string }[]) => {
      const sorted = of.map(({ ms }) => Number(ms)).sort((a, b) => a - b);
      return {
        count: sorted.length,
        average: sorted.reduce((a, b) => a + b, 0) / sorted.length,
        median: sorted[Math.ceil(sorted.length / 2) - 1]!,
        p90: sorted[Math.ceil(sorted.length * 0.9) - 1]!,
      };
    };
    const check = (said: Record<string, number>, of: { ms: string }[]) => {
      const { count, average, median, p90 } = summary(of);
      expect(said.count).toBe(count);
      expect(Math.abs(said.averageMs! - average)).toBeLessThan(1);
      expect(Math.abs(said.medianMs! / median - 1)).toBeLessThan(binError + 0.001);
      expect(Math.abs(said.p90Ms! / p90 - 1)).toBeLessThan(binError + 0.001);
    };
    check(total.firstAgentAnswer, waits as { ms: string }[]);
    const a7 = groups.find(({ key }: { key: string }) => key === 'a7');
    expect(a7.name).toBe('Amina');
    check(a7.measures.firstAgentAnswer, waits.filter(({ agent }) => agent === 'a7') as { ms: string }[]);
    expect(a7.measures.written).toBe(a7.measures.firstAgentAnswer.count * 3);
    expect(total.resolution.count).toBe(total.resolved);
    expect(total.resolved).toBeGreaterThan(100);
    // What nobody of the agents did is of nobody.
    expect(groups.find(({ key }: { key: string }) => key === '').measures).toMatchObject({
      opened: total.opened,
    });
  });

  it('of several filters at once has medians of a month at most, and averages always', async () => {
    type Line = { key: string; measures: Record<string, Record<string, number>> };
    const of = async (days: number, more = '') =>
      (await get(`sessions?from=${ago(days)}&to=${ago(1)}&per=agent${more}`)) as {
        groups: Line[];
        total: Line['measures'];
      };
    const a7 = ({ groups }: { groups: Line[] }) => groups.find(({ key }) => key === 'a7')!.measures;
    // Agent 7 works in queue 2.
    expect(a7(await of(30, '&queue=q2'))).toEqual(a7(await of(30)));
    const long = await of(90, '&queue=q2');
    const { medianMs, p90Ms, ...rest } = a7(await of(90)).firstAgentAnswer!;
    expect(medianMs! + p90Ms!).toBeGreaterThan(0);
    expect(a7(long).firstAgentAnswer).toEqual(rest);
    expect(long.total.firstAgentAnswer!.medianMs).toBeGreaterThan(0);
    expect((await of(90, '&queue=q2&team=t7')).total.firstAgentAnswer).not.toHaveProperty('medianMs');
    expect((await of(30, '&queue=q2&team=t7')).total.firstAgentAnswer).toHaveProperty('medianMs');
  });

  it('by hour says how long people waited in each', async () => {
    const { series, total } = await get(`sessions?from=${ago(2)}&to=${ago(1)}&by=hour`);
    const counts = (series as { measures: { firstAnswer: { count: number; medianMs?: number } } }[]).map(
      ({ measures: m }) => m.firstAnswer,
    );
    expect(counts.reduce((all, { count }) => all + count, 0)).toBe(total.firstAnswer.count);
    for (const { count, medianMs } of counts) expect(medianMs !== undefined).toBe(count > 0);
  });

  it('is cut by queue and team', async () => {
    const query = `sessions?from=${ago(119)}&to=${today}&by=month`;
    const { groups, total } = await get(`${query}&per=queue`);
    expect(groups.map(({ key }: { key: string }) => key).sort()).toEqual(['q0', 'q1', 'q2', 'q3', 'q4']);
    const sum = groups.reduce(
      (all: number, { measures: m }: { measures: { opened: number } }) => all + m.opened,
      0,
    );
    expect(sum).toBe(total.opened);
    const queue = await get(`${query}&queue=q3&per=team`);
    expect(queue.total).toEqual(groups.find(({ key }: { key: string }) => key === 'q3').measures);
  });
});

describe('the overview', () => {
  it('has the totals of all reports', async () => {
    const query = `from=${ago(20)}&to=${today}&compare=true`;
    const {
      messages: ofMessages,
      sessions,
      webhooks,
      before,
      timeZone,
      complete,
    } = await get(`overview?${query}`);
    expect([timeZone, complete]).toEqual([zone, true]);
    expect(ofMessages).toEqual((await get(`messages?${query}`)).total);
    expect(sessions).toEqual((await get(`sessions?${query}`)).total);
    expect(webhooks).toMatchObject({ calls: 0, delivered: 0, refused: 0, givenUp: 0, time: { count: 0 } });
    expect(before.messages).toEqual((await get(`messages?${query}`)).before.total);
  });

  it('is of the last thirty days when nothing is said', async () => {
    const { from, to, before } = await get('overview');
    expect([from, to, before]).toEqual([ago(29), today, undefined]);
  });
});

describe('a table', () => {
  const table = async (path: string) => {
    const answer = await fetch(`${house.address}/api/v1/analytics/${path}`, {
      headers: { 'x-api-key': 'the-key-of-the-installation' },
    });
    return {
      text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer()),
      headers: answer.headers,
    };
  };

  it('has a line for each period', async () => {
    const { text, headers } = await table(`messages?from=${ago(4)}&to=${ago(2)}&format=csv`);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('content-disposition')).toBe(
      `attachment; filename="messages-${ago(4)}-${ago(2)}.csv"`,
    );
    const [head, ...lines] = text.trimEnd().split('\r\n');
    expect(head).toBe('\u{feff}at,received,accepted,sent,delivered,read,failed,waiting');
    expect(lines.map((line) => line.split(',')[0])).toEqual([ago(4), ago(3), ago(2)]);
  });

  it('has a line for each channel, with the period before; a name is no formula', async () => {
    const { text } = await table(`messages?per=channel&compare=true&format=csv`);
    expect(text.startsWith('\u{feff}channel,name,received,')).toBe(true);
    expect(text).toContain(',before.waiting\r\n');
    expect(text).toMatch(/^dummy:late,"'=1\+1, ""late""",\d+,/m);
  });

  it('is written down in the audit log, with what was asked for; what is only looked at is not', async () => {
    const lines = async () => (await api('GET', '/audit?what=analytics.exported&limit=200')).body.items;
    const before = (await lines()).length;
    await get(`messages?from=${ago(4)}&to=${ago(2)}`);
    await table(`messages?from=${ago(4)}&to=${ago(2)}&per=channel&direction=I&format=csv`);
    const { status } = await api('GET', '/analytics/messages?from=never&format=csv');
    expect(status).toBe(400);
    const [line, ...older] = await lines();
    expect(older).toHaveLength(before);
    expect(line).toMatchObject({ who: { kind: 'installationKey' }, on: { kind: 'analytics' } });
    const asked = Object.fromEntries(
      line.changes.map(({ field, after }: { field: string; after: unknown }) => [field, after]),
    );
    const range = { from: ago(4), to: ago(2) };
    expect(asked).toEqual({ report: 'messages', ...range, by: 'day', per: 'channel', direction: 'I' });
  });

  it('has a line for each agent and month, with durations in columns of their own', async () => {
    const { text } = await table(`sessions?per=agent&series=true&by=month&format=csv&limit=2`);
    const [head, ...lines] = text.trimEnd().split('\r\n');
    expect(head).toContain(
      ',firstAgentAnswer.count,firstAgentAnswer.averageMs,firstAgentAnswer.medianMs,firstAgentAnswer.p90Ms,',
    );
    for (const line of lines) expect(line.split(',')).toHaveLength(head!.split(',').length);
    expect(lines.length % 2).toBe(0);
  });
});

describe('webhooks', () => {
  it('are counted as they are called', async () => {
    const { id } = await done('POST', '/endpoints', { url: 'http://127.0.0.1:9/nobody', name: 'Nobody' });
    await done('POST', '/messages', {
      to: { phone: '966500000009' },
      channelId: 'dummy:sandbox',
      content: { text: 'Hi' },
    });
    const { groups, total } = await until(
      () => get('webhooks?per=endpoint'),
      ({ total: all }) => all.calls > 0,
    );
    expect(groups).toEqual([{ key: id, name: 'Nobody', measures: total }]);
    expect(total).toMatchObject({ delivered: 0, refused: total.calls, givenUp: 0 });
    expect(total.time.count).toBe(total.calls);
    const { groups: answers } = await get('webhooks?per=answer');
    expect(answers.map(({ key }: { key: string }) => key)).toEqual(['0']);
    await done('DELETE', `/endpoints/${id}`);
  });

  it('are told by the surface of an endpoint that has no name, and not by its address', async () => {
    const url = 'http://127.0.0.1:9/nobody?key=planted';
    const { id } = await done('POST', '/endpoints', { url });
    await done('POST', '/messages', {
      to: { phone: '966500000029' },
      channelId: 'dummy:sandbox',
      content: { text: 'Hi' },
    });
    const report = await until(
      () => get('webhooks?per=endpoint'),
      ({ groups }) => groups.some(({ key }: { key: string }) => key === id),
    );
    expect(report.groups).toContainEqual(expect.objectContaining({ key: id, name: 'parley' }));
    expect(JSON.stringify(report)).not.toContain('planted');
    await done('DELETE', `/endpoints/${id}`);
  });
});

describe('what is asked', () => {
  it.each([
    ['messages?from=2026-02-30', 'from'],
    ['messages?from=yesterday', 'from'],
    ['messages?from=2026-03-02&to=2026-03-01', 'to'],
    ['messages?from=2020-01-01&to=2026-03-01', 'from'],
    ['messages?from=2026-01-01&to=2026-03-01&by=hour', 'from'],
    ['messages?by=minute', 'by'],
    ['messages?per=agent', 'per'],
    ['messages?limit=0', 'limit'],
    ['messages?weekStart=friday', 'weekStart'],
    ['messages?format=xlsx', 'format'],
    ['sessions?compare=maybe', 'compare'],
    ['overview?to=9999-99-99', 'to'],
    ['overview?to=9999-12-31', 'to'],
    ['messages?from=3000-01-01', 'from'],
    ['messages?from=2999-12-01&to=3000-01-01', 'to'],
    ['sessions?from=1969-12-31&to=1970-01-01', 'from'],
  ])('%s is refused by name', async (path, field) => {
    const { status, body } = await api('GET', `/analytics/${path}`);
    expect(status).toBe(400);
    expect(body.error.fields[0].field).toBe(field);
  });

  it('finds nothing of another business', async () => {
    const { key } = await done('POST', '/businesses', { domain: 'other' });
    const { body } = await call('GET', `/api/v1/analytics/messages?per=channel`, undefined, key);
    expect(body).toMatchObject({ timeZone: 'UTC', groups: [], total: { received: 0, accepted: 0 } });
  });
});

describe('who may', () => {
  it('supervisors and administrators, and no agent', async () => {
    for (const [role, status] of [
      ['supervisor', 200],
      ['admin', 200],
      ['agent', 403],
    ] as const) {
      const token = await house.agent(`the-${role}`, { role });
      const answer = await house.ask('GET', '/analytics/overview', { bearer: token });
      expect([role, answer.status]).toEqual([role, status]);
      if (status === 403) expect(answer.body.error.fields[0].code).toBe('NO_SUPERVISOR');
    }
  });
});

describe('the time zone', () => {
  it('is taken away by an empty one: days are those of UTC again', async () => {
    const { settings } = await done('PATCH', '/business', { settings: { timeZone: '' } });
    expect(settings).not.toHaveProperty('timeZone');
    await until(
      () => get('overview'),
      ({ timeZone }) => timeZone === 'UTC',
    );
    await done('PATCH', '/business', { settings: { timeZone: zone } });
    const { status, body } = await api('PATCH', '/business', { settings: { timeZone: 'CET' } });
    expect([status, body.error.fields[0].field]).toEqual([400, 'settings.timeZone']);
  });
});
