import { Value } from 'typebox/value';
import { afterEach, describe, expect, it } from 'vitest';
import { type Outgoing, type Sent, WebhookRefused } from '../../src/channels/channel.ts';
import type { Connection, DialTarget, Said } from '../../src/channels/connection.ts';
import { renderFor } from '../../src/channels/fallback.ts';
import { channelOf } from '../../src/channels/index.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { Content } from '../../src/model/message.ts';
import {
  failureOf,
  fakeLine,
  fixtures,
  folderOf,
  outgoing,
  type Peer,
  type Sample,
  secretsOf,
} from './tools.ts';
import { wellFormed } from './well-formed.ts';

interface OutboundFixture {
  content: Content;
  message?: Partial<Outgoing>;
  account?: Record<string, unknown>;
  /** What the peer answers, in its own form, where it matters. */
  answers?: unknown[];
  sent: Sent;
}

interface RefusedFixture {
  answer: unknown;
  account?: Record<string, unknown>;
  failure: Failure;
}

const hello: Content = { type: 'text', text: 'Hello' };

/** The contract of channels whose messages go over a connection: with a real server of its protocol. */
export function testConnections(sample: Sample): void {
  const door = channelOf(sample.type)!;
  const secrets = secretsOf(door, sample.account);
  const house = openPeers(sample);
  afterEach(() => house.close());

  describe('sending over its connection', () => {
    it('goes to the addresses of the account and no others', async () => {
      const { send, reached, settings } = await house.open();
      await send(hello);
      const mine = Object.values(settings);
      expect(reached.length).toBeGreaterThan(0);
      for (const { host, port } of reached) expect(mine).toEqual(expect.arrayContaining([host, port]));
    });

    it.each(fixtures<OutboundFixture>(folderOf(sample), 'outbound'))('says %s', async (name, fixture) => {
      const { content, message, account, answers = [], sent } = fixture;
      const { send, peer } = await house.open(account);
      peer.next(...answers.map((answer) => ({ answer })));
      expect(await send(content, message)).toEqual(sent);
      expect(peer.taken()).toEqual(peer.expected(name, fixture));
    });

    it.each(fixtures<RefusedFixture>(folderOf(sample), 'refused'))(
      'tells of %s, without any secret',
      async (_, { answer, account, failure }) => {
        const { send, peer } = await house.open(account);
        peer.next({ answer, echo: `You sent ${secrets.join(' and ')}` });
        const error = await failureOf(send(hello));
        expect(error.failure).toMatchObject(failure);
        const all = [error.message, error.stack, JSON.stringify(error.failure)].join();
        for (const secret of secrets) expect(all).not.toContain(secret);
        // The next one goes: one refusal breaks nothing.
        await send(hello).catch(() => send(hello));
      },
    );

    it('has a word for each way of being refused', () => {
      const known = fixtures<RefusedFixture>(folderOf(sample), 'refused').map(
        ([, { failure }]) => failure.class,
      );
      for (const one of [
        'INVALID_RECIPIENT',
        'CONTENT_REJECTED',
        'RATE_LIMITED',
        'UNAVAILABLE',
        'AUTH',
        'CONFIG',
      ])
        expect(known).toContain(one);
    });

    it('says whether it never arrived, or nobody knows', async () => {
      const first = await house.open();
      first.peer.next('vanish');
      expect((await failureOf(first.send(hello))).failure.class).toBe('OUTCOME_UNKNOWN');
      const second = await house.open();
      await second.peer.leave();
      // Until we hear of it, nobody knows here, either.
      await expect.poll(async () => (await failureOf(second.send(hello))).failure.class).toBe('UNAVAILABLE');
    });

    it('takes an acceptance that cannot be read for one, or for an unknown outcome', async () => {
      const count = (await house.open()).peer.mumblings.length;
      expect(count).toBeGreaterThan(1);
      for (let i = 0; i < count; i += 1) {
        const { send, peer } = await house.open();
        peer.next({ answer: peer.mumblings[i] });
        const outcome = await send(hello).then(
          () => 'taken',
          (error) => error.failure?.class,
        );
        expect(['taken', 'OUTCOME_UNKNOWN'], String(i)).toContain(outcome);
        expect(peer.taken()).toHaveLength(1);
      }
    });

    it('ends what is under way when it is closed, as something that nobody knows', async () => {
      const { send, peer, close } = await house.open();
      peer.next('wait');
      const failed = failureOf(send(hello));
      await expect.poll(() => peer.taken().length).toBe(1);
      await close();
      expect((await failed).failure.class).toBe('OUTCOME_UNKNOWN');
    });

    it('notes what was said, without any secret', async () => {
      const { send, told } = await house.open();
      await send(hello);
      expect(told).toEqual([expect.objectContaining({ method: expect.any(String), to: expect.any(String) })]);
      for (const secret of secrets) expect(JSON.stringify(told)).not.toContain(secret);
    });

    it('goes in no other way', async () => {
      const alone = door.send(outgoing(hello), sample.account, async () => {
        throw new Error('something was called');
      });
      expect((await failureOf(alone)).failure.class).toBe('INTERNAL');
    });
  });

  describe('receiving over its connection', () => {
    it('hands over what its peer brings', async () => {
      const { inbound, delivered } = await house.open();
      expect(inbound.fixtures.length).toBeGreaterThan(5);
      for (const { name, wire, received } of inbound.fixtures) {
        expect(await inbound.arrive(wire), name).toBe(true);
        expect(delivered.at(-1)?.received, name).toMatchObject(received ?? {});
      }
      for (const { received } of delivered) wellFormed(received);
    });

    it('says that it has something only once that is stored', async () => {
      const { inbound, delivered, state } = await house.open();
      state.refuse = true;
      expect(await inbound.arrive(inbound.fixtures[0]!.wire)).toBe(false);
      expect(delivered.filter(({ received }) => received.messages?.length)).toEqual([]);
    });

    it('is broken by nothing that comes, and hands over only what has a form', async () => {
      const { inbound, delivered } = await house.open();
      for (const { name, wire } of inbound.fixtures) {
        for (const mutant of inbound.mutants(wire)) {
          expect(await inbound.arrive(mutant), name).toBe(true);
          for (const { received } of delivered.splice(0)) wellFormed(received);
        }
      }
    }, 120_000);

    it('takes no secret of the account along', async () => {
      const { inbound, delivered } = await house.open();
      for (const { wire } of inbound.fixtures) await inbound.arrive(wire);
      for (const secret of secrets) expect(JSON.stringify(delivered)).not.toContain(secret);
    });

    if (sample.vouchedBy === 'nothing')
      it('hears nobody who calls', async () => {
        for (const body of ['', '{}', '{"from":"966500000001"}'])
          await expect(
            (async () => door.receive(sample.signed(body), sample.account, sample.lane))(),
          ).rejects.toThrow(WebhookRefused);
      });
  });
}

