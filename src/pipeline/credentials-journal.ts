import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CredentialKey, KeptCredentials } from '../store/credentials.ts';

/** Credentials that a provider gave, sealed, on their way into the database. */
export interface JournalEntry {
  key: CredentialKey;
  /** Of the refresh token that was used up for them. */
  usedHash: Buffer;
  next: KeptCredentials;
}

/**
 * A folder in which credentials lie from the moment in which they came until they are in the database: a process that
 * is killed in between finds them at its next start.
 */
export interface Journal {
  /** On the disk when it returns, without having let anything else run. Answers how to take it away again. */
  note(entry: JournalEntry): () => void;
  /** What an earlier process left. */
  left(): Promise<{ entry: JournalEntry; drop(): Promise<void> }[]>;
}

export function openJournal(folder: string): Journal {
  return {
    note({ key, usedHash, next }) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const path = join(folder, `${usedHash.toString('hex')}.json`);
      const draft = `${path}.${process.pid}`;
      const file = openSync(draft, 'w', 0o600);
      try {
        writeSync(file, JSON.stringify({ key, usedHash: hex(usedHash), next: { ...next, ...hexed(next) } }));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, path);
      return () => rmSync(path, { force: true });
    },
    async left() {
      const names = await readdir(folder).catch((): string[] => []);
      const found = await Promise.all(
        names
          .filter((name) => name.endsWith('.json'))
          .map(async (name) => {
            const path = join(folder, name);
            const entry = entryOf(await readFile(path, 'utf8').catch(() => ''));
            return entry ? [{ entry, drop: () => rm(path, { force: true }) }] : [];
          }),
      );
      return found.flat();
    },
  };
}

function hex(bytes: Buffer): string {
  return bytes.toString('hex');
}

function hexed({ grantHash, refreshHash, sealed }: KeptCredentials) {
  return { grantHash: hex(grantHash), refreshHash: hex(refreshHash), sealed: hex(sealed) };
}

/** Undefined for a file that another process has just taken away, or that is none of ours. */
function entryOf(text: string): JournalEntry | undefined {
  try {
    const { key, usedHash, next } = JSON.parse(text);
    const bytes = (of: string) => Buffer.from(of, 'hex');
    return {
      key,
      usedHash: bytes(usedHash),
      next: {
        ...next,
        grantHash: bytes(next.grantHash),
        refreshHash: bytes(next.refreshHash),
        sealed: bytes(next.sealed),
      },
    };
  } catch {
    return undefined;
  }
}
