import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contactIdOf } from '../../../src/model/contact.ts';
import * as aliases from '../../../src/store/contact-aliases.ts';
import { type House, openHouse, ourNumber, secondNumber } from './house.ts';

let house: House;
let tag: number;
beforeAll(async () => {
  house = await openHouse();
  tag = (await house.all.post('tags', { tag: 'Regular' })).body.data.id;
});
afterAll(() => house.close());

const huda = {
  platform_id: '966512340001',
  platform: 'whatsapp',
  profile_name: 'Huda',
  profile_display_name: 'Huda A.',
  country_code: '966',
};
const many = (count: number, from: number) =>
  Array.from({ length: count }, (_, i) => ({ ...huda, platform_id: String(from + i) }));
const create = (body: unknown) => house.all.post('contact/create', body);

function expectRefusal(answer: { status: number; body: unknown }, named: string, about = ''): void {
  expect([answer.status, answer.body], about).toEqual([
    400,
    { success: false, message: expect.stringContaining(named), error: 'BadRequest' },
  ]);
}

describe('contacts', () => {
  it('are created, told in the answer, and found by number and by id', async () => {
    const given = {
      ...huda,
      image_url: 'https://img.example/h.png',
      profile_email: 'h@x.example',
      tags: [tag],
    };
    const { status, body } = await create({ mode: 'sync', contacts: [given], unknown: 'ignored' });
    const record = {
      id: expect.any(Number),
      platform_id: '966512340001',
      platform: 'whatsapp',
      is_agent: false,
      business_id: house.uuid,
      image_url: 'https://img.example/h.png',
      profile_name: 'Huda',
      profile_display_name: 'Huda A.',
      profile_email: 'h@x.example',
      country_code: '966',
      tags: [tag],
    };
    expect([status, body]).toEqual([200, { success: true, message: 'contacts created', data: [record] }]);
    expect(Object.keys(body.data[0])).toEqual(Object.keys(record));
    for (const id of ['966512340001', '+966512340001', String(body.data[0].id)]) {
      const read = await house.reader.get(`contact/${encodeURIComponent(id)}`);
      expect([read.status, read.body]).toEqual([200, body.data[0]]);
    }
  });

  it('are made by a body that is one contact, and by numbers that are numbers', async () => {
    const { status, body } = await create({ ...huda, platform_id: 966512340002, platform: 'WhatsApp' });
    expect(status).toBe(200);
    expect(body.data).toMatchObject([{ platform_id: '966512340002', platform: 'whatsapp' }]);
  });

  it('that are there get the fields that are given, and more tags', async () => {
    const other = (await house.all.post('tags', { tag: 'Late payer' })).body.data.id;
    const first = await house.contact('966512340003', { profile_email: 'a@x.example', tags: [other] });
    const again = await house.contact('966512340003', {
      profile_name: 'Hoda',
      country_code: 'SA',
      tags: [String(tag), other],
    });
    expect(again).toEqual({ ...first, profile_name: 'Hoda', country_code: 'SA', tags: [tag, other].sort() });
  });

  it.each([
    ['sync', 15, true],
    ['sync', 16, false],
    ['async', 1000, true],
    ['async', 1001, false],
  ])('in mode %s: %i at once, taken: %s', async (mode, count, isTaken) => {
    const before = await house.counts();
    const answer = await create({ mode, contacts: many(count, 966520000000 + (mode === 'sync' ? 0 : 5000)) });
    const after = await house.counts();
    if (!isTaken) {
      expectRefusal(answer, 'contacts');
      expect(after).toEqual(before);
      return;
    }
    expect(answer.status).toBe(200);
    expect(after.contact).toBe(before.contact! + count);
    if (mode === 'sync') expect(answer.body.data).toHaveLength(count);
    else expect(answer.body).toEqual({ success: true, message: 'contacts created' });
  });

  it.each<[string, unknown, string]>([
    ['nothing', {}, 'contacts'],
    ['no contacts', { mode: 'sync', contacts: [] }, 'contacts'],
    ['another mode', { mode: 'later', contacts: [huda] }, 'mode'],
    [
      'a bad one in the middle',
      { contacts: [huda, { ...huda, platform_id: 'Huda' }, huda] },
      'contacts[1].platform_id',
    ],
    [
      'one without a name',
      { mode: 'async', contacts: [huda, { ...huda, profile_name: '' }] },
      'contacts[1].profile_name',
    ],
    [
      'one without its shown name',
      { contacts: [{ ...huda, profile_display_name: undefined }] },
      'contacts[0].profile_display_name',
    ],
    [
      'one without a country code',
      { contacts: [{ ...huda, country_code: undefined }] },
      'contacts[0].country_code',
    ],
    ['another platform', { contacts: [{ ...huda, platform: 'telegram' }] }, 'contacts[0].platform'],
    ['an unknown tag', { mode: 'async', contacts: [huda, { ...huda, tags: [999_999] }] }, 'contacts[1].tags'],
    ['a tag that is no id', { contacts: [{ ...huda, tags: ['VIP'] }] }, 'contacts[0].tags'],
    [
      'a name that nobody has',
      { contacts: [{ ...huda, profile_name: 'x'.repeat(3000) }] },
      'contacts[0].profile_name',
    ],
    ['one alone with a bad number', { ...huda, platform_id: '12' }, 'platform_id'],
    ['one alone without a platform', { ...huda, platform: undefined }, 'platform'],
  ])('are refused as a whole with %s', async (_, body, named) => {
    const before = await house.counts();
    expectRefusal(await create(body), named);
    expect(await house.counts()).toEqual(before);
  });

  it('are on the lane on which the number was heard last, else on the first', async () => {
    await house.contact('966512340010');
    await house.saysAtSecond('966512340011', 'Hi');
    await house.contact('966512340011', { profile_name: 'Second' });
    const lanes = await house.db.run<{ csid: string; lane: string }>(
      {
        name: 'test.lanes',
        text: `select csid, lane from contact where csid in ('966512340010', '966512340011') order by csid`,
      },
      [],
    );
    expect(lanes).toEqual([
      { csid: '966512340010', lane: ourNumber },
      { csid: '966512340011', lane: secondNumber },
    ]);
    expect((await house.all.get('contact/966512340011')).body.profile_name).toBe('Second');
  });

  it('are not found when nobody has the id, or another business', async () => {
    const { id } = await house.contact('966512340012');
    for (const answer of [
      await house.all.get('contact/966599999999'),
      await house.all.get('contact/99999999'),
      await house.all.get('contact/nobody'),
      await house.rival.get('contact/966512340012'),
      await house.rival.get(`contact/${id}`),
    ]) {
      expect([answer.status, answer.body]).toEqual([
        404,
        { success: false, message: 'There is no contact with this id', error: 'NotFound' },
      ]);
    }
  });

  it('of a person who wrote are called as the channel calls them', async () => {
    await house.saysAtSecond('966512340013', 'Hi');
    expect((await house.all.get('contact/966512340013')).body).toMatchObject({
      profile_name: 'A customer',
      profile_display_name: 'A customer',
      profile_email: '',
      country_code: '',
      tags: [],
    });
  });
});

