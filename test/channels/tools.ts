import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type {
  Call,
  CallRequest,
  CallResponse,
  Channel,
  Lane,
  Outgoing,
  Received,
  Save,
  WebhookRequest,
} from '../../src/channels/channel.ts';
import type { CheckTools } from '../../src/channels/check.ts';
import type { Line } from '../../src/channels/connection.ts';
import { type Failure, SendFailure } from '../../src/model/failure.ts';
import type { Content } from '../../src/model/message.ts';

/** What a connector is tested with: an account, and how its provider would sign a request. */
export interface Sample {
  type: string;
  /** The folder of its fixtures; absent: the one that is called as the type. */
  folder?: string;
  /** The provider wants a secret in the address itself. */
  secretInPath?: true;
  account: Record<string, unknown>;
  lane: Lane;
  /** A request whose signature is right. */
  signed(body: string): WebhookRequest;
  /** What vouches for a request where that is no header; `nothing`: it is never called. */
  vouchedBy?: 'query' | 'nothing';
  /** More of the message that is sent: what a device is reached by, say. */
  message?: Partial<Outgoing>;
  /** Statuses of HTTP that mean something else with this provider. */
  statuses?: Readonly<Record<number, string>>;
  /** What its provider answers when it takes a message; absent where nothing is called for one. */
  accepts?: { status: number; body: unknown };
  /** Where messages go over a connection: a server of its protocol on this machine. */
  peer?: () => Promise<Peer>;
}

/** The other end of a connection: it takes what comes, unless a test tells it otherwise. */
export interface Peer {
  /** How it is reached, beside what the sample says. */
  readonly settings: Record<string, unknown>;
  /** What it took, as it came over the wire, oldest first; what differs each time is made the same. */
  taken(): string[];
  /** The same of an outbound fixture: what was to come. */
  expected(name: string, fixture: unknown): string[];
  /** What is done with the next messages, one after the other, in place of taking them as usual. */
  next(...instead: Instead[]): void;
  /** Answers to a message that are none, or half of one. */
  readonly mumblings: readonly unknown[];
  /** Breaks all connections, and takes no new ones. */
  leave(): Promise<void>;
  readonly inbound: {
    /** What comes in, and what it is, where that is not tested elsewhere. */
    readonly fixtures: readonly { name: string; wire: Buffer; received?: object }[];
    /** Brings something. Resolves with whether it counts as taken: only then it is brought no more. */
    arrive(wire: Buffer): Promise<boolean>;
    /** The same, broken in many ways. */
    mutants(wire: Buffer): Iterable<Buffer>;
  };
  close(): Promise<void>;
}

/**
 * `answer`: as a fixture has it; `echo` stands in it, too, where there is room for words. `vanish`: it takes the
 * message, and breaks the connection without a word. `wait`: it takes the message, and answers nothing.
 */
export type Instead = { answer: unknown; echo?: string } | 'vanish' | 'wait';

/** An answer of a provider. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Objects are told as JSON, strings and bytes as they are. */
  body?: unknown;
}

export const now = Date.UTC(2026, 2, 1, 12);

/** Answers in turn, and keeps what was asked. A `Failure` is thrown; nothing left to answer is a test's fault. */
export function fakeCall(...answers: (Answer | Failure)[]): { call: Call; requests: CallRequest[] } {
  const requests: CallRequest[] = [];
  const call: Call = async (request) => {
    const answer = answers[requests.length];
    requests.push(request);
    if (!answer) throw new Error(`nothing is answered to ${request.method} ${request.url}`);
    if ('class' in answer) throw new SendFailure(answer);
    const response = responseOf(answer);
    if (!request.save || response.status !== 200) return response;
    await request.save(response.body);
    return { ...response, body: Buffer.alloc(0) };
  };
  return { call, requests };
}

