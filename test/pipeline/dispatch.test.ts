import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gate, type Receiver, receiver, takesAll } from './receiver.ts';
import { eventually, House, type Running, type Tenant, times } from './tools.ts';

let house: House;
let running: Running;
const open: Receiver[] = [];
beforeAll(async () => {
  house = await House.open();
  running = await house.start();
});
afterAll(async () => {
  await house.close();
  await Promise.all(open.map((one) => one.close()));
});

async function connector(answer: Receiver['answer'] = takesAll): Promise<Receiver> {
  const one = await receiver(answer);
  open.push(one);
  return one;
}

/** A day and an hour go by for a message. */
async function grow(id: string): Promise<void> {
  await house.sql(
    `update message set at = at - interval '25 hours',
       stamps = stamps || jsonb_build_object('CRTD', (stamps->>'CRTD')::bigint - 25 * 3600000) where id = $1`,
    [id],
  );
}

async function statusesTold(shop: Tenant, id: string): Promise<string[]> {
  const told = await shop.events('message.status');
  return told.filter(({ data }) => data.messageId === id).map(({ data }) => data.short);
}

describe('every outcome of the sandbox', () => {
  it.concurrent.each([
    ['000', 'READ', ['SENT', 'DLVRD', 'READ']],
    ['001', 'DLVRD', ['SENT', 'DLVRD']],
    ['002', 'SENTX', ['SENT']],
    ['003', 'READ', ['SENT', 'DLVRD', 'READ']],
    ['004', 'READ', ['SENT', 'READ']],
    ['005', 'READ', ['SENT', 'DLVRD', 'READ']],
    ['100', 'SENT_ERR', ['FAILD']],
    ['101', 'SENT_ERR', ['FAILD']],
    ['102', 'BLCKD', ['FAILD']],
    ['103', 'CCWIN', ['FAILD']],
    ['104', 'SENT_ERR', ['FAILD']],
    ['105', 'SENT_ERR', ['FAILD']],
    ['106', 'SENT_ERR', ['FAILD']],
    ['107', 'NSENT', ['FAILD']],
    ['110', 'SENTX_ERR', ['SENT', 'FAILD']],
    ['200', 'READ', ['SENT', 'DLVRD', 'READ']],
    ['201', 'READ', ['SENT', 'DLVRD', 'READ']],
    ['203', 'READ', ['SENT', 'DLVRD', 'READ']],
    ['406', 'READ', ['SENT', 'DLVRD', 'READ']],
    ['500', 'SENT_EXC', ['FAILD']],
  ] as const)('%s ends as %s', async (digits, status, told) => {
    const shop = await house.business(running);
    const box = await shop.sandbox('box', { speed: digits === '004' ? 1 : 20 });
    const { id } = await shop.send(box, `9665${digits}`);
    await eventually(async () => {
      await shop.hurry();
      return (await shop.message(id)).status === status;
    });
    await eventually(async () => {
      const heard = await statusesTold(shop, id);
      // What comes too late to be told may also come together with what was faster: then it is told, in order.
      const late = digits === '004' ? heard.filter((short) => short !== 'DLVRD') : heard;
      expect(late).toEqual(told);
      expect(heard.at(-1)).toBe(told.at(-1));
    });
    const { stamps, errors } = await shop.message(id);
    expect(stamps[status]).toBeGreaterThan(0);
    expect(errors.length > 0).toBe((told as readonly string[]).includes('FAILD'));
    const inbound = (await shop.messages()).filter(({ direction }) => direction === 'I');
    expect(inbound).toHaveLength(digits === '406' ? 1 : 0);
  });

  it.concurrent.each([
    ['202', 'UNAVAILABLE', 'FAILD'],
    ['204', 'QUOTA', 'LIMIT'],
    ['300', 'AUTH', 'SENT_ERR'],
    ['301', 'CONFIG', 'SENT_ERR'],
  ])(
    '%s is not burned, waits, and ends with its life, and with the true reason',
    async (digits, kind, end) => {
      const shop = await house.business(running);
      const box = await shop.sandbox();
      const { id } = await shop.send(box, `9665${digits}`);
      const waiting = await eventually(async () => {
        const message = await shop.message(id);
        expect(message.failure).toMatchObject({ class: kind });
        return message;
      });
      expect(waiting.status).toBe('INIT');
      await grow(id);
      await shop.hurry();
      expect(await shop.reaches(id, end as 'FAILD')).toMatchObject({ failure: { class: kind } });
      expect((await shop.message(id)).errors[0]!.details).toContain('24 hours');
    },
  );
});

