import type { OpenWakeLine } from './wake-line.ts';

/** What there may be more of: messages to send, deliveries to make, sandbox echoes, files to fetch, people to ask about. */
export type Topic = 'messages' | 'deliveries' | 'echoes' | 'media' | 'lookups';

/**
 * Something that matters for a moment and is kept nowhere: somebody writes, looks at a conversation, is there. One
 * that is lost is told again soon, or was of no consequence.
 */
export interface Signal {
  kind: string;
  businessId: number;
  [more: string]: unknown;
}

/**
 * Wakes workers when there is work. In this process at once; in others over a line, at most every
 * `everyMs`. It carries no truth: workers also look on their own, so a lost wake-up costs milliseconds.
 */
export interface Wake {
  call(topic: Topic): void;
  /** `woken` runs at each call; answers how to stop listening. */
  on(topic: Topic, woken: () => void): () => void;
  /** Tells every process, this one at once, of something that is true for the moment alone. At most 7000 bytes. */
  signal(signal: Signal): void;
  /** `heard` runs at each signal; answers how to stop listening. */
  onSignal(heard: (signal: Signal) => void): () => void;
  close(): Promise<void>;
}

const everyMs = 100;
/** Before a signal on the line, where wake-ups have the names of their topics. */
const signalMark = '!';
/** PostgreSQL carries 8000 bytes in a notification. */
const longestSignal = 7000;

/** Wake-ups in this process, and over `open` to the others; `self` tells our own from theirs. */
export async function openWake(open: OpenWakeLine, self: string): Promise<Wake> {
  const listeners = new Map<Topic, Set<() => void>>();
  const pending = new Set<Topic>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const wakeHere = (topic: Topic) => {
    for (const woken of listeners.get(topic) ?? []) woken();
  };
  const hearing = new Set<(signal: Signal) => void>();
  const signalHere = (signal: Signal) => {
    for (const heard of hearing) heard(signal);
  };
  const line = await open((payload) => {
    const [from, ...topics] = payload.split(' ');
    if (topics[0] === signalMark) {
      const signal = from === self ? undefined : signalOf(payload);
      if (signal) signalHere(signal);
      return;
    }
    if (from !== self) for (const topic of topics) wakeHere(topic as Topic);
  });
  const tellOthers = () => {
    timer = undefined;
    const payload = [self, ...pending].join(' ');
    pending.clear();
    line.tell(payload);
  };
  return {
    call(topic) {
      wakeHere(topic);
      pending.add(topic);
      if (!timer && !closed) timer = setTimeout(tellOthers, everyMs).unref();
    },
    on(topic, woken) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set.add(woken));
      return () => set.delete(woken);
    },
    signal(signal) {
      signalHere(signal);
      const payload = `${self} ${signalMark} ${JSON.stringify(signal)}`;
      if (!closed && Buffer.byteLength(payload) <= longestSignal) line.tell(payload);
    },
    onSignal(heard) {
      hearing.add(heard);
      return () => hearing.delete(heard);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await line.close();
    },
  };
}

/** A signal as it came over the line; undefined when another release says what we do not know. */
function signalOf(payload: string): Signal | undefined {
  try {
    const signal = JSON.parse(payload.slice(payload.indexOf(signalMark) + 1)) as Partial<Signal> | null;
    return typeof signal?.kind === 'string' && typeof signal.businessId === 'number'
      ? (signal as Signal)
      : undefined;
  } catch {
    return undefined;
  }
}
