import { pino } from 'pino';
import { type Config, ConfigError, readConfig } from './config.ts';
import type { FirstBusiness } from './pipeline/first-business.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres/embedded.ts';
import { type Server, startServer } from './server.ts';

/** If draining takes longer than this, something hangs, and we go anyway, ms. */
const longestStopMs = 9500;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = pino({ level: config.logLevel });
  const embedded = config.databaseUrl === undefined ? await startEmbedded(config, log) : undefined;
  let server: Server;
  try {
    server = await startServer(config, config.databaseUrl ?? embedded!.url, log);
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
  welcome(config, server);
  const stop = (signal: string) => {
    log.info({ signal }, 'draining');
    setTimeout(() => process.exit(1), longestStopMs).unref();
    server
      .stop()
      .then(() => embedded?.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'could not stop cleanly');
          process.exit(1);
        },
      );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(signal));
}

function startEmbedded(config: Config, log: pino.Logger): Promise<EmbeddedPostgres> {
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

main().catch((error: unknown) => {
  const known =
    error instanceof ConfigError ||
    (error instanceof Error && !('code' in error) && error.message.length < 500);
  process.stderr.write(`${known ? (error as Error).message : String((error as Error)?.stack ?? error)}\n`);
  process.exit(1);
});
