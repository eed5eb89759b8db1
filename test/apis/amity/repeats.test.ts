import { afterAll, describe, expect, it } from 'vitest';
import { unanswered } from '../../http/interrupted.ts';
import { testNetwork } from './network.ts';

const { ask, own, another, db, end } = await testNetwork();
afterAll(end);

const paths = { bot: '/bot', visitor: '/visitor', 'signed-in': '' } as const;
const kinds = Object.keys(paths) as (keyof typeof paths)[];
const bodyOf = (kind: keyof typeof paths, deviceId: string) => ({
  deviceId,
  ...(kind === 'signed-in' && { userId: 'huda' }),
});

describe('under an idempotency key', () => {
  const headers = { 'idempotency-key': 'registered once' };
  const count = async (table: string) => {
    const text = `select count(*)::int as n from ${table}`;
    return (await db.run<{ n: number }>({ name: `test.count.${table}`, text }, []))[0]!.n;
  };

  it.each(kinds)(
    'a %s is registered once, with one token, wherever the first attempt broke off',
    async (kind) => {
      const register = () =>
        ask('POST', `/api/v5/sessions${paths[kind]}`, {
          key: own.publishable,
          body: bodyOf(kind, 'registered once'),
          headers,
        });
      const first = await unanswered(db, register);
      expect(first.status).toBe(200);
      const before = await count('access_token');
      const [second, third] = [await register(), await register()];
      expect([second.body, third.body]).toEqual([first.body, first.body]);
      expect(third.headers.get('idempotency-replayed')).toBe('true');
      expect(await count('access_token')).toBe(before);
    },
  );

  it('a person is vouched for once, and what was answered is kept sealed', async () => {
    const secure = await another('vouched-once');
    await secure.settings({ secureMode: true });
    const vouch = () =>
      ask('POST', '/api/v4/authentication/token', {
        headers: { ...headers, 'x-server-key': secure.server },
        body: { userId: 'huda' },
      });
    const first = await unanswered(db, vouch);
    const [second, third] = [await vouch(), await vouch()];
    expect([second.text, third.text]).toEqual([first.text, first.text]);
    expect(third.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await count('auth_token')).toBe(1);
    const kept = await db.run<{ all: string }>(
      {
        name: 'test.kept',
        text: `select i::text || encode(i.answer, 'escape') as all from idempotency i where answer is not null`,
      },
      [],
    );
    for (const { all } of kept) expect(all).not.toContain(first.text);
  });
});
