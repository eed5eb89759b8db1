import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The other side of the wire, in a process of its own: a connector's provider and a webhook receiver. */
export interface Peers {
  readonly url: string;
  /** What has arrived so far. */
  counts(): Promise<PeerCounts>;
  /** The connector answers 429 for an hour from now on, or accepts again. */
  pause(paused: boolean): Promise<void>;
  stop(): void;
}

export interface PeerCounts {
  sent: number;
  /** Webhook calls by what they held: `messages`, `statuses` … */
  webhooks: Record<string, number>;
}

/** Starts the peers; with `receiptsTo` the connector reports each message as delivered there. */
export async function startPeers(): Promise<Peers> {
  const child = fork(fileURLToPath(new URL('peer-process.js', import.meta.url)), { stdio: 'inherit' });
  const port = await told<number>(child, 'port');
  let asked = 0;
  const ask = (question: string, value?: unknown) => {
    const id = ++asked;
    const answer = new Promise<PeerCounts>((resolve) => {
      const listen = (message: { id?: number; counts?: PeerCounts }) => {
        if (message.id !== id) return;
        child.off('message', listen);
        resolve(message.counts!);
      };
      child.on('message', listen);
    });
    child.send({ id, question, value });
    return answer;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    counts: () => ask('counts'),
    pause: async (paused) => void (await ask('pause', paused)),
    stop: () => void child.kill('SIGTERM'),
  };
}

function told<T>(child: ChildProcess, name: string): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the peers did not start')));
    child.once('message', (message: Record<string, T>) => resolve(message[name] as T));
  });
}