describe('a message of which the provider reports', () => {
  it('has every stamp, and the events of each step once', async () => {
    const provider = await connector();
    const shop = await house.business(running);
    const channel = await shop.connector('reports', provider.url);
    const { id } = await shop.send(channel, 'ann');
    await shop.reaches(id, 'SENTX');
    const { accountId } = (await shop.setup()).channels.get(channel)!;
    for (const status of ['DLVRD', 'READ']) {
      // A provider tells everything several times, and to us by HTTP.
      for (const _ of times(5, (i) => i)) {
        const answer = await fetch(`${running.address}/webhook/custom/${accountId}`, {
          method: 'POST',
          headers: { 'x-verify-token': `token-of-${shop.id}-reports-connector` },
          body: JSON.stringify({ statuses: [{ messageIdExt: `ext-${id}`, status, timestamp: Date.now() }] }),
        });
        expect(answer.status).toBe(200);
      }
    }
    const { stamps, status, providerId } = await shop.message(id);
    expect([status, providerId]).toEqual(['READ', `ext-${id}`]);
    const order = [stamps.CRTD, stamps.INIT, stamps.SENT, stamps.SENTX, stamps.DLVRD, stamps.READ];
    expect(order.every((at) => typeof at === 'number')).toBe(true);
    expect(order).toEqual([...order].sort((a, b) => a! - b!));
    expect(await statusesTold(shop, id)).toEqual(['SENT', 'DLVRD', 'READ']);
  });

  it('ends the same, whatever the order of the receipts', async () => {
    const shop = await house.business(running);
    const channel = await shop.connector('orders', (await connector()).url);
    const at = { SENTX: 1000, DLVRD: 2000, READ: 3000 };
    const orders = [
      ['SENTX', 'DLVRD', 'READ'],
      ['SENTX', 'READ', 'DLVRD'],
      ['DLVRD', 'SENTX', 'READ'],
      ['DLVRD', 'READ', 'SENTX'],
      ['READ', 'SENTX', 'DLVRD'],
      ['READ', 'DLVRD', 'SENTX'],
    ] as const;
    const sent = await Promise.all(orders.map((_, i) => shop.send(channel, `p${i}`)));
    for (const { id } of sent) await shop.reaches(id, 'SENTX');
    const base = Date.now();
    for (const [i, order] of orders.entries()) {
      for (const status of order) {
        const receipt = { providerId: `ext-${sent[i]!.id}`, status, timestamp: base + at[status] };
        await shop.receive(channel, { receipts: [receipt] });
      }
      // Too late to be true.
      await shop.receive(channel, {
        receipts: [{ providerId: `ext-${sent[i]!.id}`, status: 'SENTX_ERR', timestamp: base }],
      });
    }
    for (const { id } of sent) {
      const { status, stamps } = await shop.message(id);
      expect(status).toBe('READ');
      expect([stamps.DLVRD, stamps.READ]).toEqual([base + 2000, base + 3000]);
    }
  });

  it('is found by receipts that came before the send returned', async () => {
    const held = gate();
    const provider = await connector(async (call) => {
      await held.passed;
      return takesAll(call);
    });
    const shop = await house.business(running);
    const channel = await shop.connector('early', provider.url);
    const { id } = await shop.send(channel, 'ann');
    await eventually(() => provider.open === 1);
    const timestamp = Date.now();
    await shop.receive(channel, { receipts: [{ providerId: `ext-${id}`, status: 'DLVRD', timestamp }] });
    expect((await shop.message(id)).status).toBe('INIT');
    held.open();
    const { stamps } = await shop.reaches(id, 'DLVRD');
    expect(stamps.DLVRD).toBe(timestamp);
    expect(await statusesTold(shop, id)).toEqual(['SENT', 'DLVRD']);
  });

  it('is found by a receipt that was kept at the moment of its settlement, behind many that are nobody’s', async () => {
    const shop = await house.business(running);
    const channel = await shop.connector('moment', (await connector()).url);
    const { id } = await shop.send(channel, 'ann');
    await shop.reaches(id, 'SENTX');
    await house.sql(
      `insert into early_receipt (business_id, channel_id, provider_id, receipt)
       select $1, $2, 'nobody-' || n, '{}' from generate_series(1, 600) n`,
      [shop.id, channel],
    );
    const receipt = {
      businessId: shop.id,
      channelId: channel,
      providerId: `ext-${id}`,
      status: 'READ',
      timestamp: 5,
    };
    await house.sql(
      'insert into early_receipt (business_id, channel_id, provider_id, receipt) values ($1, $2, $3, $4)',
      [shop.id, channel, `ext-${id}`, JSON.stringify(receipt)],
    );
    await shop.reaches(id, 'READ');
  });

  it('is not sent once more when the report comes while it waits for another try', async () => {
    const provider = await connector(() => 503);
    const shop = await house.business(running);
    const channel = await shop.connector('late', provider.url);
    const { id } = await shop.send(channel, 'ann');
    await eventually(async () => (await shop.message(id)).failure !== undefined);
    const calls = provider.calls.length;
    await shop.receive(channel, { receipts: [{ messageId: id, status: 'DLVRD', timestamp: Date.now() }] });
    await shop.hurry();
    await shop.settled();
    expect((await shop.message(id)).status).toBe('DLVRD');
    expect(provider.calls.length).toBeLessThanOrEqual(calls + 1);
  });
});

