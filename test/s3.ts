import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Options } from '../src/pipeline/s3.ts';

interface ServerOptions {
  address: string;
  port: number;
  silent: boolean;
  directory: string;
  vhostBuckets: boolean;
  configureBuckets: { name: string }[];
}
interface Server {
  run(): Promise<{ port: number }>;
  close(): Promise<void>;
}
// A server of somebody else's, which checks signatures as the real one does; it has no types.
const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as new (options: ServerOptions) => Server;

/** A store that speaks S3, and a line to it that can be cut. */
export type S3Store = Awaited<ReturnType<typeof openS3Store>>;

/** Starts a store with one bucket, `files`. */
export async function openS3Store() {
  const directory = await mkdtemp(join(tmpdir(), 'parley-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets: [{ name: 'files' }],
  });
  const { port } = await server.run();
  const line = await layCable(port);
  const options: S3Options = {
    endpoint: new URL(`http://127.0.0.1:${line.port}`),
    region: 'us-east-1',
    bucket: 'files',
    accessKeyId: 'S3RVER',
    secretAccessKey: 'S3RVER',
    prefix: 'parley/',
    pathStyle: true,
  };
  return {
    options,
    /** Nothing goes over the line, and what was open is cut; `mend` puts it back. */
    cut: line.cut,
    mend: line.mend,
    /** The keys that are in the bucket. */
    async keys(): Promise<string[]> {
      const names = await readdir(join(directory, 'files'), { recursive: true });
      return names.flatMap((name) => /^(.*)\._S3rver_object$/.exec(name)?.[1] ?? []);
    },
    async close() {
      await line.close();
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function layCable(to: number) {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(to, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one
        .on('error', () => {})
        .on('close', () => {
          open.delete(one);
          other.destroy();
        });
      one.pipe(other);
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const cut = () => {
    isCut = true;
    for (const socket of open) socket.destroy();
  };
  return {
    port,
    cut,
    mend() {
      isCut = false;
    },
    async close() {
      cut();
      await new Promise((done) => server.close(done));
    },
  };
}
