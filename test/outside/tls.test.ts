import { expect, it } from 'vitest';
import { certificate, outsideHere, serve, serveTcp } from './tools.ts';

/** Fault test 16: refused before anything is written, with a reason that tells the owner what to mend. */
const good = await certificate('hook.test');
const expired = await certificate('hook.test', { expired: true });
const other = await certificate('other.test');

it.each([
  ['expired', expired, expired.cert, 'its certificate has expired'],
  ['for another host', other, other.cert, 'its certificate is for another host'],
  ['self-signed', good, undefined, 'its certificate is self-signed'],
])('a certificate that is %s', async (_, shown, ca, text) => {
  await using server = await serve((_request, response) => response.end(), shown);
  const outside = outsideHere({ ...(ca && { ca }) });
  const url = `https://hook.test:${server.port}/`;
  expect(await outside.post({ url, headers: {}, body: '' })).toMatchObject({
    kind: 'failed',
    stage: 'tls',
    text,
  });
  await expect(outside.call({ method: 'POST', url, body: {} })).rejects.toMatchObject({
    failure: { class: 'UNAVAILABLE', text: `hook.test:${server.port} could not be reached: ${text}.` },
  });
  expect(server.asked).toEqual([]);
  await outside.close();
});

it('no environment variable switches the check off', async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    await using server = await serve((_, response) => response.end(), good);
    const outside = outsideHere();
    const url = `https://hook.test:${server.port}/`;
    expect(await outside.post({ url, headers: {}, body: '' })).toMatchObject({ stage: 'tls' });
    await outside.close();
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
});

it('a good certificate', async () => {
  await using server = await serve((_, response) => response.end('ok'), good);
  const outside = outsideHere({ ca: good.cert });
  const answer = await outside.call({ method: 'GET', url: `https://hook.test:${server.port}/` });
  expect(answer.body.toString()).toBe('ok');
  await outside.close();
});

it('a server without TLS, and one that hangs up during it', async () => {
  await using plain = await serve((_, response) => response.end());
  await using rude = await serveTcp((socket) => socket.once('data', () => socket.end()));
  const outside = outsideHere();
  const post = (port: number) => outside.post({ url: `https://hook.test:${port}/`, headers: {}, body: '' });
  expect(await post(plain.port)).toMatchObject({ stage: 'tls', text: 'it does not speak TLS on this port' });
  expect(await post(rude.port)).toMatchObject({ stage: 'tls', text: 'it cut the connection during TLS' });
  await outside.close();
});
