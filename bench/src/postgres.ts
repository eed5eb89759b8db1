import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { treeCpuSeconds } from './cpu.ts';

/** The PostgreSQL of a run: Parley and the references write to the same one. */
export interface BenchPostgres {
  /** A database of its own for each caller: an empty one, or a copy of the one at `like`, which nobody may use. */
  database(name: string, like?: string): Promise<string>;
  /** Takes a database away, for the room that it needs. */
  drop(url: string): Promise<void>;
  /** CPU that it has used so far, seconds; 0 when it is not ours to look at. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

interface Started {
  url: string;
  pid?: number;
  stop(): Promise<void>;
}

/** The one that BENCH_DATABASE_URL names, else the one that comes with Parley, with Parley's settings. */
export async function startPostgres(): Promise<BenchPostgres> {
  const given = process.env.BENCH_DATABASE_URL;
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-bench-pg-'));
  const server: Started = given ? { url: given, stop: async () => {} } : await startEmbedded(dataDir);
  const names: string[] = [];
  const asAdmin = async (sql: string) => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  return {
    async database(name, like) {
      const unique = `bench_${name}_${Date.now()}`;
      const copied = like ? ` template ${nameOf(like)} strategy file_copy` : '';
      await asAdmin(`create database ${unique}${copied}`);
      names.push(unique);
      const url = new URL(server.url);
      url.pathname = `/${unique}`;
      return url.href;
    },
    drop: (url) => asAdmin(`drop database if exists ${nameOf(url)} with (force)`),
    cpuSeconds: () => (server.pid === undefined ? 0 : treeCpuSeconds(server.pid)),
    async stop() {
      for (const name of names) await asAdmin(`drop database if exists ${name} with (force)`);
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

async function startEmbedded(dataDir: string): Promise<Started> {
  const file = new URL('../../dist/postgres/embedded.js', import.meta.url).href;
  const { startEmbeddedPostgres } = (await import(file)) as {
    startEmbeddedPostgres(options: { dataDir: string }): Promise<Started>;
  };
  return startEmbeddedPostgres({ dataDir });
}
