import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { Compose, Mode } from '../api/message-types.ts';
import type { Draft, DraftData } from '../api/types.ts';

/** A message on its way to the server; kept until the server has it. */
export interface Outgoing {
  /** Made once: a repeat under it is the same message. */
  key: string;
  /** Whose it is: business and agent. Somebody else at this browser neither sees nor sends it. */
  of: string;
  sessionId: string;
  mode: Mode;
  compose: Compose;
  mentions?: string[];
  /** The conversation rests until then, once the server has the message; epoch ms. */
  snoozeUntil?: number;
  at: number;
  state: 'queued' | 'sending' | 'failed' | 'stale';
  attempts: number;
  /** Why the server did not take it. */
  error?: { code: string; message: string; traceId?: string };
}

/** What somebody typed, and has not sent. */
export interface KeptDraft {
  id: string;
  text: string;
  data?: DraftData;
  at: number;
  /** The server has it. */
  saved: boolean;
  /** Since when, by this browser's clock. */
  savedAt?: number;
  /** Which of the server's drafts it goes on from: its `savedAt`. */
  version?: number;
  /** What the same person keeps at another screen, while it is neither taken over nor let go. */
  other?: Draft;
}

interface Kept extends DBSchema {
  outbox: { key: string; value: Outgoing };
  drafts: { key: string; value: KeptDraft };
}

let opened: Promise<IDBPDatabase<Kept> | undefined> | undefined;

/** The browser's own database; undefined where it gives none, as in some frames: then memory has to do. */
export function db(): Promise<IDBPDatabase<Kept> | undefined> {
  opened ??= open().catch(() => undefined);
  return opened;
}

const open = async () =>
  openDB<Kept>('parley', 1, {
    upgrade(database) {
      database.createObjectStore('outbox', { keyPath: 'key' });
      database.createObjectStore('drafts', { keyPath: 'id' });
    },
  });
