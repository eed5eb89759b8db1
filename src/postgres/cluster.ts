import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import { exists, readIfThere, writeWhole } from './files.ts';
import type { Place } from './place.ts';
import type { RunAs } from './run-as.ts';
import { accessRules, configuration } from './settings.ts';

const run = promisify(execFile);

/** The only user of the embedded PostgreSQL. */
export const owner = 'parley';

/** The password of the cluster in `dataDir`, made up on the first start. */
export async function password(dataDir: string): Promise<string> {
  const path = join(dataDir, 'postgres.password');
  const known = (await readIfThere(path))?.trim();
  if (known) return known;
  const made = randomBytes(24).toString('base64url');
  await writeWhole(path, `${made}\n`, 0o600);
  return made;
}

/** Makes the cluster when there is none yet. A crash half-way leaves a draft, which the next start clears. */
export async function makeCluster(
  { cluster, user }: Place,
  secret: string,
  binaries: Binaries,
): Promise<void> {
  if (await exists(join(cluster, 'PG_VERSION'))) return;
  const draft = `${cluster}.new`;
  const secretFile = `${cluster}.secret`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  try {
    await writeFile(secretFile, secret, { mode: 0o600 });
    if (user) for (const path of [draft, secretFile]) await chown(path, user.uid, user.gid);
    await initialise(draft, secretFile, binaries, user);
    await rename(draft, cluster);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  } finally {
    await rm(secretFile, { force: true });
  }
}

async function initialise(
  folder: string,
  secretFile: string,
  binaries: Binaries,
  user: RunAs | undefined,
): Promise<void> {
  const options = { env: binaries.env, ...(user && { uid: user.uid, gid: user.gid }) };
  // Letters are told from other characters by LC_CTYPE: with plain C, pg_trgm would find only ASCII.
  for (const letters of ['C.UTF-8', 'en_US.UTF-8', 'C']) {
    const locale = [
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      `--lc-ctype=${letters}`,
    ];
    const access = ['--auth=scram-sha-256', `--username=${owner}`, `--pwfile=${secretFile}`];
    try {
      await run(
        binaries.initdb,
        ['-D', folder, '--encoding=UTF8', ...locale, ...access, '--no-sync'],
        options,
      );
      break;
    } catch (error) {
      if (letters === 'C' || !/invalid locale/.test(String(error))) throw error;
    }
  }
  const sync = ['-D', folder, '--sync-only'];
  if (process.platform === 'linux') sync.push('--sync-method=syncfs');
  await run(binaries.initdb, sync, options);
}

/** Writes the settings and access rules of this version of Parley; whether that changed anything. */
export async function configure(
  { cluster, user }: Place,
  settings: Readonly<Record<string, string>> | undefined,
): Promise<boolean> {
  const files = { 'postgresql.conf': configuration(settings), 'pg_hba.conf': accessRules };
  let changed = false;
  for (const [name, text] of Object.entries(files)) {
    const path = join(cluster, name);
    if ((await readIfThere(path)) === text) continue;
    await writeWhole(path, text, 0o600, user);
    changed = true;
  }
  return changed;
}

/** Gives the cluster the password of this data folder, whose own was lost. The cluster must be at rest. */
export async function resetPassword(
  { cluster, user }: Place,
  secret: string,
  binaries: Binaries,
): Promise<void> {
  const child = spawn(binaries.postgres, ['--single', '-D', cluster, 'postgres'], {
    cwd: '/',
    env: binaries.env,
    stdio: ['pipe', 'ignore', 'ignore'],
    ...(user && { uid: user.uid, gid: user.gid }),
  });
  const ended = once(child, 'exit');
  child.stdin?.end(`alter role ${owner} login superuser password '${secret}'\n`);
  await ended;
}
