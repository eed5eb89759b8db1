import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { allHolds, type House, openHouse, well } from './house.ts';
import { note } from './table.ts';

/** A file system of its own needs the right to mount one: without it this is said, and left out. */
function mounted(folder: string, megabytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0755`, 'tmpfs', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

const place = await mkdtemp(join(tmpdir(), 'parley full '));
await chmod(place, 0o755);
const may = process.platform === 'linux' && mounted(place, 260);
if (!may)
  process.stdout.write('Disk full: left out, since this user may not mount a file system of its own.\n');

describe.skipIf(!may)('the disk is full', () => {
  let house: House;
  const ballast = join(place, 'ballast');

  beforeAll(async () => {
    const folder = join(place, 'data');
    await mkdir(folder, { mode: 0o755 });
    house = await openHouse({ folder });
  });
  afterAll(async () => {
    await rm(ballast, { force: true });
    await house.close();
    execFileSync('umount', ['-l', place]);
    await rm(place, { recursive: true });
  });

  const send = (text: string) =>
    house.call('POST', '/api/v1/messages', {
      channelId: 'dummy:sandbox',
      to: { phone: '966500000000' },
      content: { text },
    });

  /** Leaves nothing free. */
  async function fill(): Promise<void> {
    const { bavail, bsize } = await statfs(place);
    let left = bavail * bsize;
    for (let part = left; part >= 4096; part = Math.floor(part / 2)) {
      try {
        writeFileSync(ballast, Buffer.alloc(Math.min(part, left)), { flag: 'a' });
        left -= part;
      } catch {}
    }
  }

  it('messages and files are refused with a clear error, nothing accepted is lost, and it heals by itself', async () => {
    const accepted: string[] = [];
    for (let n = 0; n < 20; n++) accepted.push((await well(send(`before ${n}`))).id);
    await fill();
    const file = await house.call('POST', '/api/v1/media', 'x'.repeat(2 * 1024 ** 2), {
      headers: { 'content-type': 'application/octet-stream' },
    });
    expect(file.status, file.text).toBe(503);
    expect(file.headers.get('retry-after')).not.toBeNull();
    const answers: number[] = [];
    // PostgreSQL has room in its files for a while; then every write is refused.
    await until(
      'writes are refused',
      async () => {
        await fill();
        const { status, text, headers, body } = await send('y'.repeat(4000));
        answers.push(status);
        if (status < 300) accepted.push(body.id);
        else {
          expect(status, text).toBe(503);
          expect(headers.get('retry-after')).not.toBeNull();
          expect(body.error.message).not.toMatch(/internal|wrong on our side/i);
        }
        return answers.filter((one) => one === 503).length > 20;
      },
      180_000,
    );
    await rm(ballast);
    await until(
      'it takes messages again',
      async () => {
        const { status, body } = await send('after');
        if (status < 300) accepted.push(body.id);
        return status < 300;
      },
      60_000,
    );
    await until(
      'all are read',
      async () => {
        const [row] = await house.ask<{ n: number }>(
          `select count(*)::int as n from message where id = any($1) and status = 'READ'`,
          [accepted],
        );
        return row!.n === accepted.length;
      },
      120_000,
    );
    await well(
      house.call('POST', '/api/v1/media', 'a file', {
        headers: { 'content-type': 'application/octet-stream' },
      }),
    );
    await allHolds(house);
    const refused = answers.filter((one) => one === 503).length;
    await note({
      test: 6,
      run: 'database and files on a full disk',
      runs: 1,
      accepted: accepted.length,
      sent: accepted.length,
      lost: 0,
      shown: `${refused} writes refused with 503`,
    });
  });
});
