import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { type Channel, WebhookRefused } from '../../src/channels/channel.ts';
import { channelOf, channels, contactTypeOf, reservedTypes } from '../../src/channels/index.ts';
import { contactTypes } from '../../src/model/contact.ts';
import { mediaTypes, outboundTypes } from '../../src/model/message.ts';
import { testChecks } from './contract-checks.ts';
import { testConnections } from './contract-connections.ts';
import { testPerson } from './contract-person.ts';
import { testSignals } from './contract-signals.ts';
import { samples } from './samples.ts';
import { failureOf, fakeCall, fixtures, folderOf, outgoing, type Sample, secretsOf } from './tools.ts';
import { wellFormed } from './well-formed.ts';

type Property = {
  title?: string;
  description?: string;
  secret?: boolean;
  default?: unknown;
  advanced?: true;
  when?: Record<string, unknown[]>;
  enum?: unknown[];
};

const isRequired = ({ account }: Channel, name: string) => (account.required ?? []).includes(name as never);

describe('the list of channels', () => {
  it('has every type once, and a sample of each to be tested with', () => {
    const types = channels.flatMap((channel) => channel.types);
    expect(new Set(types).size).toBe(types.length);
    expect(samples.map(({ type }) => type).sort()).toEqual([...types].sort());
    for (const type of types) expect(channelOf(type)?.types).toContain(type);
  });

  it('knows reserved types, and has no door for them', () => {
    for (const type of ['waba', 'wags']) {
      expect(channelOf(type)).toBeUndefined();
      expect(contactTypeOf(type)).toBe('WHATSAPP');
      expect(Object.keys(reservedTypes)).toContain(type);
    }
    for (const type of ['', 'nothing', '__proto__', 'constructor']) {
      expect(channelOf(type)).toBeUndefined();
      expect(contactTypeOf(type)).toBeUndefined();
    }
  });
});

