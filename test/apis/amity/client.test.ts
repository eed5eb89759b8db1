import { afterAll, describe, expect, it, vi } from 'vitest';
import { testNetwork } from './network.ts';

/**
 * The vendor's published client against this server: a peer that we did not write. It is large, so it is not
 * among the dependencies: `npm install --no-save @amityco/ts-sdk` and this runs; without it, it is skipped.
 */
interface Published {
  createClient(key: string, region: string, options: object): { token?: { accessToken: string } };
  login(who: object, session: object): Promise<boolean>;
  secureLogout(): Promise<boolean>;
  getActiveUser(): { userId: string; displayName: string };
}
const name = '@amityco/ts-sdk';
const published = (await import(name).then(
  (all: { Client?: Published; default?: { Client: Published } }) => all.Client ?? all.default?.Client,
  () => undefined,
)) as Published | undefined;

describe.skipIf(published === undefined)('the published client', async () => {
  const { ask, own, address, end } = await testNetwork();
  // It tells its watchers of each call as a `Request`, of an address that on Node it does not know.
  vi.stubGlobal('Request', class {});
  afterAll(async () => {
    vi.unstubAllGlobals();
    await end();
  });
  const session = { sessionWillRenewAccessToken: () => {} };
  const client = published!;

  it('logs in, knows who it is, and logs out so that its token is dead', async () => {
    const made = client.createClient(own.publishable, 'eu', {
      apiEndpoint: { http: address, mqtt: 'ws://127.0.0.1:9/mqtt' },
      rteEnabled: false,
    });
    expect(await client.login({ userId: 'peer', displayName: 'Peer' }, session)).toBe(true);
    expect(client.getActiveUser()).toMatchObject({ userId: 'peer' });
    const [user] = (await ask('GET', '/api/v1/end-users?userId=peer', { key: own.admin })).body.items;
    expect(user.displayName).toBe('Peer');
    const bearer = made.token!.accessToken;
    const alive = async () => (await ask('GET', '/api/v3/sessions', { bearer })).status;
    expect(await alive()).toBe(200);
    expect(await client.secureLogout()).toBe(true);
    expect(await alive()).toBe(401);
    // It brings its old bearer along when it comes back.
    expect(await client.login({ userId: 'peer' }, session)).toBe(true);
  });

  it('is told clearly that its key is not good', async () => {
    client.createClient('not-a-key-of-anybody', 'eu', {
      apiEndpoint: { http: address, mqtt: 'ws://127.0.0.1:9/mqtt' },
      rteEnabled: false,
    });
    await expect(client.login({ userId: 'peer' }, session)).rejects.toMatchObject({ code: 400100 });
  });
});
