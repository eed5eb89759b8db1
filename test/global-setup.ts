import { serverUrl } from './database.ts';

/**
 * One PostgreSQL for the whole run: the one that `TEST_DATABASE_URL` names, else one of our own in a
 * temporary folder, gone afterwards. Test files take a database of their own from it
 * (`scratchDatabase`).
 */
export default async function setup(): Promise<() => Promise<void>> {
  process.env.TEST_DATABASE_URL ??= serverUrl();
  return async () => {};
}
