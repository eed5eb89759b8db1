import { createHmac, randomBytes } from 'node:crypto';
import WebSocket from 'ws';
import { checkServer, type ServerOptions } from './server.ts';
import { Refused, type Terminal, Usage } from './terminal.ts';

export interface ListenOptions extends ServerOptions {
  /** In whose words, and whose events: as of a webhook endpoint. */
  surface: string;
  app: string | undefined;
  /** Number of the last event that is known already; absent: from now on. */
  after: string | undefined;
  /** Signs the calls; made when absent. */
  secret: string | undefined;
  /** Ends it. */
  signal?: AbortSignal;
}

interface Heard {
  type: string;
  business?: string;
  oldest?: number;
  seq: number;
  id: string;
  event: unknown;
}

const longestPauseMs = 10_000;
const callMs = 30_000;

/**
 * `parley listen TARGET`: hands every event to a program on this machine, one after the other, as a
 * webhook would. Goes on after the last one when the line was cut. One attempt each, for who develops
 * wants to see what failed, not to wait for it again.
 */
export async function listen(target: string, options: ListenOptions, terminal: Terminal): Promise<void> {
  const { key } = checkServer(options);
  if (!URL.canParse(target)) throw new Usage(`This is no address to call: ${target}`);
  const secret = options.secret ?? `whsec_${randomBytes(32).toString('base64')}`;
  terminal.out(`Events go to ${target}, signed with ${secret}`);
  let after = options.after;
  let pauseMs = 0;
  while (!options.signal?.aborted) {
    const ended = await follow(socketUrl(options, after), key, options.signal, async (heard) => {
      pauseMs = 0;
      if (heard.type === 'hello' && (heard.oldest ?? 0) > Number(after ?? heard.seq) + 1)
        terminal.err(`What lay before event ${heard.oldest} is forgotten.`);
      if (heard.type === 'hello')
        terminal.out(`Listening to ${heard.business}, after event ${after ?? heard.seq}`);
      if (heard.type === 'event') terminal.out(await hand(target, heard, secret));
      // Also without an event: what happens while the line is cut must not be missed.
      if (heard.type === 'event' || after === undefined) after = String(heard.seq);
    });
    if (options.signal?.aborted) return;
    pauseMs = Math.min(longestPauseMs, pauseMs * 2 + 250);
    terminal.err(`${ended}; connecting again`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function socketUrl({ url, surface, app }: ListenOptions, after: string | undefined): URL {
  const socket = new URL('api/v1/live', url.endsWith('/') ? url : `${url}/`);
  socket.protocol = socket.protocol.replace('http', 'ws');
  socket.searchParams.set('surface', surface);
  if (app !== undefined) socket.searchParams.set('app', app);
  if (after !== undefined) socket.searchParams.set('after', after);
  return socket;
}

/** Resolves with the reason when the line is cut; rejects with `Refused` when the server does not let us in. */
function follow(
  url: URL,
  key: string,
  signal: AbortSignal | undefined,
  take: (heard: Heard) => Promise<void>,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers: { 'x-api-key': key }, handshakeTimeout: 10_000 });
    let taken = Promise.resolve();
    let reason = 'The server closed the connection';
    const end = () => socket.close();
    signal?.addEventListener('abort', end, { once: true });
    socket.on('message', (data) => {
      // The next one waits for the answer to this one, and the server for us: nothing piles up here.
      socket.pause();
      taken = taken.then(async () => {
        if (!signal?.aborted) await take(JSON.parse(String(data)));
        socket.resume();
      });
    });
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => {
        socket.terminate();
        const status = response.statusCode ?? 0;
        if (status >= 500) resolve(`The server answered ${status}`);
        else reject(new Refused(`Refused: ${messageOf(text) ?? status}`));
      });
    });
    socket.on('error', (error) => {
      reason = `No answer from ${url.host}: ${error.message}`;
    });
    socket.on('close', (_code, why) => {
      signal?.removeEventListener('abort', end);
      taken.then(() => resolve(String(why) || reason), reject);
    });
  });
}

function messageOf(text: string): string | undefined {
  try {
    return JSON.parse(text).error?.message;
  } catch {
    return undefined;
  }
}

/** Calls the program as a webhook would, and says what it answered. */
async function hand(target: string, { seq, id, event }: Heard, secret: string): Promise<string> {
  const body = JSON.stringify(event);
  const began = performance.now();
  const answered = await fetch(target, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signed(id, body, secret) },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(callMs),
  }).then(
    async (answer) => {
      await answer.arrayBuffer();
      return String(answer.status);
    },
    (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message),
  );
  return `${seq} ${kindOf(event)} → ${answered} (${Math.round(performance.now() - began)} ms)`;
}

/** As Standard Webhooks has it. */
function signed(id: string, body: string, secret: string): Record<string, string> {
  const seconds = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
}

/** What is told, for the line that is printed: each surface calls its kinds differently. */
function kindOf(event: unknown): string {
  const { type, webhook_event_type: azeer } = event as { type?: string; webhook_event_type?: string };
  if (type !== undefined && azeer === undefined) return type;
  return (
    azeer ??
    Object.keys(event as object).find((name) => /^(messages|statuses|events|actions)$/.test(name)) ??
    'event'
  );
}
