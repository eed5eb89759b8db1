import { createServer } from 'node:net';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { type Receiver, startReceiver } from '../fakes/receiver.ts';
import { type CloudOptions, startWhatsAppCloud, type WhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { dataFolder, type Parley, removeDataFolder, startParley } from '../parley.ts';
import { openClient, openShop, type Shop } from '../shop.ts';

/** The form for every day: fewer messages and kills. */
export const short = process.env.FAULTS === 'short';

/** One installation with everything around it: a shop, its provider, its webhooks. */
export interface Site {
  readonly cloud: WhatsAppCloud;
  readonly shopHears: Receiver;
  readonly shop: Shop;
  readonly postgres: EmbeddedPostgres;
  /** Those that run. The provider and the callers speak to the first. */
  readonly parleys: Parley[];
  /** Starts one more process; the first always listens at the same address. */
  start(): Promise<Parley>;
  /** kill -9 of one. */
  kill(parley: Parley): Promise<void>;
  /** Where callers call now; undefined while nobody runs. */
  url(): string | undefined;
  ask<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

const key = 'a-key-for-the-fault-tests';

/** Makes an installation with one process at work. */
export async function openSite(options: CloudOptions): Promise<Site> {
  const folder = await dataFolder('faults');
  // We count as one of its users: it runs on while every Parley is dead.
  const postgres = await startEmbeddedPostgres({ dataDir: folder });
  const pool = new pg.Pool({ connectionString: postgres.url, max: 2 });
  pool.on('error', () => {});
  const cloud = await startWhatsAppCloud({ webhooksAtATime: 64, ...options });
  const [shopHears, botHears] = [await startReceiver(), await startReceiver()];
  const ports = [await freePort()];
  const parleys: Parley[] = [];
  const pathOf = { webhook: '' };

  const point = () => {
    const first = parleys[0];
    cloud.webhook = first && pathOf.webhook ? new URL(pathOf.webhook, first.url).href : undefined;
  };
  const start = async (): Promise<Parley> => {
    const port = ports.shift() ?? (await freePort());
    const env = { PORT: String(port), PARLEY_API_KEY: key, PARLEY_SECRET: 'a secret for all processes' };
    const parley = await startParley({ dataDir: folder, env });
    parleys.push(parley);
    point();
    return parley;
  };
  const first = await start();
  const admin = openClient(first.url, key);
  const shop = await openShop(admin, { url: first.url, cloud, shop: shopHears, bot: botHears });
  pathOf.webhook = new URL(cloud.webhook!).pathname;
  await admin.close();

  return {
    cloud,
    shopHears,
    shop,
    postgres,
    parleys,
    start,
    async kill(parley) {
      parleys.splice(parleys.indexOf(parley), 1);
      point();
      await parley.kill();
      ports.push(Number(new URL(parley.url).port));
    },
    url: () => parleys[0]?.url,
    ask: async (sql, values = []) => (await pool.query(sql, values)).rows,
    async close() {
      for (const parley of parleys) await parley.kill();
      await Promise.all([cloud.close(), shopHears.close(), botHears.close(), pool.end()]);
      await postgres.stop();
      await removeDataFolder(folder);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
