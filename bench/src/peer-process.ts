import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Runs in a process of its own: answers as a connector and as a webhook receiver, and counts. */
let sent = 0;
let paused = false;
const webhooks: Record<string, number> = {};

function read(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => resolve(text));
  });
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await read(request);
  if (request.url === '/send') {
    if (paused) {
      response.writeHead(429, { 'retry-after': '3600', 'content-length': 0 }).end();
      return;
    }
    sent += 1;
    const body = `{"id":"p${sent}"}`;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
    return;
  }
  const kind = /"(messages|statuses|events|actions)":\[/.exec(text)?.[1] ?? 'other';
  webhooks[kind] = (webhooks[kind] ?? 0) + 1;
  response.writeHead(200, { 'content-length': 2 }).end('{}');
}

const server = createServer((request, response) => void answer(request, response));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
});
process.on('message', ({ id, question, value }: { id: number; question: string; value?: unknown }) => {
  if (question === 'pause') paused = value === true;
  process.send?.({ id, counts: { sent, webhooks } });
});
