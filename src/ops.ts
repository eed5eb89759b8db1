import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { Pipeline } from './pipeline/start.ts';
import { measure, ping } from './store/backlog.ts';

/** The release, as package.json has it. */
export const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
).version;

/** `/livez`, `/readyz` (200 only when a message could be accepted), `/version`, `/metrics`. */
export function addOps(app: FastifyInstance, pipeline: Pipeline, state: { stopping: boolean }): void {
  app.get('/livez', () => ({ status: 'ok' }));
  app.get('/version', () => ({ name: 'parley', version }));
  app.get('/readyz', async (_request, reply) => {
    if (state.stopping) return reply.code(503).send({ status: 'stopping' });
    try {
      await ping(pipeline.core.db);
      return { status: 'ok' };
    } catch {
      return reply.code(503).header('retry-after', '1').send({ status: 'the database cannot be reached' });
    }
  });
  app.get('/metrics', async (_request, reply) => {
    const waiting = await measure(pipeline.core.db);
    const { messages, deliveries } = pipeline.inFlight();
    const gauges: [name: string, help: string, value: unknown][] = [
      ['parley_messages_waiting', 'Outbound messages not settled yet', waiting.messages],
      [
        'parley_messages_oldest_due_ms',
        'How long the oldest due message waits',
        waiting.oldestMessageMs ?? 0,
      ],
      ['parley_messages_in_flight', 'Sends under way in this process', messages],
      ['parley_deliveries_waiting', 'Webhook deliveries not settled yet', waiting.deliveries],
      [
        'parley_deliveries_oldest_due_ms',
        'How long the oldest due delivery waits',
        waiting.oldestDeliveryMs ?? 0,
      ],
      ['parley_deliveries_in_flight', 'Webhook calls under way in this process', deliveries],
      ['process_resident_memory_bytes', 'Memory of this process', process.memoryUsage.rss()],
      [
        'process_cpu_seconds_total',
        'Processor time of this process',
        (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
      ],
    ];
    const lines = gauges.map(
      ([name, help, value]) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}\n${name} ${value}`,
    );
    return reply.type('text/plain; version=0.0.4').send(`${lines.join('\n')}\n`);
  });
}