describe('a business without WhatsApp', () => {
  it('is told so, by the field that cannot be', async () => {
    const answer = await fetch(`${house.server.address}/api/v1/businesses`, {
      method: 'POST',
      headers: { 'x-api-key': 'the-key-of-the-installation' },
      body: JSON.stringify({ domain: 'bare' }),
    });
    const { key } = (await answer.json()) as { key: string };
    const bare = house.client(key);
    expectRefusal(await bare.post('contact/create', huda), 'platform_id');
    expectRefusal(
      await bare.post('message/send', { to: '966512340001', type: 'text', text: { body: 'Hi' } }),
      'to: ',
    );
  });
});

describe('a number', () => {
  it('by which WhatsApp does not know the person goes where that person is', async () => {
    const [meant, written] = ['553188880001', '5531988880001'];
    await house.saysAtSecond(meant, 'Oi');
    const { db, businessId } = house;
    const idOn = (number: string) => contactIdOf('WHATSAPP', number, secondNumber);
    await aliases.note(db, [{ businessId, id: idOn(meant), aliasId: idOn(written) }]);
    expect((await house.all.get(`contact/${written}`)).body.platform_id).toBe(meant);
    const { id } = await house.text(written, 'Olá');
    const read = await house.request('GET', `/api/v1/messages/${id}`, undefined, {
      'x-api-key': house.all.key,
    });
    expect(read.body).toMatchObject({ contactId: idOn(meant), channelId: `wacfb:${secondNumber}` });
    const again = await house.contact(written, { profile_name: 'Ana' });
    expect((await house.all.get(`contact/${meant}`)).body).toMatchObject({
      id: again.id,
      profile_name: 'Ana',
    });
  });
});

