import type { Client } from 'pg';
import type { Database } from '../store/database.ts';
import { tell, wakeTopic } from '../store/wake-feed.ts';

/** What there may be more of: messages to send, deliveries to make, sandbox echoes, files to fetch. */
export type Topic = 'messages' | 'deliveries' | 'echoes' | 'media';

/**
 * Wakes workers when there is work. In this process at once; in others through NOTIFY, at most every
 * `everyMs`. It carries no truth: workers also look on their own, so a lost wake-up costs milliseconds.
 */
export interface Wake {
  call(topic: Topic): void;
  /** `woken` runs at each call; answers how to stop listening. */
  on(topic: Topic, woken: () => void): () => void;
  close(): Promise<void>;
}

const everyMs = 100;

/** Wake-ups over LISTEN/NOTIFY of `database`. */
export async function openWake(database: Database, self: string): Promise<Wake> {
  const listeners = new Map<Topic, Set<() => void>>();
  const pending = new Set<Topic>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let client: Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  const wakeHere = (topic: Topic) => {
    for (const woken of listeners.get(topic) ?? []) woken();
  };
  const again = () => {
    clearTimeout(retry);
    if (!closed) retry = setTimeout(listen, 1000).unref();
  };
  const listen = async (): Promise<void> => {
    try {
      client = await database.connect();
      client.on('notification', ({ payload = '' }) => {
        const [from, ...topics] = payload.split(' ');
        if (from !== self) for (const topic of topics) wakeHere(topic as Topic);
      });
      client.on('error', () => client?.end().catch(() => {}));
      client.on('end', again);
      await client.query(`listen ${wakeTopic}`);
    } catch {
      again();
    }
  };
  await listen();

  const tellOthers = () => {
    timer = undefined;
    const payload = [self, ...pending].join(' ');
    pending.clear();
    tell(database, payload).catch(() => {});
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
    async close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
}
