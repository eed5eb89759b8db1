import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/src/main.ts';
import { checkInvariants } from '../../src/store/invariants.ts';
import { installationKey, testServer, until } from '../apis/parley/server.ts';

const { address, api, db, end } = await testServer();
afterAll(end);

async function doctor(key = installationKey) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await run(['doctor', '--invariants'], {
    env: { PARLEY_URL: address, PARLEY_API_KEY: key },
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { code, out, err };
}

const sql = (text: string) => db.run({ name: `doctor ${text}`, text }, []);

async function sent(): Promise<string> {
  const { body } = await api('POST', '/messages', {
    channelId: 'dummy:sandbox',
    to: { phone: '966500000000' },
    content: { text: 'Hello' },
  });
  await until(
    () => api('GET', `/messages/${body.id}`),
    ({ body: { status } }) => status === 'READ',
  );
  return body.id;
}

describe('parley doctor', () => {
  it('finds a server in order in order', async () => {
    await sent();
    const { code, out, err } = await doctor();
    expect([code, err]).toEqual([0, []]);
    expect(out.filter((line) => line.startsWith('ok '))).toHaveLength(14);
    expect(out.at(-1)).toBe('All 14 invariants hold.');
  });

  it('names what is not, with examples, and says so by its exit code', async () => {
    const id = await sent();
    await sql(`update message set status = 'INIT', due_at = null where id = '${id}'`);
    await sql(`delete from event where seq = 2`);
    const { code, out, err } = await doctor();
    expect(code).toBe(1);
    expect(out).toContainEqual(
      expect.stringMatching(new RegExp(`^BROKEN  messageForgotten: 1 .*such as 1/${id}$`)),
    );
    expect(out).toContainEqual(expect.stringMatching(/^BROKEN {2}eventsWithGaps: 1 /));
    expect(err).toEqual(['2 of 14 invariants are broken.']);
  });

  it('finds what waits for nothing, what outlived its time, whom two hold, and a log that is gone', async () => {
    const id = await sent();
    // Nobody else sees it: what sweeps would mend it.
    const broken: Record<string, string[]> = {};
    const look = db.transaction(async (tx) => {
      for (const [i, text] of [
        `insert into endpoint (business_id, id, surface, url, secrets, types)
         values (1, 'e', 'parley', 'http://127.0.0.1:9/', '', '{}')`,
        `insert into delivery (business_id, endpoint_id, seq, lane, due_at)
         select 1, 'e', max(seq), 'lane', 'infinity' from event where business_id = 1`,
        `update channel set paused_until = now() + interval '1 hour'`,
        `update message set status = 'INIT', due_at = now(), at = at - interval '2 days', stamps = '{}' where id = '${id}'`,
        `insert into inbox_session (business_id, session_id, contact_id, channel_id, queue_code, agent_code, state, active_at)
         select 1, session_id, contact_id, channel_id, 'queue', 'somebody', 'open', now() from message where id = '${id}'
         on conflict (business_id, session_id) do update set agent_code = 'somebody'`,
        `insert into business (id, domain, name) overriding system value values (99, 'gone', 'Gone')`,
        `insert into event_counter (business_id, seq) values (99, 7)
         on conflict (business_id) do update set seq = 7`,
      ].entries())
        await tx.run({ name: `doctor.broken.${i}`, text }, []);
      for (const { name, examples } of await checkInvariants(tx, 0)) broken[name] = examples;
      throw new Error('as if nothing had been');
    });
    await expect(look).rejects.toThrow('as if nothing');
    expect(broken).toMatchObject({
      deliveryParked: [expect.stringMatching(/^1\/e#\d+$/)],
      messageOutlived: [`1/${id}`],
      sessionHolders: [expect.stringMatching(/^1\//)],
      messageParked: [],
    });
    expect(broken.eventsWithGaps).toContain('99/7');
  });

  it('takes nothing for broken that is only in the middle of things', async () => {
    await sent();
    const look = db.transaction(async (tx) => {
      const run = (name: string, text: string) =>
        tx.run<{ seq: number }>({ name: `doctor.${name}`, text }, []);
      const [row] = await run(
        'parked',
        `with e as (insert into endpoint (business_id, id, surface, url, secrets, types)
            values (1, 'm', 'parley', 'http://127.0.0.1:9/', '', '{}') returning id)
          insert into delivery (business_id, endpoint_id, seq, lane, due_at)
          select 1, e.id, s.seq, 'lane ' || s.seq, 'infinity' from e,
            (select seq from event where business_id = 1 order by seq desc limit 2) s returning seq`,
      );
      const looking = checkInvariants(tx, 500);
      await setTimeout(200);
      // As who settles what was before it does.
      await run('woken', `update delivery set due_at = now() where endpoint_id = 'm' and seq = ${row!.seq}`);
      const { broken, examples } = (await looking).find(({ name }) => name === 'deliveryParked')!;
      expect([broken, examples.length]).toEqual([1, 1]);
      expect(examples).not.toContain(`1/m#${row!.seq}`);
      throw new Error('as if nothing had been');
    });
    await expect(look).rejects.toThrow('as if nothing');
  });

  it('answers the key of the installation alone', async () => {
    const { body } = await api('POST', '/keys', { app: 'default', name: 'another', tenantWide: true });
    expect(await doctor(body.key)).toMatchObject({
      code: 1,
      err: ['Refused: Only the key of the installation may do this.'],
    });
  });
});
