import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Wrapper } from '../../../../src/apis/xms/schemas/inbound.ts';

/** A request that came to the outside: a webhook, a message for a connector, a call of a provider's API. */
export interface Came {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  raw: string;
  body: Record<string, unknown>;
  at: number;
}

/** What is answered; without: 200 and a body that fits the path. */
export type Answer = { status?: number; headers?: Record<string, string>; body?: unknown } | undefined;

/**
 * Everything outside of the server in one: webhooks of apps, the connector of a custom channel, and a
 * small WhatsApp provider. It remembers all that came, in its order.
 */
export interface Outside {
  /** `http://127.0.0.1:{port}`. */
  url: string;
  came: Came[];
  /** The requests to one path. */
  at(path: string): Came[];
  /** The webhook calls of one app, as wrappers. */
  told(app: string): Wrapper[];
  /** How requests to a path are answered from now on; undefined: as usual. */
  answers(path: string, answer: ((came: Came) => Answer | Promise<Answer>) | undefined): void;
  close(): Promise<void>;
}

export async function openOutside(): Promise<Outside> {
  const came: Came[] = [];
  const rules = new Map<string, (came: Came) => Answer | Promise<Answer>>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const raw = Buffer.concat(chunks).toString('utf8');
      const { method = '', url = '', headers } = request;
      const one: Came = { method, path: url, headers, raw, body: parsed(raw), at: Date.now() };
      came.push(one);
      const { status = 200, headers: more, body } = (await rules.get(url)?.(one)) ?? usual(one);
      response.writeHead(status, { 'content-type': 'application/json', ...more });
      response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const at = (path: string) => came.filter((one) => one.path === path);
  return {
    url: `http://127.0.0.1:${port}`,
    came,
    at,
    told: (app) => at(`/apps/${app}`).map(({ body }) => body as Wrapper),
    answers(path, answer) {
      if (answer) rules.set(path, answer);
      else rules.delete(path);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let ids = 0;

function usual({ path, body }: Came): NonNullable<Answer> {
  if (path === '/whatsapp/messages') {
    return { body: { contacts: [{ wa_id: body.to }], messages: [{ id: `wamid.${++ids}` }] } };
  }
  return path.startsWith('/connector') ? { body: { id: `ext-${++ids}` } } : {};
}

function parsed(raw: string): Record<string, unknown> {
  try {
    return JSON.parse(raw) as Record<string, unknown>;
  } catch {
    return {};
  }
}
