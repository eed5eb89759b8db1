import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/postgres/embedded.ts';

/**
 * One PostgreSQL for the whole run: the one that `TEST_DATABASE_URL` names, else one of our own in a
 * temporary folder, gone afterwards. Test files take a database of their own from it
 * (`scratchDatabase`).
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.TEST_DATABASE_URL) return async () => {};
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'));
  // As root, PostgreSQL runs as somebody else, who must come through.
  await chmod(dataDir, 0o755);
  // What is gone after the run need not survive a power cut.
  // Two stories at a time may have two servers each, and each of these a pool.
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  process.env.TEST_DATABASE_URL = postgres.url;
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}
