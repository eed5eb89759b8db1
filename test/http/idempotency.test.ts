import { afterAll, describe, expect, it } from 'vitest';
import { makeSeal } from '../../src/pipeline/seal.ts';
import { openEndpoint } from '../../src/pipeline/setup-secrets.ts';
import { installationKey, testServer } from '../apis/parley/server.ts';
import { unanswered } from './interrupted.ts';

const { address, api, call, db, end } = await testServer();
afterAll(end);

const text = { channelId: 'dummy:sandbox', to: { phone: '966500000000' }, content: { text: 'Hello' } };
const xmsText = { channelId: 'dummy:sandbox', to: { phone: '966500000000' }, text: { body: 'Hello' } };

async function post(path: string, body: unknown, key: string, apiKey = installationKey, method = 'POST') {
  const answer = await fetch(`${address}${path}`, {
    method,
    headers: { 'x-api-key': apiKey, 'idempotency-key': key },
    body: JSON.stringify(body),
  });
  const replayed = answer.headers.get('idempotency-replayed') === 'true';
  return { status: answer.status, replayed, headers: answer.headers, body: JSON.parse(await answer.text()) };
}

async function count(table: string): Promise<number> {
  const text = `select count(*) as n from ${table}`;
  return Number((await db.run<{ n: number }>({ name: `count.${table}`, text }, []))[0]!.n);
}

describe('a send under an idempotency key', () => {
  it.each([
    ['parley', '/api/v1/messages', text],
    ['xms', '/xms/api/v1/message/send', xmsText],
  ])('is done once, and answered the same each time (%s)', async (surface, path, body) => {
    const before = await count('message');
    const first = await post(path, body, `order-17-${surface}`);
    const again = await post(path, body, `order-17-${surface}`);
    expect(first.replayed).toBe(false);
    expect(again.replayed).toBe(true);
    expect(again.status).toBe(first.status);
    expect(again.body).toEqual(first.body);
    expect(await count('message')).toBe(before + 1);
  });

  it('has one effect when a hundred arrive at once', async () => {
    const before = await count('message');
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post('/api/v1/messages', text, 'a hundred')),
    );
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    for (const { status, headers, body } of answers.filter((one) => one.status !== 201)) {
      expect(status).toBe(409);
      expect(headers.get('retry-after')).toBe('1');
      expect(body.error.fields).toMatchObject([{ field: 'idempotency-key', code: 'IDEMPOTENCY_RUNNING' }]);
    }
    expect(await count('message')).toBe(before + 1);
  });

  it('is refused when the key stands for another request', async () => {
    const before = await count('message');
    await post('/api/v1/messages', text, 'used');
    const other = await post('/api/v1/messages', { ...text, content: { text: 'Bye' } }, 'used');
    expect(other.status).toBe(422);
    expect(other.body.error).toMatchObject({
      code: 'MISMATCH',
      fields: [{ field: 'idempotency-key', code: 'IDEMPOTENCY_MISMATCH' }],
    });
    const xms = await post('/xms/api/v1/message/send', xmsText, 'used too');
    expect(xms.status).toBe(200);
    const changed = await post('/xms/api/v1/message/send', { ...xmsText, mask: true }, 'used too');
    expect(changed.status).toBe(422);
    expect(changed.body).toMatchObject({ status: '422', messageKey: 'IDEMPOTENCY_MISMATCH' });
    expect(await count('message')).toBe(before + 2);
  });

  it('may be mended and sent again when it was refused', async () => {
    const refused = await post('/api/v1/messages', { ...text, channelId: 'dummy:none' }, 'mended');
    expect(refused.status).toBe(400);
    const mended = await post('/api/v1/messages', text, 'mended');
    expect(mended).toMatchObject({ status: 201, replayed: false });
  });

  it('belongs to one credential and one route', async () => {
    const made = await api('POST', '/keys', { app: 'default', name: 'second' });
    const first = await post('/api/v1/messages', text, 'shared');
    const second = await post('/api/v1/messages', text, 'shared', made.body.key);
    const xms = await post('/xms/api/v1/message/send', xmsText, 'shared');
    expect([second.status, xms.status]).toEqual([201, 200]);
    expect(new Set([first.body.id, second.body.id, xms.body.data.id]).size).toBe(3);
  });

  it('has a key of 1 to 255 characters', async () => {
    const long = await post('/api/v1/messages', text, 'k'.repeat(256));
    expect(long.status).toBe(400);
    expect(long.body.error.fields).toMatchObject([{ field: 'idempotency-key' }]);
    expect((await post('/api/v1/messages', text, 'k'.repeat(255))).status).toBe(201);
  });
});

