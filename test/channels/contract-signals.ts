import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { Call, SignalTo } from '../../src/channels/channel.ts';
import { channelOf } from '../../src/channels/index.ts';
import { failureOf, fakeCall, type Sample, secretsOf } from './tools.ts';

type Show = (to: SignalTo, account: Record<string, unknown>, call: Call) => Promise<void>;

const to: SignalTo = {
  csid: '919988776655',
  providerId: 'm.of-the-person',
  readToken: 'token-of-the-message',
};

/** The contract of what people are shown: who is told so, and how it is told that it could not be. */
export function testSignals(sample: Sample): void {
  const { account: schema, signals } = channelOf(sample.type)!;
  const account = Value.Default(schema, structuredClone(sample.account)) as Record<string, unknown>;
  const secrets = secretsOf(channelOf(sample.type)!, account);

  it('has a setting for each signal, which is on, and none for what it does not show', () => {
    const standard = (name: string) =>
      (schema.properties[name] as { default?: unknown } | undefined)?.default;
    expect(standard('typing')).toBe(signals?.typing ? true : undefined);
    expect(standard('readMarks')).toBe(signals?.read ? true : undefined);
  });

  const ways: [what: string, show: Show | undefined][] = [
    ['who writes', signals?.typing?.start],
    ['who writes no more', signals?.typing?.stop],
    ['what was read', signals?.read?.mark],
  ];
  describe.each(ways.filter((way): way is [string, Show] => way[1] !== undefined))(
    'showing %s',
    (_, show) => {
      it('is one call, to an address of the account, with no secret in it', async () => {
        const { call, requests } = fakeCall({ status: 200, body: { ok: true, result: true } });
        await show(to, account, call);
        expect(requests).toHaveLength(1);
        const addresses = Object.values(account).filter((value) => /^https?:/.test(String(value)));
        const { url, body } = requests[0]!;
        expect(addresses.some((address) => url.startsWith(String(address)))).toBe(true);
        if (!sample.secretInPath) for (const secret of secrets) expect(url).not.toContain(secret);
        expect(JSON.stringify(body)).toMatch(/919988776655|of-the-person|of-the-message/);
      });

      it.each([
        { status: 401, kind: 'AUTH' },
        { status: 429, kind: 'RATE_LIMITED' },
        { status: 500, kind: 'UNAVAILABLE' },
      ])('tells $status as $kind, without any secret', async ({ status, kind }) => {
        const echo = `You sent ${secrets.join(' and ')}`;
        for (const body of ['', '<html>', { error: { message: echo } }, { error: echo, message: echo }]) {
          const { failure, message } = await failureOf(show(to, account, fakeCall({ status, body }).call));
          expect(failure.class, JSON.stringify(body)).toBe(sample.statuses?.[status] ?? kind);
          for (const secret of secrets) expect(`${message} ${JSON.stringify(failure)}`).not.toContain(secret);
        }
      });
    },
  );
}
