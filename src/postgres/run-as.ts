import { readFile, stat } from 'node:fs/promises';
import { EmbeddedPostgresError } from './explain.ts';

/** The ids under which PostgreSQL's processes run. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

// A user of Parley's own, else one who owns nothing. Not `postgres`: with him would come the rights over a
// PostgreSQL that the system itself may run.
const preferred = ['parley', 'nobody', 'daemon'];

/**
 * Under whom PostgreSQL must run: undefined for the present user, who is an ordinary one; otherwise,
 * because PostgreSQL refuses root, whoever owns the cluster already, else an unprivileged user.
 */
export async function chooseUser(cluster: string): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  const users = await readUsers();
  if (owner && owner.uid !== 0) {
    const known = users.find((user) => user.uid === owner.uid);
    return { uid: owner.uid, gid: owner.gid, name: known?.name ?? `user ${owner.uid}` };
  }
  for (const name of preferred) {
    const found = users.find((user) => user.name === name && user.uid !== 0);
    if (found) return found;
  }
  const any = users.find((user) => user.uid !== 0);
  if (any) return any;
  throw new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root and this system has no other user: add one to /etc/passwd, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

// initdb asks for the user's entry, so only users who have one will do.
async function readUsers(): Promise<RunAs[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}