/** Peers, and connections to them, that are closed together. */
function openPeers(sample: Sample) {
  const door = channelOf(sample.type)!;
  const all: { peer: Peer; connections: Connection[]; end(): void }[] = [];
  return {
    async open(more: Record<string, unknown> = {}) {
      const peer = await sample.peer!();
      const given = { ...sample.account, ...peer.settings, ...more };
      const settings = Value.Default(door.account, structuredClone(given)) as Record<string, unknown>;
      const reached: { host: string; port: unknown }[] = [];
      const { line, delivered, state, end } = fakeLine(sample.lane);
      const watched = {
        ...line,
        dial(target: DialTarget) {
          reached.push({ host: target.host, port: target.port });
          return line.dial(target);
        },
      };
      const kinds = door.connections!.filter(({ count }) => (count?.(settings) ?? 1) > 0);
      const connections: Connection[] = [];
      const opened = { peer, connections, end };
      all.push(opened);
      for (const kind of kinds) {
        const connection = await kind.open(settings, watched);
        // One that broke is closed, as the pipeline does it.
        connection.ended.catch(() => connection.close());
        connections.push(connection);
      }
      const sender = connections[kinds.findIndex(({ sends }) => sends)]!;
      const told: Said[] = [];
      return {
        peer,
        settings,
        reached,
        told,
        delivered,
        state,
        inbound: peer.inbound!,
        send: (content: Content, message: Partial<Outgoing> = {}) =>
          sender.send!(
            outgoing(renderFor(content, door.carries), { ...sample.message, ...message }),
            (said) => told.push(said),
          ),
        close: () => sender.close(),
      };
    },
    async close() {
      for (const { peer, connections, end } of all.splice(0)) {
        end();
        await Promise.all(connections.map((one) => one.close()));
        await peer.close();
      }
    },
  };
}
