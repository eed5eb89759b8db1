import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { insideTargets, strangeTargets } from '../outside/targets.ts';
import { dataFolder, until } from '../parley.ts';
import { allHolds, type House, openHouse, well } from './house.ts';
import { deliveriesOf, listenAt, meet, type Peers, startPeers } from './peers.ts';
import { note } from './table.ts';

/** As in production, but that plain http may be called, so that only the address decides. */
const strict = { NODE_ENV: 'production', HOST: '127.0.0.1', ALLOW_HTTP_WEBHOOKS: 'true' };
const reason = 'the address is in a private or reserved network';
let house: House;
let peers: Peers;
let names: string;

beforeAll(async () => {
  const folder = await dataFolder('faults');
  names = join(folder, 'names.json');
  await writeFile(names, '{}');
  const preload = pathToFileURL(resolve(import.meta.dirname, 'preload.mjs')).href;
  const env = { ...strict, NODE_OPTIONS: `--import=${preload}`, FAULTS_NAMES: names };
  [house, peers] = await Promise.all([openHouse({ env, folder }), startPeers()]);
});
afterAll(async () => {
  await allHolds(house);
  peers.close();
  await house.close();
});

const here = (pattern: string) => pattern.replace('PORT', new URL(peers.url).port);

/** Names that lead inside. */
async function nameInside(): Promise<void> {
  const answers = Object.fromEntries(
    insideTargets
      .map((target) => new URL(here(target)).hostname)
      .filter((host) => host.endsWith('.example'))
      .map((host) => [host, [host.includes('six') ? '::1' : '127.0.0.1']]),
  );
  await writeFile(names, JSON.stringify(answers));
}

/** Where what stands in the name of the host decides, an endpoint is not even made; else it is refused when called. */
it('webhooks: no address inside is reached, however it is written', async () => {
  const later: string[] = [];
  let refused = 0;
  await nameInside();
  for (const target of [...insideTargets, ...strangeTargets]) {
    const url = here(target);
    const { status, body, text } = await house.call('POST', '/api/v1/endpoints', {
      url,
      types: ['contact.created'],
    });
    if (status < 300) later.push(body.id);
    else {
      expect(status, `${url}: ${text}`).toBe(400);
      expect(body.error.fields[0].field, url).toBe('url');
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(10);
  expect(later.length).toBeGreaterThan(0);
  await meet(house, 1);
  for (const id of later) {
    await until(
      'it was tried',
      async () => (await deliveriesOf(house, id))[0]?.settledAt !== undefined,
      60_000,
    );
    expect((await deliveriesOf(house, id))[0]).toMatchObject({ state: 'pending', answer: reason });
  }
  expect(peers.calls).toEqual([]);
  await note({
    test: 17,
    run: 'webhooks',
    runs: refused + later.length,
    shown: `${refused} refused when set up, ${later.length} when called, 0 reached`,
  });
});

it('webhooks: a name whose answer changes is judged at each connection', async () => {
  // Somewhere outside that answers nothing, then inside: TEST-NET would be refused, too.
  await writeFile(
    names,
    JSON.stringify({ 'rebinding.example': ['127.0.0.1', '169.254.169.254', '10.0.0.1'] }),
  );
  const id = await listenAt(house, here('http://rebinding.example:PORT/ok/rebound'));
  await meet(house, 1);
  for (let n = 1; n <= 3; n++) {
    await until(`try ${n}`, async () => ((await deliveriesOf(house, id))[0]?.attempt ?? 0) >= n, 60_000);
    await until(
      'it is settled',
      async () => (await deliveriesOf(house, id))[0]?.answer !== undefined,
      60_000,
    );
    expect((await deliveriesOf(house, id))[0]).toMatchObject({ answer: reason });
    await house.ask('update delivery set due_at = now() where endpoint_id = $1 and due_at is not null', [id]);
  }
  expect(peers.of('rebound')).toEqual([]);
  await note({ test: 17, run: 'a name whose answer changes', runs: 3, shown: '0 reached' });
});

it('files that come with messages: no address inside is fetched from', async () => {
  await nameInside();
  const settings = { url: 'https://connector.example/messages', verifyToken: 'a-token-of-the-connector' };
  await well(house.call('PUT', '/api/v1/channels/custom:shop', { settings }));
  const links = insideTargets.map(here);
  const messages = links.map((link, n) => ({
    id: `m-${n}`,
    from: '966500000000',
    type: 'image',
    image: { id: `f-${n}`, link, mime_type: 'image/png' },
  }));
  await well(
    house.call(
      'POST',
      '/xms/api/v1/message/receive',
      { type: 'messages', messages },
      {
        key: '',
        headers: { 'x-verify-token': settings.verifyToken },
      },
    ),
  );
  const files = () =>
    house.ask<{ failure: string | null; stored: boolean }>(
      'select failure, stored_at is not null as stored from media',
    );
  await until(
    'each was tried',
    async () => {
      const all = await files();
      return all.length === links.length && all.every(({ failure }) => failure !== null);
    },
    120_000,
  );
  for (const { failure, stored } of await files()) {
    expect(stored).toBe(false);
    // Not every name server knows `localhost.`; nothing is reached there either.
    expect(failure).toMatch(/private or reserved network|host name is not known/);
  }
  expect(peers.calls).toEqual([]);
  await note({ test: 17, run: 'files of messages', runs: links.length, shown: '0 fetched' });
});
