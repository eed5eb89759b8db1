import type { Client } from 'pg';
import type { Database } from '../store/database.ts';
import { tell, wakeTopic } from '../store/wake-feed.ts';

/** How wake-ups reach other processes. It may lose some: workers also look by themselves. */
export interface WakeLine {
  tell(payload: string): void;
  close(): Promise<void>;
}

/** Opens a line; `heard` is called with what the others tell, and may be with what we told ourselves. */
export type OpenWakeLine = (heard: (payload: string) => void) => Promise<WakeLine>;

const againMs = 1000;

/** Over LISTEN/NOTIFY of the database that all share. A connection that breaks is opened again. */
export function listenLine(database: Database): OpenWakeLine {
  return async (heard) => {
    let client: Client | undefined;
    let retry: NodeJS.Timeout | undefined;
    let closed = false;
    const again = () => {
      clearTimeout(retry);
      if (!closed) retry = setTimeout(listen, againMs).unref();
    };
    const listen = async (): Promise<void> => {
      try {
        client = await database.connect();
        client.on('notification', ({ payload = '' }) => heard(payload));
        client.on('error', () => client?.end().catch(() => {}));
        client.on('end', again);
        await client.query(`listen ${wakeTopic}`);
      } catch {
        again();
      }
    };
    await listen();
    return {
      tell: (payload) => void tell(database, payload).catch(() => {}),
      async close() {
        closed = true;
        clearTimeout(retry);
        await client?.end().catch(() => {});
      },
    };
  };
}
