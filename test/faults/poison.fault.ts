import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../parley.ts';
import { allHolds, callAt, well } from './house.ts';
import { listenAt, meet, type Peers, startPeers } from './peers.ts';
import { openSite, type Site } from './site.ts';
import { note } from './table.ts';

let site: Site;
let peers: Peers;

beforeAll(async () => {
  [site, peers] = await Promise.all([openSite({ answerAfterMs: 0 }), startPeers()]);
});
afterAll(async () => {
  await allHolds(site);
  peers.close();
  await site.close();
});

/** What waits is due at once. */
const hurry = (table: 'message' | 'delivery') =>
  site.ask(
    `update ${table} set due_at = now() where due_at is not null and due_at < 'infinity' and due_at > now()`,
  );

async function send(order: string, phone: string, sendAt?: number): Promise<string> {
  const template = { code: site.shop.template, lang: 'en', data: { name: 'Amina', order } };
  const message = { channelId: site.shop.channelId, to: { phone }, template, ...(sendAt && { sendAt }) };
  return (await well(site.call('POST', '/api/v1/messages', message))).id;
}

it('messages on which sending throws each time end with a reason, and the others go out', async () => {
  const poisons = [
    { type: 'template' },
    { type: 'hologram' },
    { type: 'image', media: 7 },
    { type: 'contacts' },
  ];
  const later = Date.now() + 3_600_000;
  const ids: string[] = [];
  for (const [n, poison] of poisons.entries()) {
    const id = await send(`p${n}`, `96657${String(n).padStart(7, '0')}`, later);
    await site.ask('update message set content = $2::jsonb where id = $1', [id, JSON.stringify(poison)]);
    ids.push(id);
  }
  // Their people have written, so that anything may be sent to them.
  await site.ask('update contact set last_inbound_at = now()');
  await site.ask(`update message set due_at = now() where id = any($1)`, [ids]);
  const good: string[] = [];
  for (let n = 0; n < 50; n++) good.push(await send(`g${n}`, `96658${String(n % 10).padStart(7, '0')}`));
  await until(
    'the others are sent',
    async () => {
      const [row] = await site.ask<{ n: number }>(
        `select count(*)::int as n from message where id = any($1) and status = 'SENTX'`,
        [good],
      );
      return row!.n === good.length;
    },
    60_000,
  );
  await until(
    'each poison has ended',
    async () => {
      await hurry('message');
      const left = await site.ask('select 1 from message where id = any($1) and due_at is not null', [ids]);
      return left.length === 0;
    },
    60_000,
  );
  const ended = await site.ask<{ status: string; failure: { class: string; text: string } }>(
    'select status, failure from message where id = any($1)',
    [ids],
  );
  for (const { status, failure } of ended) {
    expect(['SENT_EXC', 'NSENT', 'SENT_ERR']).toContain(status);
    expect(failure.class).toBeTruthy();
  }
  // The next one to the same person is not held up.
  await send('after', '966570000000');
  await until('it is sent', () => site.cloud.sent.some(({ to }) => to === '966570000000'));
  await note({
    test: 37,
    run: 'messages',
    runs: poisons.length,
    shown: `${ended.length} ended with a reason; ${good.length} others sent`,
  });
});

it('events that cannot be put into words end with a reason, and the others are told', async () => {
  const id = await listenAt(site, `${peers.url}/ok/told`, { policy: 'retry' });
  await site.ask(`create function poison() returns trigger language plpgsql as
    'begin if new.type = ''contact.created'' and new.data->''contact''->>''csid'' like ''%3'' then new.data = ''null''; end if; return new; end'`);
  await site.ask('create trigger poison before insert on event for each row execute function poison()');
  await meet(site, 100);
  await site.ask('drop trigger poison on event');
  await until('the others are told', () => peers.of('told').length >= 90, 60_000);
  await until(
    'each poison has ended',
    async () => {
      await hurry('delivery');
      return (
        (await site.ask('select 1 from delivery where endpoint_id = $1 and due_at is not null', [id]))
          .length === 0
      );
    },
    60_000,
  );
  const failed = await site.ask<{ answer: string }>(
    `select answer from delivery where endpoint_id = $1 and state = 'failed'`,
    [id],
  );
  expect(failed).toHaveLength(10);
  for (const { answer } of failed)
    expect(answer).toBe('Parley could not put it into words; its log says why.');
  const { enabled } = await well(site.call('GET', `/api/v1/endpoints/${id}`));
  expect(enabled).toBe(true);
  await note({
    test: 37,
    run: 'events',
    runs: failed.length,
    shown: `${failed.length} ended with a reason; 90 others told`,
  });
  await site.call('DELETE', `/api/v1/endpoints/${id}`);
});

it('what a provider posts and cannot be applied is kept with its reason, and the next is applied', async () => {
  await site.ask(`create function refuse() returns trigger language plpgsql as
    'begin if new.direction = ''I'' and new.content::text like ''%poison%'' then raise exception ''it cannot be kept''; end if; return new; end'`);
  await site.ask('create trigger refuse before insert on message for each row execute function refuse()');
  const say = async (id: string, body: string) => {
    const { phoneNumberId, settings, webhook } = site.cloud;
    const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
    const message = {
      from: '966500000009',
      id,
      timestamp: String(Math.floor(Date.now() / 1000)),
      type: 'text',
      text: { body },
    };
    const value = { messaging_product: 'whatsapp', metadata, messages: [message] };
    const posted = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
    });
    const signature = createHmac('sha256', settings.appSecret!).update(posted).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` };
    return (await callAt(webhook!, 'POST', '', posted, { key: '', headers })).status;
  };
  expect(
    await Promise.all([
      say('wamid.p1', 'poison'),
      say('wamid.p2', 'well'),
      say('wamid.p3', 'poison'),
      say('wamid.p4', 'well'),
    ]),
  ).toEqual([200, 200, 200, 200]);
  await site.ask('drop trigger refuse on message');
  const kept = await site.ask<{ reason: string }>('select reason from inbound_failure');
  expect(kept.map(({ reason }) => reason)).toEqual(['it cannot be kept', 'it cannot be kept']);
  const applied = await site.ask(`select 1 from message where provider_id in ('wamid.p2', 'wamid.p4')`);
  expect(applied).toHaveLength(2);
  await note({ test: 37, run: 'posts of a provider', runs: 4, shown: '2 kept with a reason; 2 applied' });
});
