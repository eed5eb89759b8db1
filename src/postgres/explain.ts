import { readFile } from 'node:fs/promises';
import { codeOf } from './files.ts';
import type { Place } from './place.ts';

const ownDatabase = 'or set DATABASE_URL to a PostgreSQL of your own.';

/** An error of the embedded PostgreSQL that says in one sentence what is wrong and what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}

interface Log {
  readonly logFile: string;
  /** Where in it the last start begins. */
  readonly from: number;
}

/** Puts the failure of a program of PostgreSQL's into words, with the end of what it wrote. */
export async function explained(error: unknown, place: Place, log?: Log): Promise<Error> {
  if (error instanceof EmbeddedPostgresError) return error;
  const written = log ? await since(log) : outputOf(error);
  const said = `${String(error)}\n${written}`;
  const sentence = cure(error, said, place) ?? `PostgreSQL did not start (${firstLine(error)}).`;
  const tail = written.split('\n').filter(Boolean).slice(-12);
  return new EmbeddedPostgresError([sentence, ...tail.map((line) => `  ${line}`)].join('\n'), {
    cause: error,
  });
}

// The order matters: what PostgreSQL itself says is more exact than the code of a system call.
function cure(error: unknown, said: string, place: Place): string | undefined {
  const { cluster, dataDir, user } = place;
  const code = codeOf(error);
  const as = user ? ` as ${user.name}` : '';
  if (/No space left on device|ENOSPC|Disk quota exceeded|Check free disk space/.test(said))
    return `The disk that holds ${cluster} is full: make room, then start again.`;
  if (/incompatible with server|initialized by PostgreSQL version/.test(said))
    return `${cluster} was made by another major version of PostgreSQL: start the Parley that made it, dump the data and load them into this one, ${ownDatabase}`;
  if (/user does not exist|could not look up effective user/.test(said))
    return `The user id ${process.getuid?.()} has no entry in /etc/passwd, which PostgreSQL needs to make its files: add one, ${ownDatabase}`;
  if (/could not (map anonymous|create) shared memory|Cannot allocate memory|out of memory/i.test(said))
    return `There is too little memory for PostgreSQL: free some, lower shared_buffers, ${ownDatabase}`;
  if (/Address already in use/.test(said))
    return "Another program listens on PostgreSQL's port: start again.";
  if (/wrong ownership|invalid permissions/.test(said))
    return `${cluster} must belong to the user${as} under whom PostgreSQL runs, and only to him (chmod 0700): give it to him.`;
  if (code === 'EEXIST' || code === 'ENOTDIR')
    return `${dataDir} is not a folder, or lies below something that is none: name another one with DATA_DIR.`;
  if (/GLIBC|error while loading shared libraries/.test(said) || (code === 'ENOENT' && /spawn/.test(said)))
    return `The PostgreSQL that comes with Parley does not run on this system (it needs the GNU C library and its own files): install again on a system with glibc, ${ownDatabase}`;
  if (user && /spawn|chown/.test(said) && (code === 'EPERM' || code === 'EINVAL'))
    return `PostgreSQL refuses root, and Parley may not start it${as} here either: run Parley as an ordinary user, ${ownDatabase}`;
  // Node reports a read-only disk as ENOENT when it makes a folder with its parents.
  if (code === 'ENOENT' && /mkdir/.test(said)) return unwritable(place);
  if (/Permission denied/.test(said) || code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return unwritable(place);
  return undefined;
}

function unwritable({ dataDir, user }: Place): string {
  const as = user ? ` as ${user.name}` : '';
  return `The data folder ${dataDir} cannot be written${as}: give the user under whom Parley runs the right to, or name another folder with DATA_DIR.`;
}

async function since({ logFile, from }: Log): Promise<string> {
  return readFile(logFile).then(
    (bytes) => bytes.subarray(from).toString(),
    () => '',
  );
}

function outputOf(error: unknown): string {
  return error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
