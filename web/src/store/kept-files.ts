import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { MessageType, ThreadMessage } from '../api/message-types.ts';
import type { Stored } from '../composer/upload.ts';
import { owner } from './me.ts';

/** A file that was chosen or recorded, and has not gone with an answer. */
export interface KeptFile {
  key: string;
  /** Whose: business and agent. */
  of: string;
  sessionId: string;
  name: string;
  mime: string;
  type: MessageType;
  file?: File;
  /** The server has it. */
  stored?: Stored;
  at: number;
}

interface KeptQuote {
  of: string;
  sessionId: string;
  message: ThreadMessage;
  at: number;
}

interface Kept extends DBSchema {
  files: { key: string; value: KeptFile };
  quotes: { key: [string, string]; value: KeptQuote };
}

/** What was begun so long ago is not finished any more, ms; the browser's room is limited. */
const keptMs = 7 * 24 * 3_600_000;

let opened: Promise<IDBPDatabase<Kept> | undefined> | undefined;

/**
 * What goes with a draft beside its text. A database of its own: to change that of the drafts would wait for windows of an
 * earlier release to close, and messages would wait with it.
 */
function kept(): Promise<IDBPDatabase<Kept> | undefined> {
  opened ??= open().catch(() => undefined);
  return opened;
}

const open = async () =>
  openDB<Kept>('parley-with-drafts', 1, {
    upgrade(database) {
      database.createObjectStore('files', { keyPath: 'key' });
      database.createObjectStore('quotes', { keyPath: ['of', 'sessionId'] });
    },
  });

/** A browser that keeps nothing, or has no room left, still has it until the window closes. */
const tried = (doing: Promise<unknown>): void => void doing.catch(() => {});

export const keepFile = (file: Omit<KeptFile, 'of' | 'at'>): void =>
  tried(kept().then((database) => database?.put('files', { of: owner(), at: Date.now(), ...file })));

/** What another window of this browser has sent or taken away: a file by its key, a quote by its message. */
export type Forgotten = { file: string } | { sessionId: string; quote: string };

/** Between the windows: what waits is in each of them, and goes to the customer from one. */
const windows =
  typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('parley-with-drafts');
const tellWindows = (forgotten: Forgotten): void => windows?.postMessage(forgotten);

/** Is told of what another window has sent or taken away. */
export const onForgotten = (heard: (forgotten: Forgotten) => void): void =>
  windows?.addEventListener('message', ({ data }: MessageEvent<Forgotten>) => heard(data));

export function forgetFile(key: string): void {
  tried(kept().then((database) => database?.delete('files', key)));
  tellWindows({ file: key });
}

/** The next answer in a conversation does not reply to this message any more. */
export const forgetQuote = (sessionId: string, { id }: ThreadMessage): void =>
  tellWindows({ sessionId, quote: id });

/** Keeps the message that the next answer in a conversation replies to, or that there is none. */
export const keepQuote = (sessionId: string, message: ThreadMessage | undefined): void =>
  tried(putQuote(sessionId, message));

async function putQuote(sessionId: string, message: ThreadMessage | undefined): Promise<void> {
  const database = await kept();
  if (message) await database?.put('quotes', { of: owner(), sessionId, message, at: Date.now() });
  else await database?.delete('quotes', [owner(), sessionId]);
}

/** What an earlier window of this person has left. */
export async function keptBefore(): Promise<{ files: KeptFile[]; quotes: KeptQuote[] }> {
  const database = await kept();
  const [files, quotes] = await Promise.all([
    database?.getAll('files').catch(() => []),
    database?.getAll('quotes').catch(() => []),
  ]);
  const since = Date.now() - keptMs;
  for (const { key, at } of files ?? []) if (at < since) forgetFile(key);
  const isOurs = ({ of, at }: { of: string; at: number }) => of === owner() && at >= since;
  return {
    files: (files ?? []).filter(isOurs).sort((a, b) => a.at - b.at),
    quotes: (quotes ?? []).filter(isOurs),
  };
}
