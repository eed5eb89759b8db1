import { readDocument, type SetupFile } from './document.ts';
import { Refused, type Terminal, Usage } from './terminal.ts';

/** What the server answers. */
interface Applied {
  business: string;
  changes: { change: string; noun: string; name: string }[];
  keys: { app: string; name: string; key: string }[];
  endpoints: { url: string; secret?: string; verifyToken?: string }[];
}

interface Refusal {
  error?: { message?: string; fields?: { field?: string; message: string; possibleValues?: string[] }[] };
  traceId?: string;
}

/** `parley apply FILE`: the whole file or nothing. */
export async function apply(
  file: string,
  options: { dryRun: boolean; url: string; key: string | undefined },
  terminal: Terminal,
): Promise<void> {
  if (!options.key) throw new Usage('No API key: set PARLEY_API_KEY or give --key.');
  if (!URL.canParse(options.url)) throw new Usage(`This is no address of a server: ${options.url}`);
  const given = await readDocument(file, terminal.env);
  const applied = await post(given, { ...options, key: options.key });
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

async function post(
  { document, placeOf }: SetupFile,
  options: { dryRun: boolean; url: string; key: string },
): Promise<Applied> {
  const url = new URL('api/v1/apply', options.url.endsWith('/') ? options.url : `${options.url}/`);
  if (options.dryRun) url.searchParams.set('dryRun', 'true');
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': options.key },
    body: JSON.stringify(document),
    redirect: 'error',
    signal: AbortSignal.timeout(60_000),
  }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Refused(`No answer from ${options.url}: ${cause}`);
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && isApplied(body)) return body;
  throw refusalOf(response.status, body, options.url, placeOf);
}

function isApplied(body: unknown): body is Applied {
  return typeof body === 'object' && body !== null && 'changes' in body && 'business' in body;
}

function refusalOf(status: number, body: unknown, url: string, placeOf: SetupFile['placeOf']): Refused {
  const { error, traceId } = (typeof body === 'object' && body !== null ? body : {}) as Refusal;
  if (typeof error !== 'object')
    return new Refused(`${url} answered ${status}, and not as a Parley server does.`);
  if (status >= 500) {
    return new Refused(`The server failed, nothing was changed: ${error.message} (trace ${traceId})`);
  }
  const fields = (error.fields ?? []).filter((one) => one.field);
  if (status === 401 || fields.length === 0) return new Refused(`Refused: ${error.message ?? status}`);
  return new Refused(
    'Refused, nothing was changed:',
    ...fields.map(({ field = '', message, possibleValues }) => {
      const possible = possibleValues?.length ? ` Possible: ${possibleValues.join(', ')}` : '';
      return `  ${placeOf(field)}: ${field}: ${message}${possible}`;
    }),
  );
}
