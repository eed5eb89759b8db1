import { createServer } from 'node:tls';
import { expect, it } from 'vitest';
import { parseAllowList } from '../../src/model/address.ts';
import { openOutside } from '../../src/pipeline/outside.ts';
import { certificate, outsideHere, serveTcp } from './tools.ts';

it('connects below HTTP, and says what came', async () => {
  await using server = await serveTcp((socket) => socket.end('220 here\r\n'));
  const outside = outsideHere();
  const socket = await outside.dial({ host: 'mail.test', port: server.port });
  const said = await new Promise((resolve) => socket.once('data', (bytes) => resolve(String(bytes))));
  expect(said).toBe('220 here\r\n');
  socket.destroy();
  expect(await outside.resolve('mail.test')).toBe('127.0.0.1');
  expect(await outside.resolve('127.0.0.1')).toBe('127.0.0.1');
});

it.each(['127.0.0.1', '127.1', '::1', '::ffff:127.0.0.1', 'localhost', 'inside.example', '169.254.169.254'])(
  'does not reach %s',
  async (host) => {
    await using server = await serveTcp((socket) => socket.end('inside'));
    const outside = openOutside({
      allowed: parseAllowList([]),
      resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    });
    const refused = { failure: { class: 'CONFIG', code: 'BLOCKED_ADDRESS' } };
    await expect(outside.dial({ host, port: server.port })).rejects.toMatchObject(refused);
    await expect(outside.resolve(host)).rejects.toMatchObject(refused);
    expect(server.sockets.size).toBe(0);
  },
);

it('checks who is at the other end', async () => {
  const [good, other] = [await certificate('smsc.test'), await certificate('other.test')];
  const server = createServer(good, (socket) => socket.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const outside = outsideHere();
  const dial = (tls: { ca?: string; servername?: string }, host = 'smsc.test') =>
    outside.dial({ host, port, tls });
  const socket = await dial({ ca: good.cert });
  expect(String(await new Promise((resolve) => socket.once('data', resolve)))).toBe('hello');
  (await dial({ ca: good.cert, servername: 'smsc.test' }, 'elsewhere.test')).destroy();
  const failed = (text: string) => ({
    failure: { class: 'UNAVAILABLE', text: expect.stringContaining(text) },
  });
  await expect(dial({})).rejects.toMatchObject(failed('its certificate is self-signed'));
  await expect(dial({ ca: other.cert })).rejects.toMatchObject(failed('certificate'));
  await expect(dial({ ca: good.cert }, 'elsewhere.test')).rejects.toMatchObject(failed('for another host'));
  await new Promise((resolve) => server.close(resolve));
});

it('gives up on a peer that says nothing, and when it is told to', async () => {
  // Nothing is said on the TLS level.
  await using silent = await serveTcp(() => {});
  const outside = outsideHere();
  const target = { host: 'silent.test', port: silent.port, tls: {} };
  await expect(outside.dial({ ...target, timeoutMs: 50 })).rejects.toMatchObject({
    failure: { class: 'UNAVAILABLE', text: expect.stringContaining('in time') },
  });
  const given = new AbortController();
  const dialling = outside.dial({ ...target, signal: given.signal });
  given.abort();
  await expect(dialling).rejects.toMatchObject({ failure: { class: 'UNAVAILABLE' } });
  await expect(outside.dial({ host: 'closed.test', port: 1 })).rejects.toMatchObject({
    failure: { class: 'UNAVAILABLE', text: 'closed.test could not be reached: the connection was refused.' },
  });
});
