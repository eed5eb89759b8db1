import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addWeb } from '../../src/web.ts';

let dir: string;
let app: FastifyInstance;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'parley-web-'));
  await mkdir(join(dir, 'assets'));
  await writeFile(
    join(dir, 'index.html'),
    '<style nonce="%NONCE%"></style><meta name="known" content="%KNOWN%"><script type="application/json">"%FIRST%"</script>',
  );
  await writeFile(join(dir, 'assets', 'inbox-1a2b.js'), 'let it;');
  await writeFile(join(dir, 'assets', 'inbox-1a2b.js.gz'), gzipSync('let it;'));
  await writeFile(join(dir, 'secret'), 'not for anybody');
  app = fastify();
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'notFound' }));
  addWeb(app, { frameAncestors: ['https://crm.example.com'], dir });
  app.get('/api/v1/*', async ({ url, headers }, reply) => {
    if (url.endsWith('/nothing')) return reply.callNotFound();
    if (headers.cookie !== 'parley_sign_in=good') return reply.code(401).send({});
    if (url === '/api/v1/me' || url === '/api/v1/inbox/setup') return { asked: url };
    return { items: [{ preview: '</script><script>alert("$&")</script>' }] };
  });
});
afterAll(async () => {
  await app.close();
  await rm(dir, { recursive: true });
});

const ask = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });

describe('the page of the inbox', () => {
  it.each([
    '/',
    '/sign-in',
    '/inbox',
    '/inbox/01a2',
    '/contacts',
    '/contacts/sms1_a',
    '/settings/keys',
    '/console',
    '/console/set-up/tags',
  ])('is at %s', async (url) => {
    const page = await ask(url);
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('leaves what is no screen to those who answer errors there', async () => {
    for (const url of ['/api/v1/nothing', '/xms/api/v1/nothing', '/inboxes', '/assets/none.js']) {
      const answer = await ask(url);
      expect([url, answer.statusCode, answer.json()]).toEqual([url, 404, { error: 'notFound' }]);
    }
  });

  it('lets no text become script, and only sites that are named show it in a frame', async () => {
    const { headers } = await ask('/inbox');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect(policy).toContain("frame-ancestors 'self' https://crm.example.com");
    expect(headers['cache-control']).toBe('no-store');
  });

  it('has a number of its own in each answer, which its styles carry', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const { headers, body } = await ask('/');
        const nonce = /nonce="([^"]+)"/.exec(body)![1]!;
        expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
        return nonce;
      }),
    );
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it('knows whether a sign-in may come along, so that nobody is asked in vain', async () => {
    expect((await ask('/')).body).toContain('content="no"');
    expect((await ask('/', { cookie: 'parley_sign_in=abc' })).body).toContain('content="yes"');
  });
});

describe('what the page would ask for first', () => {
  const list = '/inbox/sessions?view=all&state=open&sort=latest&limit=50';
  const first = async (cookie?: string, url = '/inbox') => {
    const { body } = await ask(url, cookie === undefined ? {} : { cookie });
    return JSON.parse(/<script type="application\/json">(.*?)<\/script>/.exec(body)![1]!);
  };

  it('comes with it for who is signed in, and stays data whatever customers write', async () => {
    const answers = await first('parley_sign_in=good');
    expect(answers['/me']).toEqual({ asked: '/api/v1/me' });
    expect(answers[list]).toEqual({
      items: [{ preview: '</script><script>alert("$&")</script>' }],
    });
  });

  it.each([
    ['/', true],
    ['/inbox', true],
    ['/inbox/01a2', true],
    ['/inbox?simulator=1', true],
    ['/simulator', true],
    ['/inbox?view=mine', false],
    ['/inbox/01a2?state=closed', false],
    ['/settings/keys', false],
    ['/console', false],
    ['/console/set-up/tags', false],
  ])('brings the list only where that list is shown: at %s %s', async (url, isShown) => {
    const answers = await first('parley_sign_in=good', url);
    expect(Object.keys(answers)).toEqual([
      ...['/me', '/inbox/setup', '/inbox/counts'],
      ...(isShown ? [list] : []),
    ]);
  });

  it.each([
    ['/contacts', true],
    ['/contacts/sms1_a', true],
    ['/contacts?tag=31', false],
    ['/contacts?unowned=1', false],
  ])('brings the contacts only where all of them are listed: at %s %s', async (url, isShown) => {
    const answers = await first('parley_sign_in=good', url);
    expect(Object.keys(answers).includes('/inbox/contacts?limit=50')).toBe(isShown);
    expect(Object.keys(answers)).not.toContain(list);
  });

  it.each(['/sign-in', '/join'])('is nothing where nobody need be signed in: at %s', async (url) => {
    expect(await first('parley_sign_in=good', url)).toEqual({});
  });

  it('does not come for nobody, nor for a sign-in that has ended', async () => {
    expect(await first()).toEqual({});
    expect(await first('parley_sign_in=ended')).toEqual({});
  });
});

describe('its files', () => {
  it('are kept for a year, and come packed to who takes that', async () => {
    const plain = await ask('/assets/inbox-1a2b.js');
    expect([plain.body, plain.headers['content-encoding']]).toEqual(['let it;', undefined]);
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const packed = await ask('/assets/inbox-1a2b.js', { 'accept-encoding': 'br, gzip' });
    expect([packed.headers['content-encoding'], packed.headers.vary]).toEqual(['gzip', 'accept-encoding']);
    expect(packed.headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it('are those of the build and no others', async () => {
    for (const url of ['/assets/../secret', '/assets/..%2fsecret', '/assets/%2e%2e/secret']) {
      const answer = await ask(url);
      expect([url, answer.statusCode]).toEqual([url, 404]);
    }
  });
});

it('says how to build the inbox where that was not done', async () => {
  const bare = fastify();
  addWeb(bare, { frameAncestors: [], dir: join(dir, 'nowhere') });
  const answer = await bare.inject({ url: '/' });
  expect([answer.statusCode, answer.body]).toEqual([503, expect.stringContaining('npm run build')]);
  await bare.close();
});
