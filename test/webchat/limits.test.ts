import { afterAll, expect, it } from 'vitest';
import { makeTokens } from '../../src/pipeline/jwt.ts';
import { makeSeal } from '../../src/pipeline/seal.ts';
import { testServer } from '../apis/parley/server.ts';
import { openBrowser, openWindow } from './visitor.ts';

const { address, api, end } = await testServer({ TRUSTED_PROXIES: '127.0.0.1' });
afterAll(end);
const settings = { origins: ['https://shop.example'] };
const { siteKey } = (await api('PUT', '/channels/web:limits', { settings })).body;
const shop = openBrowser(address, siteKey);

it('a token whose hour is over is good for nothing, and a new session goes on with the same conversation', async () => {
  const { token, visitorId, conversation } = await shop.session();
  const claims = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<
    string,
    unknown
  >;
  const tokens = makeTokens(makeSeal('the secret of the tests'), 'parley-visitors');
  // What we would have signed an hour ago, and the same with an hour before it, to know that nothing else is wrong.
  const late = await tokens.sign({ ...claims, exp: Math.floor(Date.now() / 1000) - 1 });
  const good = await tokens.sign({ ...claims, exp: Math.floor(Date.now() / 1000) + 3600 });
  expect((await shop.call('/widget/history', { token: good })).status).toBe(200);
  for (const path of ['/widget/history', '/widget/poll']) {
    const answer = await shop.call(path, { token: late });
    expect([answer.status, answer.body.error.code], path).toEqual([401, 'TOKEN']);
  }
  const upload = await shop.call('/widget/media', { method: 'POST', token: late, body: 'x' });
  expect([upload.status, upload.body.error.code]).toEqual([401, 'TOKEN']);
  expect(await (await openWindow(address, 'https://shop.example', { token: late })).ends()).toBe(4401);
  expect((await shop.session({ visitorId })).conversation).toBe(conversation);
});

it('a flood of new visitors from one address is told to wait, and nobody else is', async () => {
  const from = (ip: string) =>
    shop.call('/widget/session', {
      method: 'POST',
      body: JSON.stringify({ siteKey }),
      headers: { 'x-forwarded-for': ip },
    });
  const answers = [];
  // One window of the limit may end while they come: then the second has as many.
  for (let n = 0; n < 250; n += 10)
    answers.push(...(await Promise.all(Array.from({ length: 10 }, () => from('203.0.113.7')))));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThanOrEqual(10);
  for (const { status, headers, body } of refused) {
    expect([status, body.error.code]).toEqual([429, 'RATE']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(body.error.retryAfter).toBeGreaterThan(0);
    expect(body.error.message).toMatch(/slow down/i);
  }
  expect((await from('203.0.113.8')).status).toBe(200);
});
