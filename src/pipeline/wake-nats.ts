import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import type { OpenWakeLine } from './wake-line.ts';

const againMs = 1000;

/**
 * Over NATS (`NATS_URL`). A server that is away, at the start or later, holds nobody up: until it is there
 * wake-ups get lost, and workers look by themselves.
 */
export function natsLine(url: string, installation: string, log: Logger): OpenWakeLine {
  // Several installations may share a server.
  const subject = `parley.wake.${installation}`;
  return async (heard) => {
    let line: NatsConnection | undefined;
    let retry: NodeJS.Timeout | undefined;
    let closed = false;
    const open = async (): Promise<void> => {
      try {
        const connection = await connect({
          servers: url,
          name: 'parley',
          maxReconnectAttempts: -1,
          reconnectTimeWait: againMs,
        });
        if (closed) return await connection.close();
        line = connection;
        connection.subscribe(subject, {
          callback: (error, message) => void (error ?? heard(message.string())),
        });
      } catch (error) {
        if (retry === undefined) log.warn({ err: error }, 'NATS is away: processes look by themselves');
        if (!closed) retry = setTimeout(open, againMs).unref();
      }
    };
    // Nobody waits for it at the start.
    void open();
    return {
      tell(payload) {
        if (line && !line.isClosed()) line.publish(subject, payload);
      },
      async close() {
        closed = true;
        clearTimeout(retry);
        await line?.close().catch(() => {});
      },
    };
  };
}
