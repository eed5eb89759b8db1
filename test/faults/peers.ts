import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { House } from './house.ts';
import { well } from './house.ts';

/** A call as it came to a receiver. */
export interface PeerCall {
  name: string;
  /** Epoch ms. */
  at: number;
  headers: Record<string, string>;
  body: string;
}

/** How the connection of a call ended. */
export interface PeerClosed {
  name: string;
  /** Bytes that were written to it. */
  bytes: number;
  /** Since the call, ms. */
  ms: number;
}

export type FromPeer =
  | ({ kind: 'call' } & PeerCall)
  | ({ kind: 'closed' } & PeerClosed)
  | { kind: 'listens'; port: number };
export type ToPeer =
  | { kind: 'status'; name: string; status: number }
  | { kind: 'tls'; key: string; cert: string };

/** Receivers in a process of their own; what each does stands in its path (peer-process.ts). */
export interface Peers {
  readonly url: string;
  readonly calls: readonly PeerCall[];
  readonly closed: readonly PeerClosed[];
  of(name: string): PeerCall[];
  /** What `/ok/{name}` answers from now on. */
  answer(name: string, status: number): void;
  /** One more port, with TLS. */
  tls(shown: { key: string; cert: string }): Promise<number>;
  close(): void;
}

/** Starts the receivers. */
export async function startPeers(): Promise<Peers> {
  const here = import.meta.dirname;
  const child = fork(resolve(here, '../run.mjs'), [resolve(here, 'peer-process.ts')], { stdio: 'inherit' });
  const calls: PeerCall[] = [];
  const closed: PeerClosed[] = [];
  let listens: (port: number) => void = () => {};
  const port = () =>
    new Promise<number>((done) => {
      listens = done;
    });
  child.on('message', (message: FromPeer) => {
    if (message.kind === 'call') calls.push(message);
    else if (message.kind === 'closed') closed.push(message);
    else listens(message.port);
  });
  const say = (message: ToPeer) => child.send(message);
  return {
    url: `http://127.0.0.1:${await port()}`,
    calls,
    closed,
    of: (name) => calls.filter((call) => call.name === name),
    answer: (name, status) => void say({ kind: 'status', name, status }),
    async tls(shown) {
      const listening = port();
      say({ kind: 'tls', ...shown });
      return listening;
    },
    close: () => child.disconnect(),
  };
}

/** Sets up an endpoint that hears of new contacts alone; answers its id. */
export async function listenAt(house: House, url: string, more: object = {}): Promise<string> {
  const { id } = await well(
    house.call('POST', '/api/v1/endpoints', { url, types: ['contact.created'], ...more }),
  );
  return id;
}

let made = 0;

/** Makes contacts, each of which is one event in a conversation of its own. */
export async function meet(house: House, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 500) {
    const contacts = Array.from({ length: Math.min(left, 500) }, () => ({
      channelId: 'dummy:sandbox',
      csid: `96655${String(made++).padStart(7, '0')}`,
    }));
    await well(house.call('POST', '/api/v1/contacts', { contacts }));
  }
}

/** A delivery as the API tells it. */
export interface Told {
  seq: number;
  eventId: string;
  state: string;
  attempt: number;
  answerStatus?: number;
  answer?: string;
  settledAt?: number;
  dueAt?: number;
}

/** The last deliveries of an endpoint, newest first. */
export async function deliveriesOf(house: House, endpoint: string): Promise<Told[]> {
  return (await well(house.call('GET', `/api/v1/endpoints/${endpoint}/deliveries`))).items;
}