describe('other requests under an idempotency key', () => {
  it('make one thing and show its secret again, which is kept sealed', async () => {
    const ask = { app: 'default', name: 'once' };
    const first = await post('/api/v1/keys', ask, 'one key please');
    const again = await post('/api/v1/keys', ask, 'one key please');
    expect(first.status).toBe(201);
    expect(again).toMatchObject({ status: 201, replayed: true, body: first.body });
    const kept = await db.run<{ answer: Buffer }>(
      { name: 'answers', text: 'select answer from idempotency where answer is not null' },
      [],
    );
    for (const { answer } of kept) expect(answer.toString('latin1')).not.toContain(first.body.key);
    const { body } = await api('GET', '/keys');
    expect(body.items.filter(({ name }: { name: string }) => name === 'once')).toHaveLength(1);
  });

  it.each([
    ['a key', '/api/v1/keys', { app: 'default', name: 'crash' }],
    ['an endpoint', '/api/v1/endpoints', { url: 'http://127.0.0.1:9/crash', types: ['contact.created'] }],
    ['a business', '/api/v1/businesses', { domain: 'crash' }],
    ['a document', '/api/v1/apply', { apps: [{ code: 'crash', keys: [{ name: 'crash' }] }] }],
  ])('are done once when their answer could not be kept: %s', async (what, path, ask) => {
    const first = await unanswered(db, () => post(path, ask, `crash ${what}`));
    expect(first.status).toBeLessThan(300);
    const counts = async () => [await count('api_key'), await count('endpoint'), await count('business')];
    const before = await counts();
    const again = await post(path, ask, `crash ${what}`);
    expect(again).toMatchObject({ status: first.status, body: first.body, replayed: false });
    expect(await counts()).toEqual(before);
    expect((await post(path, ask, `crash ${what}`)).replayed).toBe(true);
  });

  it.each(['secret', 'verifyToken'])(
    'replace a secret once when their answer could not be kept: %s',
    async (what) => {
      const { body: made } = await api('POST', '/endpoints', { url: `http://127.0.0.1:9/${what}` });
      const rotate = () => post(`/api/v1/endpoints/${made.id}/rotate`, { what }, `crash a ${what}`);
      const first = await unanswered(db, rotate);
      const again = await rotate();
      expect(again.body).toEqual(first.body);
      const [kept] = await db.run<{ businessId: number; secrets: Buffer }>(
        { name: 'secrets', text: 'select business_id as "businessId", secrets from endpoint where id = $1' },
        [made.id],
      );
      const inForce = openEndpoint(
        makeSeal('the secret of the tests'),
        kept!.businessId,
        made.id,
        kept!.secrets,
      );
      expect(inForce).toMatchObject({ [what]: again.body[what] });
    },
  );

  it('keep one file when their answer could not be kept', async () => {
    const upload = async () => {
      const answer = await fetch(`${address}/api/v1/media?filename=crash.txt`, {
        method: 'POST',
        headers: { 'x-api-key': installationKey, 'idempotency-key': 'crash a file' },
        body: 'The same bytes each time',
      });
      return { status: answer.status, body: await answer.json() };
    };
    const first = await unanswered(db, upload);
    expect(first.status).toBe(201);
    const before = await count('media');
    expect(await upload()).toEqual(first);
    expect(await count('media')).toBe(before);
    const { pathname, search } = new URL((first.body as { link: string }).link);
    expect((await fetch(address + pathname + search)).status).toBe(200);
  });

  it('tell an endpoint once more, and not twice, when their answer could not be kept', async () => {
    const made = await post('/api/v1/endpoints', { url: 'http://127.0.0.1:9/again' }, 'told again');
    const replay = `/api/v1/endpoints/${made.body.id}/replay`;
    const first = await unanswered(db, () => post(replay, { from: 1 }, 'crash a replay'));
    expect(first.body.queued).toBeGreaterThan(0);
    // Meanwhile it was taken; what happens by itself afterwards is told, too.
    const taken = await db.run<{ seq: string }>(
      {
        name: 'taken',
        text: `update delivery set state = 'delivered', due_at = null, lease_until = null where endpoint_id = $1
          returning seq::text`,
      },
      [made.body.id],
    );
    const again = await post(replay, { from: 1 }, 'crash a replay');
    expect(again).toMatchObject({ status: first.status, body: first.body });
    const text = `select seq from delivery where endpoint_id = $1 and due_at is not null and seq = any($2::bigint[])`;
    expect(await db.run({ name: 'due', text }, [made.body.id, taken.map(({ seq }) => seq)])).toEqual([]);
  });

  it('open one session of an agent when their answer could not be kept', async () => {
    const [{ uuid }] = (await db.run<{ uuid: string }>(
      { name: 'uuid', text: `select uuid from business where domain = 'first'` },
      [],
    )) as [{ uuid: string }];
    const agent = {
      business_id: uuid,
      platform_type: 'avocado',
      platform_id: 'crash@shop.example',
      role: 'agent',
    };
    const open = () =>
      post(
        '/v1/app/user.new.session',
        {
          ...agent,
          profile_name: 'crash',
          display_name: 'Crash',
          profile_image_url: 'https://img.example/c.png',
        },
        'crash a session',
      );
    const first = await unanswered(db, open);
    expect(first.status).toBe(200);
    const before = await count('access_token');
    expect((await open()).body).toEqual(first.body);
    expect(await count('access_token')).toBe(before);
  });

  it('are refused, and held up by nothing, when what they had done cannot be read any more', async () => {
    const ask = { app: 'default', name: 'unreadable' };
    await unanswered(db, () => post('/api/v1/keys', ask, 'unreadable'));
    await db.run(
      {
        name: 'unreadable',
        text: `update idempotency set effect = '{"changes": "c2VhbGVkIGJ5IHNvbWVib2R5IGVsc2U="}' where effect is not null`,
      },
      [],
    );
    for (const _ of ['once', 'and again'])
      expect((await post('/api/v1/keys', ask, 'unreadable')).status).toBe(500);
    expect((await post('/api/v1/messages', text, 'readable')).status).toBe(201);
  });

  it('that only read are answered as they are now', async () => {
    const read = await fetch(`${address}/api/v1/queues`, {
      headers: { 'x-api-key': installationKey, 'idempotency-key': 'read' },
    });
    expect(read.headers.get('idempotency-replayed')).toBeNull();
    expect(read.status).toBe(200);
  });

  it('without a known key are told nothing', async () => {
    await post('/api/v1/messages', text, 'mine');
    expect((await post('/api/v1/messages', text, 'mine', 'somebody else')).status).toBe(401);
    expect((await call('POST', '/api/v1/messages', text, '')).status).toBe(401);
  });
});
