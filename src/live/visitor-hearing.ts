import { invalid } from '../model/problem.ts';
import type { Core } from '../pipeline/core.ts';
import type { Page, Visitor } from '../pipeline/visitor.ts';
import type { Signal, Wake } from '../pipeline/wake.ts';
import { errorFrame, type VisitorLine } from './visitor-line.ts';

/** What a window says is heard on a line: one of a socket, or one for a single request. */
export type Speaker = Pick<VisitorLine, 'visitor' | 'sessionId' | 'unstored' | 'say'>;

type Frame = Record<string, unknown> & { t?: unknown };

/** Hears what windows of visitors say. */
export interface Hearing {
  /** Does what a frame asks, and says what came of it: also what is wrong with it. */
  hear(line: Speaker, frame: Frame): Promise<void>;
}

/** Typing is told on this seldom, ms. */
const typingMs = 1000;

export function makeHearing(core: Core, wake: Pick<Wake, 'signal'>): Hearing {
  const lastTyping = new WeakMap<Speaker, number>();
  const { visitors } = core;

  const signal = (line: Speaker, kind: string, more: Record<string, unknown>) => {
    const { businessId, contactId } = line.visitor;
    const about = { businessId, contactId, ...(line.sessionId && { sessionId: line.sessionId }) };
    wake.signal({ kind, ...about, ...more } satisfies Signal);
  };

  const says: Record<string, (line: Speaker, frame: Frame) => Promise<void> | void> = {
    async msg(line, frame) {
      const { id, at, sessionId } = await visitors.hear(line.visitor, frame);
      line.sessionId = sessionId;
      line.say({ t: 'ack', cid: frame.cid, id, at });
    },
    button: (line, frame) => says.msg!(line, frame),
    ack: (line, frame) => reached(line, { acked: numberOf(frame) }),
    read: (line, frame) => reached(line, { acked: numberOf(frame), read: numberOf(frame) }),
    typing(line, frame) {
      const on = frame.on !== false;
      if (on && Date.now() - (lastTyping.get(line) ?? 0) < typingMs) return;
      lastTyping.set(line, on ? Date.now() : 0);
      signal(line, 'typing', { from: 'contact', on });
    },
    async profile(line, frame) {
      const { name, email, phone } = await visitors.describe(line.visitor, frame);
      line.say({ t: 'profile', ...(frame.cid !== undefined && { cid: frame.cid }), name, email, phone });
    },
    async page(line, frame) {
      const page = pageOf(frame);
      if (!page) throw invalid('url', 'url must be the address of a page');
      await visitors.seen(line.visitor, page);
      signal(line, 'visitor', { online: true, page });
    },
    ping: (line) => line.say({ t: 'pong' }),
  };

  const reached = async (line: Speaker, to: { acked: number; read?: number }) => {
    await visitors.reached(line.visitor, to, line.unstored);
    if (to.read !== undefined) line.unstored = [];
  };

  return {
    async hear(line, frame) {
      const say = typeof frame.t === 'string' && Object.hasOwn(says, frame.t) ? says[frame.t] : undefined;
      try {
        if (!say) throw invalid('t', 'This is no frame of widget.v1', { code: 'BAD_FRAME' });
        await say(line, frame);
      } catch (error) {
        line.say(errorFrame(error, frame));
      }
    },
  };
}

/** The `seq` of a frame. Throws `invalid`. */
function numberOf({ seq }: Frame): number {
  if (typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0) return seq;
  throw invalid('seq', 'seq must be the number of something that you were told');
}

/** The page that a visitor is on; undefined: it is none. */
export function pageOf(given: unknown): Page | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  const { url, title, referrer } = given as Record<string, unknown>;
  const line = (value: unknown, most: number) =>
    typeof value === 'string' && value !== ''
      ? value.replace(/[\p{Cc}\p{Cs}]/gu, ' ').slice(0, most)
      : undefined;
  const address = line(url, 2000);
  if (!address || !/^https?:\/\//i.test(address)) return undefined;
  const [about, from] = [line(title, 200), line(referrer, 2000)];
  return { url: address, ...(about && { title: about }), ...(from && { referrer: from }) };
}

/** Whether two visitors are in the same conversation. */
export function isSame(a: Visitor, b: Visitor): boolean {
  return a.businessId === b.businessId && a.contactId === b.contactId;
}
