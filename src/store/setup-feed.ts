import type { Client } from 'pg';
import { type Database, statement, type Transaction } from './database.ts';
import type { ChangedNoun } from './setup.ts';

const topic = 'parley_setup';
const announceStatement = statement('setup.announce', `select pg_notify('${topic}', $1)`);

/** Hears of changes of the setup: of one business, or of any (undefined) after a time of deafness. */
export type Heard = (businessId: number | undefined) => void;

/**
 * Changes of the setup, made in this process or in any other. What is cached may only be used while the
 * feed is `live`: while its connection is down, a change elsewhere would go unheard.
 */
export interface ChangeFeed {
  readonly live: boolean;
  /** Calls `heard` for each change of this kind. */
  on(noun: ChangedNoun, heard: Heard): void;
  /**
   * Something of the setup is changed in this transaction: when it commits, everyone in this process hears of it at
   * once, before whoever runs the transaction goes on, and other processes soon.
   */
  announce(tx: Transaction, businessId: number, noun?: ChangedNoun): Promise<void>;
  close(): Promise<void>;
}

/** How often the connection is tried, and how long an answer may take: a dead peer is noticed within both. */
const pingMs = 5000;
const pauseMs = 1000;

/** Opens the feed. It comes alive when the database can be reached, and comes back after it was lost. */
export async function openChangeFeed(db: Database): Promise<ChangeFeed> {
  const listeners: Record<ChangedNoun, Set<Heard>> = { setup: new Set(), keys: new Set() };
  const tell = (businessId: number | undefined, noun: ChangedNoun) => {
    for (const heard of listeners[noun]) heard(businessId);
  };
  const tellAll = () => {
    tell(undefined, 'setup');
    tell(undefined, 'keys');
  };
  let live: Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const lost = (client: Client) => {
    if (live === client) {
      live = undefined;
      tellAll();
      schedule();
    }
    client.end().catch(() => {});
  };
  const schedule = () => {
    clearTimeout(timer);
    if (!closed) timer = setTimeout(beat, live ? pingMs : pauseMs).unref();
  };
  const connect = async (): Promise<void> => {
    try {
      const client = await db.connect();
      client.on('error', () => lost(client));
      client.on('end', () => lost(client));
      client.on('notification', ({ payload = '' }) => {
        const [businessId, noun = 'setup'] = payload.split(':');
        if (noun === 'setup' || noun === 'keys') tell(Number(businessId), noun);
      });
      await client.query(`listen ${topic}`);
      if (closed) return client.end();
      // Whatever was read before this moment may have changed unheard.
      tellAll();
      live = client;
    } catch {
      // The next beat tries again.
    }
  };
  const beat = async (): Promise<void> => {
    if (live) await within(pingMs, live.query('select 1')).catch(() => live && lost(live));
    if (!live && !closed) await connect();
    schedule();
  };
  await beat();

  return {
    get live() {
      return live !== undefined;
    },
    on: (noun, heard) => void listeners[noun].add(heard),
    async announce(tx, businessId, noun = 'setup') {
      tx.committed(() => tell(businessId, noun));
      // `<businessId>` stands for its setup, `<businessId>:keys` for its keys.
      await tx.run(announceStatement, [noun === 'setup' ? String(businessId) : `${businessId}:${noun}`]);
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const client = live;
      live = undefined;
      await client?.end().catch(() => {});
    },
  };
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
