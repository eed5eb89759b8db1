// A process that starts the embedded PostgreSQL as Parley does, and tells about it on its output:
//   node parley-process.mjs DATA_DIR
// It stops when its input ends, and can be killed before that.
import { runnerImport } from 'vite';

const source = new URL('../../src/postgres/embedded.ts', import.meta.url).pathname;
const { module } = await runnerImport(decodeURIComponent(source), { configFile: false, logLevel: 'error' });
try {
  const postgres = await module.startEmbeddedPostgres({
    dataDir: process.argv[2],
    log: (line) => console.log(JSON.stringify({ line })),
  });
  console.log(JSON.stringify({ url: postgres.url, pid: postgres.pid }));
  process.stdin.resume().once('end', () => postgres.stop());
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
  process.exitCode = 1;
}