describe('a provider that answers strangely', () => {
  it('one id for two messages: each is sent once, all the same', async () => {
    const provider = await connector(() => ({ body: { id: 'always-this' } }));
    const shop = await house.business(running);
    const channel = await shop.connector('one-id', provider.url);
    const sent = await Promise.all(times(5, (i) => shop.send(channel, `p${i}`)));
    for (const { id } of sent) await shop.reaches(id, 'SENTX');
    await shop.settled();
    expect(provider.calls).toHaveLength(5);
  });

  it('texts and ids that no database keeps: they are recorded as far as they can be', async () => {
    const provider = await connector(({ body }) =>
      (body.to as { csid: string }).csid === 'refused'
        ? { status: 400, body: { message: 'nul \0 and half \ud83d a pair' } }
        : { body: { id: `a\0b-${body.id as string}` } },
    );
    const shop = await house.business(running);
    const channel = await shop.connector('strange', provider.url);
    const refused = await shop.send(channel, 'refused');
    const taken = await shop.send(channel, 'taken');
    expect((await shop.reaches(refused.id, 'SENT_ERR')).failure!.text).toContain('a pair');
    expect((await shop.reaches(taken.id, 'SENTX')).providerId).toBe(`a\ufffdb-${taken.id}`);
    expect(provider.calls).toHaveLength(2);
  });
});

describe('a channel whose credentials are refused', () => {
  it('needs attention after three refusals, keeps its queue, and goes on when it is mended', async () => {
    let mended = false;
    const provider = await connector((call) => (mended ? takesAll(call) : 401));
    const shop = await house.business(running);
    const channel = await shop.connector('revoked', provider.url);
    const sent = await Promise.all(times(4, (i) => shop.send(channel, `p${i}`)));
    const [told] = await eventually(async () => {
      const events = await shop.events('channel.attention');
      expect(events).toHaveLength(1);
      return events;
    });
    expect(told!.data).toMatchObject({ channelId: channel, needed: true });
    const calls = await eventually(async () => {
      const open = (await shop.messages()).filter(({ status, due }) => due && status === 'INIT');
      expect(open).toHaveLength(4);
      return provider.calls.length;
    });
    sent.push(await shop.send(channel, 'one-more'));
    await shop.hurry();
    // Another channel goes on meanwhile.
    const box = await shop.sandbox();
    await shop.reaches((await shop.send(box, '002')).id, 'SENTX');
    expect(provider.calls).toHaveLength(calls);
    mended = true;
    await shop.connector('revoked', provider.url, { verifyToken: `another-token-of-${shop.id}` });
    for (const { id } of sent) await shop.reaches(id, 'SENTX');
    // Who was told that it needs an administrator is told that it had one, once.
    await shop.connector('revoked', provider.url, { verifyToken: `a-third-token-of-${shop.id}-connector` });
    const needed = (await shop.events('channel.attention')).map(({ data }) => [data.channelId, data.needed]);
    expect(needed).toEqual([
      [channel, true],
      [channel, false],
    ]);
  });

  it('what waited for new credentials goes at once', async () => {
    let mended = false;
    const provider = await connector((call) => (mended ? takesAll(call) : 401));
    const shop = await house.business(running);
    const channel = await shop.connector('renewed', provider.url);
    const { id } = await shop.send(channel, 'ann');
    await eventually(async () => (await shop.message(id)).failure?.class === 'AUTH');
    mended = true;
    await shop.connector('renewed', provider.url, { verifyToken: `another-token-of-${shop.id}` });
    await shop.reaches(id, 'SENTX');
  });
});

describe('a channel that is told to wait', () => {
  it('pauses as a whole, and holds up no other channel', async () => {
    const provider = await connector((call, n) =>
      n === 1 ? { status: 429, headers: { 'retry-after': '3600' } } : takesAll(call),
    );
    const shop = await house.business(running);
    const channel = await shop.connector('limited', provider.url);
    const limited = await shop.send(channel, 'ann');
    await eventually(async () => (await shop.message(limited.id)).failure?.class === 'RATE_LIMITED');
    const behind = await shop.send(channel, 'ben');
    await shop.hurry();
    const box = await shop.sandbox();
    await shop.reaches((await shop.send(box, '002')).id, 'SENTX');
    expect((await shop.message(behind.id)).status).toBe('CRTD');
    expect(provider.calls).toHaveLength(1);
    await house.sql('update channel set paused_until = now() where business_id = $1', [shop.id]);
    await shop.reaches(behind.id, 'SENTX');
    await shop.hurry();
    await shop.reaches(limited.id, 'SENTX');
  });

  it('that is switched off: its messages end with a reason', async () => {
    const shop = await house.business(running);
    const box = await shop.sandbox();
    await shop.core.change.putChannel(
      { businessId: shop.id },
      { type: 'dummy', lane: 'box', enabled: false },
    );
    const { id } = await shop.send(box, '000');
    await shop.reaches(id, 'NSENT');
  });
});