/** What a channel may do while it is tested: each call is answered the same, and nobody is there to connect to. */
export function fakeTools(answer: Answer | Failure, more: Partial<CheckTools> = {}) {
  const requests: CallRequest[] = [];
  const tools: CheckTools = {
    lane: '918828218374',
    signal: new AbortController().signal,
    webhookUrls: ['https://parley.example/webhook/of/the-tests'],
    resolve: async () => '127.0.0.1',
    dial: async () => {
      throw new SendFailure({ class: 'UNAVAILABLE', text: 'Nobody is there.' });
    },
    async call(request) {
      requests.push(request);
      if ('class' in answer) throw new SendFailure(answer);
      return responseOf(answer);
    },
    ...more,
  };
  return { tools, requests };
}

/**
 * What a channel has while it keeps a connection: `delivered` is what it handed over, `dial` connects to this
 * machine whatever the host is called. `end` aborts its signal. `refuse` makes deliveries fail, as when the
 * database is away.
 */
export function fakeLine(lane: Pick<Lane, 'channelId' | 'lane'>, more: Partial<Line> = {}) {
  const delivered: { received: Partial<Received>; cursor: unknown }[] = [];
  const ending = new AbortController();
  const state = { refuse: false };
  const line: Line = {
    channelId: lane.channelId,
    lane: lane.lane,
    webhookUrl: `https://parley.example/webhook/${lane.channelId.split(':')[0]}/of-the-tests`,
    signal: ending.signal,
    cursor: undefined,
    call: fakeCall().call,
    resolve: async () => '127.0.0.1',
    dial: ({ port }) =>
      new Promise((resolve, reject) => {
        const socket = connect({ host: '127.0.0.1', port, noDelay: true });
        socket.once('connect', () => resolve(socket));
        socket.once('error', () =>
          reject(new SendFailure({ class: 'UNAVAILABLE', text: 'Nobody is there.' })),
        );
      }),
    async deliver(received, cursor) {
      if (state.refuse) throw new Error('the database is away');
      delivered.push({ received, cursor });
    },
    ...more,
  };
  return { line, delivered, state, end: () => ending.abort() };
}

function responseOf({ status, headers = {}, body = '' }: Answer): CallResponse {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return {
    status,
    headers,
    body: bytes,
    json() {
      try {
        return JSON.parse(bytes.toString('utf8'));
      } catch {
        return undefined;
      }
    },
  };
}

/** Takes the bytes of a file that a channel fetches. */
export function saved(): { save: Save; bytes(): Buffer } {
  const chunks: Buffer[] = [];
  return { save: async (chunk) => void chunks.push(chunk), bytes: () => Buffer.concat(chunks) };
}

export function outgoing(content: Content, more: Partial<Outgoing> = {}): Outgoing {
  return {
    id: '65f0c0ffee0123456789abcd',
    attempt: 1,
    contactId: 'wa919988776655_918828218374',
    csid: '919988776655',
    channelId: 'wa360:918828218374',
    lane: '918828218374',
    content,
    ...more,
  };
}

/** What a send ends with: the failure, or that it went through. */
export async function failureOf(sending: Promise<unknown>): Promise<SendFailure> {
  const error: unknown = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof SendFailure) return error;
  throw new Error(`expected a SendFailure, got ${String(error)}`);
}

/** The settings of an account that its schema marks as secret. */
export function secretsOf(channel: Channel, account: Record<string, unknown>): string[] {
  return Object.entries(channel.account.properties)
    .filter(([, schema]) => (schema as { secret?: boolean }).secret)
    .flatMap(([name]) => (typeof account[name] === 'string' ? [account[name]] : []));
}

/** Fixtures stand in a folder that is called as the channel's own. */
export function folderOf({ type, folder }: Sample): string {
  return folder ?? (type.startsWith('wa') ? 'whatsapp' : type);
}

/** The fixtures of a channel by name: `fixtures/<group>/<what happens>.json`. */
export function fixtures<T>(channel: string, group: string): [name: string, fixture: T][] {
  const folder = new URL(`./${channel}/fixtures/${group}/`, import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => [
      file.replace(/\.json$/, '').replaceAll('-', ' '),
      JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as T,
    ]);
}
