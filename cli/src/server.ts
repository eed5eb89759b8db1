import { Refused, Usage } from './terminal.ts';

/** The server that a command speaks to, and as whom. */
export interface ServerOptions {
  url: string;
  key: string | undefined;
}

interface Refusal {
  error?: { message?: string; fields?: { field?: string; message: string; possibleValues?: string[] }[] };
  traceId?: string;
}

/** What a request holds beside its path below `/api/v1`. */
export interface Asked {
  query?: Record<string, string>;
  body?: unknown;
  /** Where a field stands in a file, to be told with what is wrong with it. */
  placeOf?: (field: string) => string;
  /** How long the answer may take, ms. */
  withinMs?: number;
}

/** Checks what a command needs to know of the server. Throws `Usage`. */
export function checkServer({ url, key }: ServerOptions): { url: string; key: string } {
  if (!key) throw new Usage('No API key: set PARLEY_API_KEY or give --key.');
  if (!URL.canParse(url)) throw new Usage(`This is no address of a server: ${url}`);
  return { url: url.endsWith('/') ? url : `${url}/`, key };
}

/** Asks the server. Throws `Refused` with what it says is wrong, and when there is no answer. */
export async function ask(
  options: ServerOptions,
  method: string,
  path: string,
  { query = {}, body, placeOf, withinMs = 60_000 }: Asked = {},
): Promise<unknown> {
  const { url: base, key } = checkServer(options);
  const url = new URL(`api/v1/${path}`, base);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    redirect: 'error',
    signal: AbortSignal.timeout(withinMs),
  }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Refused(`No answer from ${options.url}: ${cause}`);
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && typeof answer === 'object' && answer !== null) return answer;
  throw refusalOf(response.status, answer, options.url, placeOf);
}

function refusalOf(status: number, body: unknown, url: string, placeOf?: (field: string) => string): Refused {
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
      const place = placeOf ? `${placeOf(field)}: ` : '';
      return `  ${place}${field}: ${message}${possible}`;
    }),
  );
}
