import { readDocument } from './document.ts';
import { ask, checkServer } from './server.ts';
import { Refused, type Terminal } from './terminal.ts';

/** What the server answers. */
interface Applied {
  business: string;
  changes: { change: string; noun: string; name: string }[];
  keys: { app: string; name: string; key: string }[];
  endpoints: { url: string; secret?: string; verifyToken?: string }[];
}

/** `parley apply FILE`: the whole file or nothing. */
export async function apply(
  file: string,
  options: { dryRun: boolean; url: string; key: string | undefined },
  terminal: Terminal,
): Promise<void> {
  checkServer(options);
  const { document, placeOf } = await readDocument(file, terminal.env);
  const query = options.dryRun ? { dryRun: 'true' } : {};
  const applied = await ask(options, 'POST', 'apply', { query, body: document, placeOf });
  if (!isApplied(applied)) throw new Refused(`${options.url} does not answer as a Parley server does.`);
  for (const { change, noun, name } of applied.changes) terminal.out(`${change} ${noun} ${name}`);
  terminal.out(summary(applied, options.dryRun));
  tellSecrets(applied, terminal);
}

function summary({ business, changes }: Applied, dryRun: boolean): string {
  if (changes.length === 0) return `Nothing to change in the business ${business}.`;
  const count = changes.length === 1 ? '1 change' : `${changes.length} changes`;
  return dryRun
    ? `Would make ${count} to the business ${business} (dry run).`
    : `Made ${count} to the business ${business}.`;
}

function tellSecrets({ keys, endpoints }: Applied, terminal: Terminal): void {
  if (keys.length === 0 && endpoints.length === 0) return;
  terminal.out('Shown only now:');
  for (const { app, name, key } of keys) terminal.out(`  key ${app}/${name}: ${key}`);
  for (const { url, secret, verifyToken } of endpoints) {
    if (secret) terminal.out(`  secret of ${url}: ${secret}`);
    if (verifyToken) terminal.out(`  verify token of ${url}: ${verifyToken}`);
  }
}

function isApplied(body: unknown): body is Applied {
  return typeof body === 'object' && body !== null && 'changes' in body && 'business' in body;
}
