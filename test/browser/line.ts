import { createServer, connect as dial, type Socket } from 'node:net';

/** A line to a server that can be cut, as a tunnel or a lift cuts it. */
export interface Line {
  /** Where its near end listens. */
  readonly url: string;
  /** Where its far end goes to. Before it is said, nobody comes through. */
  leadTo(url: string): void;
  /** Everything that is under way is gone, and nobody comes through until it is mended. */
  cut(): void;
  mend(): void;
  /** Nothing goes through any more, and nobody is told: as after a night in a bag. Who comes new gets through. */
  starve(): void;
  /** Lets no more than so many bytes a second through, towards the server; without a number as many as there are. */
  limit(bytesPerSecond?: number): void;
  close(): Promise<void>;
}

/** Lays a line over a free port of this machine, to the server at `to` or to where it is led later. */
export async function layLine(to?: string): Promise<Line> {
  let end = to === undefined ? undefined : new URL(to);
  const sockets = new Set<Socket>();
  let isCut = false;
  let pace: number | undefined;
  const hold = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer((near) => {
    hold(near);
    if (isCut || !end) {
      near.resetAndDestroy();
      return;
    }
    const far = dial(Number(end.port), end.hostname);
    hold(far);
    far.pipe(near);
    near.on('end', () => far.end());
    near.on('data', (chunk) => {
      const isFull = !far.write(chunk);
      const go = () => near.resume();
      if (!isFull && pace === undefined) return;
      near.pause();
      if (pace !== undefined) setTimeout(go, (chunk.length / pace) * 1000);
      else far.once('drain', go);
    });
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const drop = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    leadTo(url) {
      end = new URL(url);
    },
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
    starve() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.removeAllListeners('data');
        socket.pause();
      }
    },
    limit(bytesPerSecond) {
      pace = bytesPerSecond;
    },
    close() {
      drop();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