describe('a contact of another channel', () => {
  it('is told with its own platform', async () => {
    const { core } = house.server.pipeline;
    const caller = await core.authenticate(house.all.key);
    const [put] = await core.putContacts(caller, [
      { channelId: 'dummy:lab', csid: 'tester', businessProfile: { name: 'Tester' } },
    ]);
    expect((await house.all.get(`contact/${put!.contact.no}`)).body).toMatchObject({
      platform_id: 'tester',
      platform: 'dummy',
    });
  });
});

describe('an assignment', () => {
  const assign = (platform_id: unknown, assigned_platform_id: unknown) =>
    house.all.post('contact/assign', { platform_id, assigned_platform_id });
  const done = '{"message":"assignment completed successfully","success":true}';

  it('answers exactly as documented, for the e-mail of an agent or its number', async () => {
    const lina = { role: 'agent', name: 'Lina', display_name: 'Lina', status: 'active' };
    const made = await house.all.post('agent', { ...lina, email: 'lina@shop.example' });
    const no = made.body.data[0].agent_id;
    await house.contact('966512340020');
    for (const agent of ['lina@shop.example', no, Number(no), 'LINA@shop.example']) {
      const { status, text } = await assign('966512340020', agent);
      expect([status, text]).toEqual([200, done]);
    }
    expect((await assign(966512340020, no)).status).toBe(200);
  });

  it('goes to nobody who is inactive', async () => {
    const role = { role: 'agent', name: 'Omar', display_name: 'Omar', status: 'inactive' };
    await house.all.post('agent', { ...role, email: 'omar@shop.example' });
    await house.contact('966512340022');
    expectRefusal(await assign('966512340022', 'omar@shop.example'), 'assigned_platform_id');
  });

  it('names the contact or the agent that there is not', async () => {
    await house.contact('966512340021');
    expectRefusal(await assign('966599999998', 'lina@shop.example'), 'platform_id');
    expectRefusal(await assign('966512340021', 'nobody@shop.example'), 'assigned_platform_id');
    expectRefusal(await assign('966512340021', undefined), 'assigned_platform_id');
    expectRefusal(await assign(undefined, 'lina@shop.example'), 'platform_id');
    expectRefusal(
      await house.rival.post('contact/assign', {
        platform_id: '966512340021',
        assigned_platform_id: 'lina@shop.example',
      }),
      'platform_id',
    );
  });
});

