import { SendFailure } from '../../model/failure.ts';
import type { Outgoing, Sent } from '../channel.ts';
import type { Connection, Line, Note } from '../connection.ts';
import type { Account } from './account.ts';
import { submitsOf } from './encode.ts';
import { failureOf } from './errors.ts';
import { IdSpelling } from './ids.ts';
import { receivedOf } from './inbound.ts';
import { Pace } from './pace.ts';
import { commands, cString, Fields, type Pdu, readMessage, type ShortMessage, writeMessage } from './pdu.ts';
import { Seen } from './repeats.ts';
import { Session } from './session.ts';

/** SMPP 3.4. */
const version = 0x34;
/** Statuses by which SMSCs say that they know no such bind. */
const unknownBind = new Set([0x03, 0x0d]);
/** A part that is too fast for the SMSC is tried again so often, as long as others of its message have gone. */
const mostTries = 6;
/** How many go out a second at most on a bind for which nothing is set (channels.md 3.1). */
const segmentsPerSecond = 10;
/** What we answer to commands that we do not know. */
const notKnown = 0x03;

let lastReference = Math.floor(Math.random() * 0x10000);

/** Opens a bind, or a pair of them, as a connection over which messages go (channels.md 3.1). */
export async function openBind(account: Account, line: Line): Promise<Connection> {
  const sessions = await bound(account, line);
  const [sender] = sessions;
  const pace = new Pace(account.window, account.bindPerSecond ?? segmentsPerSecond);
  const ids = new IdSpelling(account.receiptIds);
  // Of a pair, one half alone is of no use.
  const ended = Promise.race(sessions.map((session) => session.ended)).finally(() => pace.close());
  ended.catch(() => {});
  return {
    ended,
    send: (message, note) => send(message, { account, session: sender!, pace, ids, note }),
    async close() {
      pace.close();
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
}

async function bound(account: Account, line: Line): Promise<Session[]> {
  if (account.bind !== 'pair') {
    try {
      return [await bindAs(commands.bindTransceiver, account, line)];
    } catch (error) {
      const status = error instanceof BindRefused ? error.status : undefined;
      if (account.bind !== 'auto' || status === undefined || !unknownBind.has(status)) throw error;
    }
  }
  const sender = await bindAs(commands.bindTransmitter, account, line);
  try {
    return [sender, await bindAs(commands.bindReceiver, account, line)];
  } catch (error) {
    await sender.close();
    throw error;
  }
}

/** What a bind needs of a line. */
export type BindLine = Pick<Line, 'dial' | 'deliver'>;

/** One bind over which messages may go, for a moment. Throws `SendFailure`. */
export async function bindToSend(account: Account, line: BindLine): Promise<Session> {
  if (account.bind === 'transceiver') return bindAs(commands.bindTransceiver, account, line);
  try {
    return await bindAs(commands.bindTransmitter, account, line);
  } catch (error) {
    const known = error instanceof BindRefused && unknownBind.has(error.status);
    if (account.bind !== 'auto' || !known) throw error;
    return bindAs(commands.bindTransceiver, account, line);
  }
}

/** The SMSC said no to a bind. */
export class BindRefused extends SendFailure {
  readonly status: number;
  constructor(status: number) {
    const failure = failureOf(status);
    super(failure.class === 'CONTENT_REJECTED' ? { ...failure, class: 'CONFIG' } : failure);
    this.status = status;
  }
}

async function bindAs(command: number, account: Account, line: BindLine): Promise<Session> {
  const { host, port, tls, ca, servername } = account;
  const secure = { ...(ca !== undefined && { ca }), ...(servername !== undefined && { servername }) };
  const socket = await line.dial({ host, port, ...(tls && { tls: secure }) });
  const seen = account.inboundIds === 'none' ? undefined : new Seen();
  const session = new Session(socket, (request) => take(request, account, line, seen));
  const body = Buffer.concat([
    cString(account.systemId),
    cString(account.password),
    cString(account.systemType),
    Buffer.from([version, 0, 0]),
    cString(''),
  ]);
  const answer = await session.ask(command, body).catch(async (error: unknown) => {
    await session.close();
    // Nothing was sent yet, so nothing is unknown.
    throw new SendFailure({ class: 'UNAVAILABLE', text: (error as Error).message });
  });
  if (answer.status === 0) return session;
  await session.close();
  throw new BindRefused(answer.status);
}

/** What the SMSC brings is answered after the commit; what could not be stored is to come again. */
async function take(request: Pdu, account: Account, line: BindLine, seen: Seen | undefined): Promise<number> {
  if (request.command !== commands.deliver) return notKnown;
  const now = Date.now();
  await line.deliver(receivedOf(readMessage(request.body), account, now, seen?.idOf(request, now)));
  return 0;
}

interface Way {
  account: Account;
  session: Session;
  pace: Pace;
  ids: IdSpelling;
  note: Note;
}

async function send(message: Outgoing, way: Way): Promise<Sent> {
  lastReference = (lastReference + 1) & 0xffff;
  const submits = submitsOf(message, way.account, lastReference);
  const began = performance.now();
  const answered = await submitAll(submits, way);
  const failed = answered.find((one): one is PromiseRejectedResult => one.status === 'rejected');
  const told = answered.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  way.note({
    method: 'submit_sm',
    to: `smpp://${way.account.host}:${way.account.port}`,
    request: `${submits.length} × ${describe(submits[0]!)}`,
    ...(told.length > 0 && { answer: `message_id ${told.join(', ')}` }),
    ...(failed && { error: (failed.reason as Error).message }),
    ms: performance.now() - began,
  });
  if (failed) throw failed.reason;
  return sentOf(told, way.ids);
}

function describe({ source, destination, dataCoding, esmClass, octets }: ShortMessage): string {
  return `from ${source.address} to ${destination.address}, data_coding ${dataCoding}, esm_class ${esmClass}, ${octets.length} octets`;
}

/** The ids of the parts: the message is delivered when each of them is. */
function sentOf(told: string[], ids: IdSpelling): Sent {
  const parts = told.filter((id) => id !== '').map((id) => ids.of(id));
  const [first] = parts;
  // An SMSC that gives no id tells nothing later, either.
  if (!first) return {};
  if (parts.length === 1 && first.others.length === 0) return { providerId: first.id };
  return { providerId: first.id, parts: parts.map(({ id, others }) => [id, ...others]) };
}

/** Submits the parts. When some of them have gone, those that were too fast go again: half a text is none. */
async function submitAll(submits: ShortMessage[], way: Way): Promise<PromiseSettledResult<string>[]> {
  const answered = await Promise.allSettled(submits.map((submit) => submitOne(submit, way)));
  for (let tries = 2; tries <= mostTries; tries += 1) {
    const isUnderWay = answered.some(({ status }) => status === 'fulfilled');
    const failed = [...answered.entries()].filter(([, { status }]) => status === 'rejected');
    if (failed.length === 0 || !isUnderWay || !failed.every(([, one]) => isTooFast(one))) break;
    await Promise.all(
      failed.map(async ([at]) => {
        [answered[at]] = await Promise.allSettled([submitOne(submits[at]!, way)]);
      }),
    );
  }
  return answered;
}

function isTooFast(one: PromiseSettledResult<unknown>): boolean {
  const reason: unknown = one.status === 'rejected' ? one.reason : undefined;
  return reason instanceof SendFailure && reason.failure.class === 'RATE_LIMITED';
}

async function submitOne(submit: ShortMessage, way: Way): Promise<string> {
  const body = writeMessage(submit);
  await way.pace.take();
  const asked = way.session.ask(commands.submit, body);
  const answer = await asked.finally(() => way.pace.done());
  if (answer.status === 0) return new Fields(answer.body).text();
  const failure = failureOf(answer.status, way.account.vendorErrors);
  if (failure.class !== 'RATE_LIMITED') throw new SendFailure(failure);
  way.pace.slowDown();
  throw new SendFailure({ ...failure, retryAfterMs: 1000 });
}
