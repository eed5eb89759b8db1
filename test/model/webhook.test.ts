import { createHmac, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from '../../src/model/retry-after.ts';
import {
  bodySignature,
  isWebhookSigned,
  judgeEndpoint,
  retrySchedule,
  signWebhook,
  verdictOfAnswer,
} from '../../src/model/webhook.ts';

const now = Date.parse('2026-03-01T12:00:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

describe('the retry schedule', () => {
  it('has 12 tries over about 70 hours', () => {
    expect(retrySchedule).toHaveLength(12);
    expect(retrySchedule[0]).toBe(0);
    expect(retrySchedule.reduce((sum, pause) => sum + pause) / hour).toBeCloseTo(70.7, 1);
  });

  it('pauses longer from try to try, and gives up after the twelfth', () => {
    const pauses = retrySchedule.map((_, i) => verdictOfAnswer({ status: 500 }, i + 1, now, 0.5));
    expect(pauses.slice(0, 11)).toEqual(retrySchedule.slice(1).map((inMs) => ({ kind: 'retry', inMs })));
    expect(pauses[11]).toEqual({ kind: 'failed' });
  });

  it.each([
    ['schedule', 12],
    ['retry', 5],
    ['once', 1],
  ] as const)('is gone through by the policy %s %i times', (policy, most) => {
    const kinds = retrySchedule.map((_, i) => verdictOfAnswer({ status: 500 }, i + 1, now, 0.5, policy).kind);
    expect(kinds.indexOf('failed')).toBe(most - 1);
    expect(kinds.slice(0, most - 1).every((kind) => kind === 'retry')).toBe(true);
  });

  it('spreads each pause by 20 % either way', () => {
    expect(verdictOfAnswer({}, 1, now, 0)).toEqual({ kind: 'retry', inMs: 4000 });
    expect(verdictOfAnswer({}, 1, now, 1)).toEqual({ kind: 'retry', inMs: 6000 });
  });
});

describe('what follows from an answer', () => {
  it.each([
    [[200, 201, 202, 204, 299], 'delivered'],
    [[undefined, 301, 302, 307, 308, 304, 408, 429, 500, 502, 503, 504, 599], 'retry'],
    [[400, 401, 403, 404, 405, 409, 413, 422, 451], 'failed'],
    [[410], 'gone'],
  ])('%j: %s', (statuses, kind) => {
    for (const status of statuses) {
      expect(verdictOfAnswer(status === undefined ? {} : { status }, 1, now, 0.5).kind).toBe(kind);
    }
  });

  it.each([
    ['120', 120_000],
    ['1.5', 1500],
    [' 7 ', 7000],
    ['0.2', 1000],
    ['315360000', hour],
    ['99999999999999999999999999', hour],
    ['Sun, 01 Mar 2026 12:02:00 GMT', 120_000],
    ['Sun, 01 Mar 2036 12:00:00 GMT', hour],
  ])('Retry-After: %s is honoured within the clamp', (retryAfter, inMs) => {
    for (const status of [429, 503]) {
      expect(verdictOfAnswer({ status, retryAfter }, 1, now, 0.5)).toEqual({ kind: 'retry', inMs });
    }
  });

  it.each(['0', '-5', '-99999999999', 'Sun, 01 Mar 2016 12:00:00 GMT', 'soon', '', '1e400', '12 apples'])(
    'Retry-After: %j says nothing, the schedule holds',
    (retryAfter) => {
      expect(verdictOfAnswer({ status: 429, retryAfter }, 2, now, 0.5)).toEqual({
        kind: 'retry',
        inMs: 30_000,
      });
    },
  );

  it('hears Retry-After of 429 and 503 only, and not after the last try', () => {
    expect(verdictOfAnswer({ status: 500, retryAfter: '120' }, 1, now, 0.5)).toEqual({
      kind: 'retry',
      inMs: 5000,
    });
    expect(verdictOfAnswer({ status: 429, retryAfter: '120' }, 12, now, 0.5)).toEqual({ kind: 'failed' });
    expect(retryAfterMs(undefined, now)).toBeUndefined();
  });
});

describe('an endpoint that fails', () => {
  const judge = (failures: number, forMs: number, toldStage = 0) =>
    judgeEndpoint({ failures, firstFailureAt: now - forMs, toldStage }, now);

  it.each([
    [3, day, 0],
    [4, 1000, 1],
    [19, day - 1, 1],
    [4, day, 2],
    [19, 30 * day, 2],
    [100_000, 5 * day - 1, 2],
  ])('%i failures in %i ms: its owner is told stage %i, and it goes on', (failures, forMs, stage) => {
    expect(judge(failures, forMs)).toEqual({ stage, disable: false });
  });

  it('is disabled after 5 days of failure only and 20 attempts', () => {
    expect(judge(20, 5 * day)).toEqual({ stage: 3, disable: true });
  });

  it('does not tell the same stage twice', () => {
    expect(judge(5, 2000, 1)).toEqual({ stage: 1, disable: false });
    expect(judge(5, 2000, 2)).toEqual({ stage: 2, disable: false });
  });
});

describe('the signature', () => {
  const body = JSON.stringify({ text: 'Grüße 👋', n: 1 });
  const secret = newSecret();
  const signed = signWebhook('evt_1', body, [secret], now);

  it('is what the reference library makes and takes', () => {
    const headers = signWebhook('evt_1', body, [secret], Date.now());
    expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
    expect(new Webhook(secret).sign('evt_1', new Date(now), body)).toBe(signed['webhook-signature']);
  });

  it('counts while old and new secret overlap, and no longer', () => {
    const former = newSecret();
    const both = signWebhook('evt_1', body, [secret, former], Date.now());
    expect(both['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const one of [secret, former]) {
      expect(new Webhook(one).verify(body, both)).toEqual(JSON.parse(body));
      expect(isWebhookSigned(both, body, one, Date.now())).toBe(true);
    }
    const after = signWebhook('evt_1', body, [secret], Date.now());
    expect(() => new Webhook(former).verify(body, after)).toThrow();
    expect(isWebhookSigned(after, body, former, Date.now())).toBe(false);
  });

  it('is accepted within five minutes either way', () => {
    for (const skew of [0, 299_000, -299_000]) {
      expect(isWebhookSigned(signed, body, secret, now + skew)).toBe(true);
    }
  });

  it.each<[string, Record<string, string | undefined>, string?, number?]>([
    ['6 minutes old, or replayed then', {}, body, now + 6 * 60_000],
    ['6 minutes ahead', {}, body, now - 6 * 60_000],
    ['of a body with one byte changed', {}, body.replace('1', '2')],
    ['without an id', { 'webhook-id': undefined }],
    ['without a time', { 'webhook-timestamp': undefined }],
    ['without a signature', { 'webhook-signature': undefined }],
    ['with an empty signature', { 'webhook-signature': '' }],
    ['of another event', { 'webhook-id': 'evt_2' }],
    ['with another time', { 'webhook-timestamp': String(now / 1000 + 1) }],
    ['with a time that is none', { 'webhook-timestamp': 'NaN' }],
    ['of another scheme', { 'webhook-signature': signed['webhook-signature']?.replace('v1,', 'v1a,') }],
    ['without its scheme', { 'webhook-signature': signed['webhook-signature']?.replace('v1,', '') }],
    ['cut short', { 'webhook-signature': signed['webhook-signature']?.slice(0, -1) }],
  ])('%s is refused', (_, headers, text = body, at = now) => {
    expect(isWebhookSigned({ ...signed, ...headers }, text, secret, at)).toBe(false);
  });

  it('of another secret is refused', () => {
    expect(isWebhookSigned(signed, body, newSecret(), now)).toBe(false);
  });

  it('x-xms-signature is the hex HMAC of the body', () => {
    expect(bodySignature(body, 's3cret')).toBe(createHmac('sha256', 's3cret').update(body).digest('hex'));
  });
});
