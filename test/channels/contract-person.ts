import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { channelOf } from '../../src/channels/index.ts';
import type { Failure } from '../../src/model/failure.ts';
import { present } from '../../src/model/present.ts';
import { type Answer, failureOf, fakeCall, fixtures, folderOf, type Sample, secretsOf } from './tools.ts';

/** Whom a provider is asked about, what it answers, and what we make of it. */
interface PersonCase {
  csid: string;
  account?: Record<string, unknown>;
  answer: Answer;
  request: { url: string; headers: Record<string, string> };
  person?: { name?: string; lang?: string };
  failure?: Failure;
}

/** The contract of channels whose provider is asked who people are; the others have no such fixtures. */
export function testPerson(sample: Sample): void {
  const door = channelOf(sample.type)!;
  if (!door.person) return;
  const account = (more: object = {}) =>
    Value.Default(door.account, { ...structuredClone(sample.account), ...more }) as never;
  const secrets = secretsOf(door, account());

  describe('who somebody is', () => {
    it.each(fixtures<PersonCase>(folderOf(sample), 'person'))('of %s', async (_, fixture) => {
      const { csid, answer, request, person, failure } = fixture;
      const { call, requests } = fakeCall(answer);
      const asking = async () => door.person!(csid, account(fixture.account), call);
      if (failure) expect((await failureOf(asking())).failure).toEqual(failure);
      else expect(present({ ...(await asking()) })).toEqual(person);
      expect(requests).toEqual([{ method: 'GET', ...request }]);
    });

    it('is asked with no secret in the address, and with nothing in it that leads elsewhere', async () => {
      for (const csid of ['../me', 'a?fields=access_token', 'a/b', 'ü#']) {
        const { call, requests } = fakeCall({ status: 500 });
        await failureOf((async () => door.person!(csid, account(), call))());
        const { url } = requests[0]!;
        const { pathname, search } = new URL(url);
        expect(url).not.toContain(csid);
        expect(decodeURIComponent(pathname + search)).toContain(csid);
        for (const secret of secrets) expect(url).not.toContain(secret);
      }
    });

    it.each([
      { status: 401, kind: 'AUTH' },
      { status: 429, kind: 'RATE_LIMITED' },
      { status: 500, kind: 'UNAVAILABLE' },
    ])('tells $status as $kind, without any secret', async ({ status, kind }) => {
      const echo = `You sent ${secrets.join(' and ')}`;
      for (const body of ['', '<html>', { error: { message: echo } }, { error: echo, message: echo }]) {
        const { call } = fakeCall({ status, body });
        const { failure, message } = await failureOf((async () => door.person!('24681', account(), call))());
        expect(failure.class, JSON.stringify(body)).toBe(sample.statuses?.[status] ?? kind);
        for (const secret of secrets) expect(`${message} ${JSON.stringify(failure)}`).not.toContain(secret);
      }
    });

    it.each(['', '<html>', 'null', '[]', '{"data":7}', '{"data":{}}'])(
      'is nobody where the answer is %j',
      async (body) => {
        const { call } = fakeCall({ status: 200, body });
        expect((await door.person!('24681', account(), call)).name ?? '').toBe('');
      },
    );
  });
}