describe.each(samples)('$type', (sample) => {
  const door = channelOf(sample.type)!;
  const { account, lane } = sample;
  const properties = Object.entries(door.account.properties as Record<string, Property>);
  const secrets = secretsOf(door, account);
  const bodies = (
    sample.vouchedBy === 'nothing'
      ? []
      : fixtures<{ body: unknown; account?: object; refused?: number }>(folderOf(sample), 'inbound')
  )
    .filter(([, fixture]) => fixture.account === undefined && fixture.refused === undefined)
    .map(([, { body }]) => body);

  describe('its account', () => {
    it('tells the operator what each setting is', () => {
      for (const [name, { title, description }] of properties) {
        expect(title, name).toMatch(/^\S.{2,60}$/);
        expect(description, name).toMatch(/\.$/);
      }
      expect(door.name).toMatch(/^\S.{0,28}\S?$/);
      expect(door.about).toMatch(/\.$/);
    });

    it('flags every secret, and none of the rest', () => {
      for (const [name, { secret }] of properties) {
        const sounds = /token|secret|key$|password/i.test(name);
        expect(Boolean(secret), name).toBe(sounds);
      }
      for (const secret of secrets) expect(secret).toContain('planted-');
    });

    it('has the provider’s own address as default of each outside address', () => {
      for (const [name, schema] of properties.filter(
        ([name]) => /Base$/.test(name) && name !== 'publicBase',
      )) {
        expect(schema.default, name).toMatch(/^https:\/\/[^/]+(\/.*[^/])?$/);
      }
    });

    it('folds away nothing that must be filled in, and hides nothing by settings that there are not', () => {
      for (const [name, { advanced, when = {}, default: standard }] of properties) {
        if (advanced) expect(standard !== undefined || !isRequired(door, name), name).toBe(true);
        for (const [other, values] of Object.entries(when)) {
          const { enum: possible = [true, false] } = door.account.properties[other] as Property;
          expect(other, name).not.toBe(name);
          expect(possible, `${name} by ${other}`).toEqual(expect.arrayContaining(values));
        }
      }
    });

    it('is valid as the sample fills it, defaults included', () => {
      expect(Value.Check(door.account, Value.Default(door.account, structuredClone(account)))).toBe(true);
    });
  });

  it('names its connections, and sends over one kind at most', () => {
    const kinds = door.connections ?? [];
    expect(new Set(kinds.map(({ name }) => name)).size).toBe(kinds.length);
    for (const { name } of kinds) expect(name).toMatch(/^[a-z][a-z-]{1,30}$/);
    expect(kinds.filter(({ sends }) => sends).length).toBeLessThan(2);
    // Who sends is never one process alone.
    for (const { heldBy, sends } of kinds) if (sends) expect(heldBy).toBe('each');
  });

  it('has capabilities that make sense', () => {
    const { carries } = door;
    expect(Object.keys(contactTypes)).toContain(contactTypeOf(sample.type, account));
    for (const type of Object.keys(carries.out)) expect(outboundTypes).toContain(type);
    if (Object.values(carries.out).includes('fallback')) expect(carries.out.text).toBe('native');
    expect(carries.buttons.listMax).toBeGreaterThanOrEqual(carries.buttons.max);
    for (const [type, { maxBytes }] of Object.entries(carries.media ?? {})) {
      expect(mediaTypes).toContain(type);
      expect(maxBytes).toBeGreaterThan(1024);
    }
    if (carries.idempotent) expect(carries.onUnknown).toBe('retry');
    if (carries.approval) expect(carries.out.template).toBe('native');
  });

  if (sample.vouchedBy !== 'nothing')
    describe('receiving', () => {
      it('takes what its provider signed', async () => {
        expect(bodies.length).toBeGreaterThan(0);
        for (const body of bodies) {
          const request = sample.signed(JSON.stringify(body));
          const received = await door.receive(request, account, lane);
          wellFormed(received);
          // What a request held is told in full, also where there is none.
          for (const part of ['messages', 'receipts', 'events', 'ignored'])
            expect(received).toHaveProperty(part);
        }
      });

      it('refuses what nobody signed, with nothing returned', async () => {
        const request = sample.signed(JSON.stringify(bodies[0]));
        const headers = Object.entries(request.headers);
        const receive = async (given: typeof request) => door.receive(given, account, lane);
        const nobodys =
          sample.vouchedBy === 'query' ? { ...request, query: {} } : { ...request, headers: {} };
        await expect(receive(nobodys)).rejects.toThrow(WebhookRefused);
        for (const [name, value = ''] of headers.filter(([, value]) =>
          isCredential(value, secrets, request),
        )) {
          for (const wrong of ['', 'x', value.slice(0, -1), `${value}0`, flipped(value)]) {
            const forged = { ...request, headers: { ...request.headers, [name]: wrong } };
            await expect(receive(forged), `${name}: ${wrong}`).rejects.toThrow(WebhookRefused);
          }
        }
      });

      it('never throws anything but WebhookRefused, whatever is signed', async () => {
        const garbage = [
          '',
          'x',
          'null',
          '[]',
          '{}',
          '"x"',
          '1e999',
          '\u0000',
          '[[[[',
          `{"a":${'['.repeat(9999)}`,
        ];
        for (const text of garbage) await survives(door, sample, text);
        for (const body of bodies) {
          for (const mutant of mutants(body)) await survives(door, sample, JSON.stringify(mutant));
        }
      }, 120_000);

      it('does not take its account’s secrets along', async () => {
        for (const body of bodies) {
          const told = JSON.stringify(await door.receive(sample.signed(JSON.stringify(body)), account, lane));
          for (const secret of secrets) expect(told).not.toContain(secret);
        }
      });
    });

  testChecks(sample);
  testSignals(sample);
  testPerson(sample);

  if (sample.peer) testConnections(sample);
  else if (!sample.accepts)
    it('calls nobody to send', async () => {
      const { call, requests } = fakeCall();
      const message = outgoing({ type: 'text', text: 'Hello' }, sample.message);
      await door.send(message, account, call);
      expect(requests).toEqual([]);
    });
  else
    describe('sending', () => {
      const send = (...answers: Parameters<typeof fakeCall>) => {
        const { call, requests } = fakeCall(...answers);
        return {
          requests,
          sent: door.send(outgoing({ type: 'text', text: 'Hello' }, sample.message), account, call),
        };
      };

      it('goes to the addresses of the account and no others', async () => {
        const { sent, requests } = send(sample.accepts!);
        await sent;
        const addresses = Object.values({ ...defaultsOf(door), ...account }).filter(
          (value) => typeof value === 'string' && /^https?:/.test(value),
        ) as string[];
        for (const { url } of requests)
          expect(
            addresses.some((address) => url.startsWith(address)),
            url,
          ).toBe(true);
      });

      it.each([
        { status: 401, kind: 'AUTH' },
        { status: 429, kind: 'RATE_LIMITED' },
        { status: 500, kind: 'UNAVAILABLE' },
        { status: 503, kind: 'UNAVAILABLE' },
        { status: 400, kind: 'CONTENT_REJECTED' },
        { status: 302, kind: 'CONFIG' },
      ])('tells $status as $kind, without any secret', async ({ status, kind }) => {
        const echo = `You sent ${secrets.join(' and ')}`;
        for (const body of [
          '',
          '<html>',
          `"${echo}"`,
          { error: { message: echo } },
          { error: echo, message: echo },
        ]) {
          const { sent } = send({ status, body, headers: { 'retry-after': '7' } });
          const error = await failureOf(sent);
          expect(error.failure.class, JSON.stringify(body)).toBe(sample.statuses?.[status] ?? kind);
          if (kind === 'RATE_LIMITED') expect(error.failure.retryAfterMs).toBe(7000);
          const told = [error.message, error.stack, JSON.stringify(error.failure)].join();
          for (const secret of secrets) expect(told).not.toContain(secret);
        }
      });

      it('passes on what the call says: never arrived, or nobody knows', async () => {
        for (const kind of ['UNAVAILABLE', 'OUTCOME_UNKNOWN', 'CONFIG'] as const) {
          expect((await failureOf(send({ class: kind, text: 'so it is' }).sent)).failure.class).toBe(kind);
        }
      });

      it('takes an acceptance that cannot be read for one, or for an unknown outcome', async () => {
        for (const body of ['', 'null', '[]', '<html>', '{"messages":7}', '{"id":{}}']) {
          const outcome = await send({ status: 200, body }).sent.catch(
            (error: unknown) => (error as Awaited<ReturnType<typeof failureOf>>).failure.class,
          );
          if (typeof outcome === 'string') expect(outcome).toBe('OUTCOME_UNKNOWN');
          else expect(outcome.providerId).toBeUndefined();
        }
      });

      if (!sample.secretInPath)
        it('has no secret in any address that it calls', async () => {
          const { sent, requests } = send(sample.accepts!);
          await sent;
          for (const { url } of requests) for (const secret of secrets) expect(url).not.toContain(secret);
        });
    });
});

function defaultsOf({ account }: Channel): Record<string, unknown> {
  return Value.Default(account, {}) as Record<string, unknown>;
}

function isCredential(
  value: string | undefined,
  secrets: string[],
  { headers }: { headers: object },
): boolean {
  return (
    value !== undefined &&
    (secrets.includes(value) || value.startsWith('sha256=') || Object.keys(headers).length === 1)
  );
}

/** The same text with its last character another one. */
function flipped(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
}

async function survives(door: Channel, sample: Sample, text: string): Promise<void> {
  try {
    wellFormed(await door.receive(sample.signed(text), sample.account, sample.lane));
  } catch (error) {
    if (!(error instanceof WebhookRefused)) throw new Error(`${text} made it throw`, { cause: error });
  }
}

const oddities: readonly unknown[] = [null, 0, -1, 1e300, '', 'x', true, [], [null], {}, [[]], { a: 1 }];

/** The body with each of its values replaced by odd ones, one at a time, and with each taken away. */
function* mutants(value: unknown): Generator<unknown> {
  yield* oddities;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      for (const mutant of mutants(item)) yield value.with(i, mutant);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      const { [name]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
      for (const mutant of mutants(item)) yield { ...rest, [name]: mutant };
    }
  }
}
