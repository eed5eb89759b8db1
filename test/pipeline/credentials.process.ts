import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FakeZalo } from '../../sim/zalo.ts';
import { makeCredentials } from '../../src/pipeline/credentials.ts';
import { openJournal } from '../../src/pipeline/credentials-journal.ts';
import { makeSeal } from '../../src/pipeline/seal.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

const ann = '2468458835296117922';
const channel = 'zalo:shop';

let house: House;
let running: Running;
let zalo: FakeZalo;
let shop: Tenant;
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(() => house.close());
beforeEach(async () => {
  zalo = await FakeZalo.open();
  shop = await house.business(running);
});
afterEach(() => zalo.close());

async function setUp(more: Record<string, unknown> = {}): Promise<void> {
  const settings = {
    appId: '4018437461520482347',
    oaId: '579745863508352884',
    appSecret: 'secret-of-the-app',
    oaSecretKey: 'secret-of-the-account',
    refreshToken: 'refresh-0',
    apiBase: zalo.url,
    authBase: zalo.url,
    znsBase: zalo.url,
    ...more,
  };
  await shop.core.change.putChannel({ businessId: shop.id }, { type: 'zalo', lane: 'shop', settings });
}

const rows = () =>
  house.sql<{ used_at: Date | null; sealed: Buffer }>(
    'select used_at, sealed from channel_credential where business_id = $1',
    [shop.id],
  );

/** As if an access token, or the lease of whoever renews it, had come to its end. */
const passes = (column: 'expires_at' | 'lease_until' | 'renew_at') =>
  house.sql(`update channel_credential set ${column} = now() - interval '1 second' where business_id = $1`, [
    shop.id,
  ]);

async function sends(text: string): Promise<void> {
  const { id } = await shop.send(channel, ann, text);
  await shop.reaches(id, 'SENTX');
}

describe('a refresh token that is good for one use', () => {
  it('is used for the first message, and the next one when the access token ends', async () => {
    await setUp();
    await sends('one');
    await sends('two');
    await passes('expires_at');
    await sends('three');
    expect(zalo.used).toEqual(['refresh-0', 'refresh-1']);
    expect(zalo.sent.map(({ token }) => token)).toEqual(['access-1', 'access-1', 'access-2']);
    const [row] = await rows();
    expect(row!.sealed.toString('latin1')).not.toContain('refresh-2');
  });

  it('is used once by two processes that send at the same moment', async () => {
    await setUp();
    const other = await house.start();
    const sent = await Promise.all(
      times(20, (i) => shop.at(i % 2 ? other : running).send(channel, `24684588352961${100 + i}`)),
    );
    for (const { id } of sent) await shop.reaches(id, 'SENTX');
    expect(zalo.used).toEqual(['refresh-0']);
    await house.stop(other);
  });

  it('is renewed though nobody sends, before the access token ends', async () => {
    await setUp();
    await sends('one');
    await passes('renew_at');
    await eventually(() => expect(zalo.used).toEqual(['refresh-0', 'refresh-1']));
    await eventually(async () => expect((await rows())[0]!.used_at).toBeNull());
    await sends('two');
    expect(zalo.sent.at(-1)!.token).toBe('access-2');
  });

  it('is used when the access token is refused before its time, and the message goes', async () => {
    await setUp({ accessToken: 'revoked' });
    await sends('one');
    expect(zalo.used).toEqual(['refresh-0']);
  });

  it('is stored however long the database is away when it comes', async () => {
    await setUp();
    zalo.meanwhile = () => {
      zalo.meanwhile = undefined;
      running.database.cut();
      setTimeout(() => running.database.mend(), 1500);
    };
    await sends('one');
    await passes('expires_at');
    await sends('two');
    expect(zalo.used).toEqual(['refresh-0', 'refresh-1']);
  });

  it('is free for others within 30 seconds, when its process dies while it renews', async () => {
    await setUp();
    let left: number | undefined;
    zalo.meanwhile = async () => {
      const [row] = await house.sql<{ seconds: number }>(
        'select extract(epoch from lease_until - now())::float as seconds from channel_credential where business_id = $1',
        [shop.id],
      );
      left = row!.seconds;
    };
    await sends('one');
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(30);
  });

  it('that nobody can renew at this moment stops no channel: it goes when somebody can', async () => {
    await setUp({ accessToken: 'revoked', authBase: 'http://127.0.0.1:9' });
    const sent = await Promise.all(times(3, (i) => shop.send(channel, `24684588352961${200 + i}`)));
    for (const { id } of sent)
      await eventually(async () => expect((await shop.message(id)).failure?.class).toBe('UNAVAILABLE'));
    expect(await shop.events('channel.attention')).toEqual([]);
    await setUp({ accessToken: 'revoked' });
    await shop.hurry();
    for (const { id } of sent) await shop.reaches(id, 'SENTX');
  });

  it('is the same one under a new secret of the installation', async () => {
    await setUp();
    await sends('one');
    const renewed = await house.start(['a new secret', 'the secret of the tests']);
    await shop.at(renewed).reaches((await shop.at(renewed).send(channel, ann, 'two')).id, 'SENTX');
    await passes('expires_at');
    await shop.at(renewed).reaches((await shop.at(renewed).send(channel, ann, 'three')).id, 'SENTX');
    expect(zalo.used).toEqual(['refresh-0', 'refresh-1']);
    await house.stop(renewed);
  });

  it('that the operator enters anew takes the place of all before', async () => {
    await setUp();
    await sends('one');
    zalo.refreshToken = 'entered';
    zalo.accessToken = 'nobody knows';
    await setUp({ refreshToken: 'entered' });
    await sends('two');
    expect(zalo.used).toEqual(['refresh-0', 'entered']);
  });
});

