import type { Logger } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';
import { makeLog } from './log.ts';
import type { FirstBusiness } from './pipeline/first-business.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres/embedded.ts';
import { type Server, startServer } from './server.ts';

/** If draining takes longer than this, something hangs, and we go anyway, ms. */
const longestStopMs = 9500;

async function main(): Promise<void> {
  const stopped = onSignal();
  const config = readConfig(process.env);
  const log = makeLog(config.logLevel);
  const embedded = config.databaseUrl === undefined ? await startEmbedded(config, log) : undefined;
  let server: Server;
  try {
    server = await startServer(config, config.databaseUrl ?? embedded!.url, log);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  welcome(config, server);
  log.info({ signal: await stopped }, 'draining');
  setTimeout(() => process.exit(1), longestStopMs).unref();
  await server.stop();
  await embedded?.stop();
  process.exit(0);
}

/** Resolves at the first signal to stop. Heard from the beginning: a start is ended first, then undone. */
function onSignal(): Promise<NodeJS.Signals> {
  return new Promise((done) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, done);
  });
}

function startEmbedded(config: Config, log: Logger): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: (line) => log.info({ database: 'embedded' }, line),
  });
}

/** What a newcomer needs: where it listens; on the very first start also who may come in. */
function welcome(config: Config, { address, pipeline: { first } }: Server): void {
  const lines = ['', `Parley listens on ${address}`];
  if (first) lines.push(...firstLines(config, address, first));
  lines.push('');
  process.stdout.write(`${lines.join('\n')}\n`);
}

function firstLines(config: Config, address: string, first: FirstBusiness): string[] {
  const key = first.apiKey ?? '$PARLEY_API_KEY';
  const body = JSON.stringify({
    channelId: first.sandbox,
    to: { phone: '966500000000' },
    type: 'text',
    text: { body: 'Hello' },
  });
  return [
    '',
    `  Business       ${first.domain}`,
    `  Administrator  ${first.adminEmail}${first.adminPassword ? `   password ${first.adminPassword}` : ''}`,
    `  API key        ${first.apiKey ?? 'as preset in PARLEY_API_KEY'}`,
    '  These are shown this once.',
    '',
    '  Send a first message, over the sandbox:',
    '',
    `  curl -s ${address}/xms/api/v1/message/send -H 'x-api-key: ${key}' -H 'content-type: application/json' -d '${body}'`,
    ...(config.production ? [] : ['', `  Everything else: ${address}/docs`]),
  ];
}

/** A start that cannot be is told in one clear sentence; what we did not expect, with where it happened. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof ConfigError) return error.message;
  const { code, port, address, syscall } = error as NodeJS.ErrnoException & {
    port?: number;
    address?: string;
  };
  if (syscall === 'listen') {
    const place = `${address}:${port}`;
    if (code === 'EADDRINUSE') return `Another program listens on ${place} already: set PORT to another one.`;
    if (code === 'EACCES') return `Parley may not listen on ${place}: set PORT to 1024 or more.`;
    return `Parley cannot listen on ${place} (${code}): set HOST and PORT to an address of this machine.`;
  }
  if (isDatabaseError(error))
    return `The database that DATABASE_URL names cannot be used: ${error.message || code}.`;
  return code === undefined && error.message.length < 500 ? error.message : (error.stack ?? error.message);
}

// Connecting failed, or PostgreSQL did not let us in (class 28), or does not have this database (3D).
function isDatabaseError(error: Error): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || /^(28|3D|57P)/.test(code ?? '');
}

main().catch((error: unknown) => {
  process.stderr.write(`${told(error)}\n`);
  process.exit(1);
});