describe('tags', () => {
  it('are created, with all that is known of them', async () => {
    const { status, body } = await house.all.post('tags', {
      tag: 'VIP',
      colour: '#1ca08a',
      description: 'Spends most',
    });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    const record = {
      id: expect.any(Number),
      business_id: house.uuid,
      tag: 'VIP',
      colour: '#1ca08a',
      description: 'Spends most',
      created_by: expect.any(Number),
      display_name: '',
      updated_at: time,
      created_at: time,
    };
    expect([status, body]).toEqual([
      200,
      { data: record, message: 'Tag created successfully', success: true },
    ]);
    expect(Object.keys(body.data)).toEqual(Object.keys(record));
    const { body: list } = await house.reader.get('tags');
    expect(list).toEqual({ success: true, message: 'tags list', data: expect.any(Array) });
    expect(list.data).toContainEqual(body.data);
  });

  it.each<[string, unknown, string]>([
    ['no name', { colour: '#ffffff' }, 'tag'],
    ['an empty name', { tag: '' }, 'tag'],
    ['a name that another has, in another case', { tag: 'rEGULAR' }, 'tag'],
    ['a colour that is none', { tag: 'Odd', colour: 'green' }, 'colour'],
  ])('are refused with %s', async (_, body, named) => {
    const before = await house.counts();
    expectRefusal(await house.all.post('tags', body), named);
    expect(await house.counts()).toEqual(before);
  });

  it('are added to a contact: 201, again without an error, and none taken away', async () => {
    const [one, two] = [
      (await house.all.post('tags', { tag: 'One' })).body.data.id,
      (await house.all.post('tags', { tag: 'Two' })).body.data.id,
    ];
    await house.contact('966512340030', { tags: [one] });
    for (const tag_ids of [[two], [two, one], [String(two)]]) {
      const { status, body } = await house.all.post('contact/tags', { platform_id: '966512340030', tag_ids });
      expect([status, body]).toEqual([201, { message: 'tags assigned successfully', success: true }]);
    }
    expect((await house.all.get('contact/966512340030')).body.tags).toEqual([one, two]);
  });

  it('name the contact or the tag that there is not, and change nothing', async () => {
    await house.contact('966512340031', { tags: [tag] });
    const add = (platform_id: unknown, tag_ids: unknown) =>
      house.all.post('contact/tags', { platform_id, tag_ids });
    expectRefusal(await add('966599999997', [tag]), 'platform_id');
    expectRefusal(await add('966512340031', [tag, 999_999]), 'tag_ids');
    expectRefusal(await add('966512340031', []), 'tag_ids');
    expectRefusal(await add('966512340031', undefined), 'tag_ids');
    expect((await house.all.get('contact/966512340031')).body.tags).toEqual([tag]);
  });

  it('of another business are unknown', async () => {
    const theirs = (await house.rival.post('tags', { tag: 'Theirs' })).body.data.id;
    await house.contact('966512340032');
    expectRefusal(
      await house.all.post('contact/tags', { platform_id: '966512340032', tag_ids: [theirs] }),
      'tag_ids',
    );
    expect((await house.all.get('tags')).body.data.map((one: { tag: string }) => one.tag)).not.toContain(
      'Theirs',
    );
  });
});

describe('custom fields', () => {
  it('are told in groups by their type', async () => {
    const put = (key: string, name: string, type: string) =>
      house.server.pipeline.core.change.putCustomField({ businessId: house.businessId }, { key, name, type });
    expect((await house.reader.get('customfield/group')).body).toEqual({
      success: true,
      message: 'custom fields list',
      data: {},
    });
    await put('loyalty', 'Loyalty number', 'text');
    await put('birthday', 'Birthday', 'date');
    await put('nickname', 'Nickname', 'text');
    const { status, body } = await house.reader.get('customfield/group');
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        message: 'custom fields list',
        data: {
          text: [
            { id: expect.any(Number), display_name: 'Loyalty number', type: 'text' },
            { id: expect.any(Number), display_name: 'Nickname', type: 'text' },
          ],
          date: [{ id: expect.any(Number), display_name: 'Birthday', type: 'date' }],
        },
      },
    ]);
    expect((await house.rival.get('customfield/group')).body.data).toEqual({});
  });
});
