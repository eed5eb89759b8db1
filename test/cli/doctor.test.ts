import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../cli/src/main.ts';
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
    expect(out.filter((line) => line.startsWith('ok '))).toHaveLength(11);
    expect(out.at(-1)).toBe('All 11 invariants hold.');
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
    expect(err).toEqual(['2 of 11 invariants are broken.']);
  });

  it('answers the key of the installation alone', async () => {
    const { body } = await api('POST', '/keys', { app: 'default', name: 'another', tenantWide: true });
    expect(await doctor(body.key)).toMatchObject({
      code: 1,
      err: ['Refused: Only the key of the installation may do this.'],
    });
  });
});
