import { type Failure, failureClasses } from '../model/failure.ts';
import { newId } from '../model/ids.ts';
import type { ReportedError } from '../model/message.ts';
import type { Session, SessionSnapshot } from '../model/session.ts';
import type { Setup } from '../model/setup.ts';
import { newShortCodes, type ShortStatus, type Status, shortStatus, statusRanks } from '../model/status.ts';
import { outsideWindowCode } from '../model/window.ts';
import * as conversations from '../store/conversations.ts';
import type { Queryable } from '../store/database.ts';
import type { EarlyReceipt } from '../store/early-receipts.ts';
import { advance, type Step, type Stepped } from '../store/message-steps.ts';
import * as sessions from '../store/sessions.ts';
import type { Context } from './context.ts';
import { type BusinessEvent, noteOptOuts, type Person, refusalsOf } from './opt-outs.ts';
import { contactSnapshot, sessionSnapshot, templateOf } from './snapshots.ts';
import { forgetRefused } from './upload.ts';

/** What a status report tells of a failure; the window has one code whatever the provider called it. */
export function reportedErrors(failure: Failure, status: Status): ReportedError[] {
  const { text } = failureClasses[failure.class];
  const code = status === 'CCWIN' ? outsideWindowCode : (failure.code ?? failure.class);
  const details = [failure.text, failure.subcode && `(${failure.subcode})`].filter((part) => part).join(' ');
  return [{ code, title: text, ...(details && { details }) }];
}

/**
 * How a message ends that could not be sent during its life: by what stood against it in its last attempt,
 * and as FAILD when nothing was tried.
 */
export function endOfLife(last: Failure | undefined): { status: Status; failure: Failure } {
  const text = 'It could not be sent during its life of 24 hours.';
  const failure: Failure = last
    ? { ...last, text: [text, last.text].filter((part) => part).join(' ') }
    : { class: 'UNAVAILABLE', text };
  return { status: failureClasses[failure.class].final, failure };
}

/** The step that an early or a late receipt stands for. */
export function receiptStep(
  businessId: number,
  id: string,
  receipts: Omit<EarlyReceipt, 'businessId' | 'channelId' | 'providerId'>[],
): Step {
  const highest = receipts.reduce((a, b) => (statusRanks[b.status] > statusRanks[a.status] ? b : a));
  const stamps: Step['stamps'] = {};
  for (const receipt of receipts)
    stamps[receipt.status] = Math.min(stamps[receipt.status] ?? Infinity, receipt.timestamp);
  const { failure } = highest;
  return {
    businessId,
    id,
    status: highest.status,
    stamps,
    ...(failure && { failure, errors: reportedErrors(failure, highest.status) }),
  };
}

/**
 * Moves messages forward and tells it: one status event for each short code that is new and higher than
 * what was reached before (decision D26). Inside the caller's transaction; the events are the caller's
 * to append.
 */
export async function takeSteps(
  tx: Queryable,
  ctx: Context,
  steps: Step[],
): Promise<{ stepped: Stepped[]; events: BusinessEvent[] }> {
  const stepped = await advance(tx, steps);
  await forgetRefusedFiles(tx, steps, stepped);
  const telling = stepped
    .map((message) => ({ message, codes: newShortCodes(message.before, message.stamps) }))
    .filter(({ codes }) => codes.length > 0);
  const refusals = refusalsOf(steps, stepped);
  if (telling.length + refusals.length === 0) return { stepped, events: [] };
  const people = await peopleOf(
    tx,
    [...telling, ...refusals].map(({ message }) => message),
  );
  const events: BusinessEvent[] = [];
  for (const { message, codes } of telling) {
    const about = people.get(`${message.businessId} ${message.contactId}`);
    if (about) events.push(...(await statusEvents(tx, ctx, { message, codes, about })));
  }
  events.push(...(await noteOptOuts(tx, ctx, refusals, people)));
  return { stepped, events };
}

/** One event for each short code that a message has reached. */
async function statusEvents(
  tx: Queryable,
  ctx: Context,
  { message, codes, about }: { message: Stepped; codes: ReturnType<typeof newShortCodes>; about: Person },
): Promise<BusinessEvent[]> {
  const session = await sessionOf(tx, message, about.session, await ctx.setup(message.businessId));
  const events: BusinessEvent[] = [];
  let before: ShortStatus | 'NONE' = shortStatus(message.before.status) ?? 'NONE';
  for (const { short, status } of codes) {
    events.push({
      businessId: message.businessId,
      id: newId(),
      type: 'message.status',
      at: message.stamps[status] ?? Date.now(),
      lane: message.contactId,
      ...(message.appId !== undefined && { appId: message.appId }),
      data: {
        contact: contactSnapshot(about.contact),
        ...(session && { session }),
        messageId: message.id,
        no: message.no,
        messageType: message.content.type,
        ...(message.content.buttons?.length && { hasButtons: true as const }),
        ...(message.providerId !== undefined && { providerId: message.providerId }),
        status,
        short,
        before,
        timestamp: message.stamps[status] ?? Date.now(),
        errors: short === 'FAILD' ? message.errors : [],
        ...(message.appId !== undefined && { appId: message.appId }),
        ...templateOf(message),
      },
    });
    before = short;
  }
  return events;
}

/** The session of the message: nearly always the open one; else the one that has ended meanwhile. */
async function sessionOf(
  tx: Queryable,
  { businessId, sessionId }: Stepped,
  open: Session | undefined,
  setup: Setup,
): Promise<SessionSnapshot | undefined> {
  const session = open?.id === sessionId ? open : await sessions.find(tx, businessId, sessionId);
  return session && sessionSnapshot(session, setup);
}

async function forgetRefusedFiles(tx: Queryable, steps: Step[], stepped: Stepped[]): Promise<void> {
  const late = new Set(
    steps.filter((step) => !step.settle && step.failure?.class === 'MEDIA').map(({ id }) => id),
  );
  if (late.size > 0)
    await forgetRefused(
      tx,
      stepped.filter(({ id }) => late.has(id)),
    );
}

async function peopleOf(tx: Queryable, of: Stepped[]) {
  const keys = [
    ...new Map(
      of.map((m) => [`${m.businessId} ${m.contactId}`, { businessId: m.businessId, id: m.contactId }]),
    ).values(),
  ];
  const talks = await conversations.find(tx, keys);
  return new Map(
    talks
      .filter((talk) => talk.contact)
      .map((talk) => [
        `${talk.businessId} ${talk.contactId}`,
        {
          contact: {
            id: talk.contactId,
            channelId: of.find((m) => m.businessId === talk.businessId && m.contactId === talk.contactId)!
              .channelId,
            ...talk.contact!,
          },
          session: talk.session,
        },
      ]),
  );
}
