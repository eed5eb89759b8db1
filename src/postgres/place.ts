import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, mkdir, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { EmbeddedPostgresError } from './explain.ts';
import { exists, reachable, readIfThere, writeWhole } from './files.ts';
import { chooseUser, type RunAs } from './run-as.ts';

const pointer = 'postgres.location';

/** Where the cluster lies, and under whom it runs. */
export interface Place {
  /** Parley's data folder, with all links resolved. */
  readonly dataDir: string;
  readonly cluster: string;
  readonly user: RunAs | undefined;
}

// Only root writes in them and everybody passes through them; nothing clears them as it does /tmp.
const shared = ['/var/lib/parley', '/srv/parley', '/opt/parley'];

/**
 * Finds the place of the cluster: `postgres` in the data folder. Only when Parley runs as root and the
 * user under whom PostgreSQL then runs cannot come there (below root's own home, say), it lies in a
 * shared folder, and the file `postgres.location` in the data folder says where (`recordPlace`).
 */
export async function findPlace(dataDir: string, log: (line: string) => void): Promise<Place> {
  const near = join(dataDir, 'postgres');
  const recorded = (await readIfThere(join(dataDir, pointer)))?.trim();
  const user = await chooseUser(recorded ?? near);
  if (recorded !== undefined) {
    if (await exists(recorded)) return { dataDir, cluster: recorded, user };
    throw new EmbeddedPostgresError(
      `${join(dataDir, pointer)} says that the database lies in ${recorded}, but nothing is there: bring that folder back, or delete the file to begin with an empty database.`,
    );
  }
  if (!user || (await reachable(near, user))) return { dataDir, cluster: near, user };
  if (await exists(near))
    throw new EmbeddedPostgresError(
      `PostgreSQL runs as ${user.name}, who cannot reach ${near}: let everyone pass through the folders above it (chmod o+x), or start Parley as the user whom they belong to.`,
    );
  // Not named after the data folder: who deletes that begins with an empty database, not with the old one.
  const cluster = join(await sharedFolder(user), randomBytes(8).toString('hex'));
  log(`the database lies in ${cluster}: PostgreSQL runs as ${user.name}, who cannot reach ${dataDir}`);
  return { dataDir, cluster, user };
}

/** Notes in the data folder where its cluster is, when that is elsewhere; only once there is one. */
export async function recordPlace(place: Place): Promise<void> {
  if (dirname(place.cluster) === place.dataDir || (await exists(join(place.dataDir, pointer)))) return;
  await writeWhole(join(place.dataDir, pointer), `${place.cluster}\n`, 0o600);
}

/** A lasting folder that `user` can reach. Asked for only as root. */
export async function sharedFolder(user: RunAs): Promise<string> {
  for (const folder of shared) {
    try {
      if ((await mkdir(folder, { recursive: true })) !== undefined) await chmod(folder, 0o755);
      if (await reachable(join(folder, 'any'), user)) return folder;
    } catch {
      // Read-only, or something else of that name: the next one.
    }
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL runs as ${user.name}, who cannot reach Parley's folders, and none of ${shared.join(', ')} can be made: move Parley and its data out of root's home, run it as an ordinary user, or set DATABASE_URL.`,
  );
}

/** Makes the data folder; returns it with all links resolved. */
export async function makeDataFolder(path: string): Promise<string> {
  const dataDir = resolve(path);
  const first = await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (first !== undefined && process.getuid?.() === 0) {
    // Others may pass through, to the cluster, but see nothing: the files in it have modes of their own.
    for (let folder = dataDir; folder.length >= first.length; folder = dirname(folder))
      await chmod(folder, 0o711);
  }
  await access(dataDir, constants.W_OK);
  return realpath(dataDir);
}
