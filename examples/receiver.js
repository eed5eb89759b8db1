// Prints what Parley posts here, one line each. Any answer of 2xx says: it arrived, do not repeat it.
import { createServer } from 'node:http';

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  console.log(request.url, body);
  response.end();
});
server.listen(Number(process.env.RECEIVER_PORT ?? 9000), '127.0.0.1');