describe('a process that has not heard yet of what an operator entered', () => {
  /** The credentials of another process, with the settings as they are stored at this moment, whatever comes. */
  async function behind() {
    const [row] = await house.sql<{ secrets: Buffer }>('select secrets from channel where business_id = $1', [
      shop.id,
    ]);
    const entered = { account: await running.account(shop.id, channel), sealed: row!.secrets };
    return makeCredentials({
      db: house.db,
      seal: makeSeal('the secret of the tests'),
      log: pino({ level: 'silent' }),
      call: () => Promise.reject(new Error('it has nothing to ask for')),
      journal: openJournal(join(house.mediaDir, 'behind')),
      entered: async () => entered,
    });
  }

  const key = () => ({ businessId: shop.id, channelId: channel });
  const enters = async (refreshToken: string) => {
    zalo.refreshToken = refreshToken;
    zalo.accessToken = 'nobody knows';
    await setUp({ refreshToken });
  };

  it('takes nothing of it back: it waits until it has heard', async () => {
    await setUp();
    await sends('one');
    const late = await behind();
    await enters('entered');
    await sends('two');
    const before = await rows();
    await expect(late.inForce(key())).rejects.toMatchObject({
      failure: { class: 'UNAVAILABLE', code: 'ENTERED_ANEW' },
    });
    await expect(late.renewed(key(), { accessToken: 'access-1' })).rejects.toThrow();
    expect(await rows()).toEqual(before);
    await passes('expires_at');
    await sends('three');
    expect(zalo.used).toEqual(['refresh-0', 'entered', 'refresh-2']);
    const heard = await behind();
    expect(await heard.inForce(key())).toMatchObject({ accessToken: 'access-3', refreshToken: 'refresh-3' });
  });

  it('begins nothing with the former entry either, where nothing had begun', async () => {
    await setUp();
    const late = await behind();
    await enters('entered');
    await expect(late.inForce(key())).rejects.toMatchObject({ failure: { code: 'ENTERED_ANEW' } });
    expect(await rows()).toEqual([]);
    await sends('one');
    expect(zalo.used).toEqual(['entered']);
  });

  it('does not send with what the former ones brought, when they were renewed meanwhile', async () => {
    await setUp();
    const other = await house.start();
    zalo.meanwhile = async () => {
      zalo.meanwhile = undefined;
      await enters('entered');
      const { id } = await shop.at(other).send(channel, '2468458835296117924', 'of the other process');
      await shop.reaches(id, 'SENTX');
    };
    await sends('one');
    expect(zalo.used).toEqual(['refresh-0', 'entered']);
    expect(new Set(zalo.sent.map(({ token }) => token))).toEqual(new Set(['access-2']));
    await passes('expires_at');
    await sends('two');
    expect(zalo.used.at(-1)).toBe('refresh-2');
    await house.stop(other);
  });
});

describe('a process that ends between the use of a token and its storing', () => {
  it('leaves what it was told on its disk, sealed, and the next start stores it', async () => {
    const place = await House.open();
    const dying = await place.start();
    shop = await place.business(dying);
    await setUp();
    await sends('one');
    // The database is away from the moment in which the provider answers, and does not come back to this process.
    zalo.meanwhile = () => {
      zalo.meanwhile = undefined;
      dying.database.cut();
    };
    await place.sql(`update channel_credential set expires_at = now() where business_id = $1`, [shop.id]);
    await shop.send(channel, '2468458835296117923', 'of the process that dies');
    await eventually(async () => expect(await readdir(place.credentialsDir)).toHaveLength(1));
    const [name] = await readdir(place.credentialsDir);
    expect(await readFile(join(place.credentialsDir, name!), 'utf8')).not.toMatch(/refresh-2|access-2/);
    const next = await place.start();
    expect(await readdir(place.credentialsDir)).toEqual([]);
    shop = shop.at(next);
    await sends('two');
    expect([zalo.used, zalo.sent.at(-1)!.token]).toEqual([['refresh-0', 'refresh-1'], 'access-2']);
    await place.close();
  });

  it('leaves a token that the provider had not seen: the next one uses it', async () => {
    await setUp();
    await sends('one');
    await house.sql(
      `update channel_credential set used_at = now(), lease_until = now() + interval '1 hour', expires_at = now()
       where business_id = $1`,
      [shop.id],
    );
    const { id } = await shop.send(channel, ann, 'two');
    await eventually(async () => expect((await shop.message(id)).failure?.code).toBe('RENEWING'));
    await passes('lease_until');
    await shop.hurry();
    await shop.reaches(id, 'SENTX');
    expect(zalo.used).toEqual(['refresh-0', 'refresh-1']);
  });

  it('and had used it up: the access token holds, and the operator is told what to enter', async () => {
    await setUp();
    await sends('one');
    await house.sql(`update channel_credential set used_at = now() where business_id = $1`, [shop.id]);
    zalo.refreshToken = 'told to nobody';
    await sends('two');
    await passes('expires_at');
    const { id } = await shop.send(channel, ann, 'three');
    await eventually(async () => {
      const { failure } = await shop.message(id);
      expect(failure).toMatchObject({
        class: 'AUTH',
        text: expect.stringMatching(/ended before.*enter a new one/),
      });
    });
    zalo.refreshToken = 'entered';
    await setUp({ refreshToken: 'entered' });
    await shop.hurry();
    await shop.reaches(id, 'SENTX');
  });
});
