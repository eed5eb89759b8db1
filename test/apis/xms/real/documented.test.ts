import { afterAll, beforeAll, expect, it } from 'vitest';
import { type House, openHouse, type Thing, until } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** A file, as each of the blocks has it. */
const file = (name: string) => ({
  caption: `A ${name}`,
  filename: `${name}.bin`,
  link: `https://files.example/${name}`,
});

// Requests of the shape that the documentation shows: every block at once, numbers for texts, all ways to
// name somebody side by side.

it('sends a message that brings every block and names the person in every way', async () => {
  const { contactId } = await house.kioskSays('12121212', 'Hi');
  const id = await house.front.send({
    audio: file('audio'),
    channelId: 'kiosk',
    contacts: [
      {
        addresses: [
          {
            city: 'Bonn',
            country: 'Germany',
            country_code: 'de',
            state: 'NW',
            street: 'Weg 1',
            type: 'HOME',
            zip: 53111,
          },
        ],
        birthday: '1990-02-03',
        emails: [{ email: 'ann@example.com', type: 'WORK' }],
        ims: [{ service: 'OTHER', userid: 'ann' }],
        name: { first_name: 'Ann', formatted_name: 'Ann Smith', last_name: 'Smith' },
        org: { company: 'Acme', department: 'Sales', title: 'Head' },
        phones: [{ phone: 4915112, type: 'HOME', wa_id: 4915112 }],
        urls: [{ type: 'HOME', url: 'https://ann.example' }],
      },
    ],
    document: file('document'),
    image: file('image'),
    location: {
      address: 'Weg 1',
      latitude: 50.73,
      longitude: 7.1,
      name: 'Acme',
      url: 'https://acme.example',
    },
    mask: false,
    options: {
      buttons: [
        {
          code: 'A',
          desc: 'Down',
          label: 'Yes',
          name: 'n',
          phone: 4930,
          type: 'QUICK_REPLY',
          url: 'https://acme.example',
        },
      ],
    },
    template: { code: 'parcel', data: { number: 1 }, id: null, lang: 'en_GB', linked: 'x' },
    text: { body: 'A text beside all this' },
    to: { contactId, email: 'ann@example.com', name: 'Ann', phone: 4915112 },
    type: 'text',
    video: file('video'),
  });
  const { body } = await until(() => house.outside.at('/connector/kiosk').find((one) => one.body.id === id));
  expect(body).toMatchObject({ type: 'text', text: { body: 'A text beside all this' } });
  expect(Object.keys(body).sort()).toEqual(['channelId', 'id', 'options', 'text', 'to', 'type']);
});

it('takes in a whole wrapper: a person, a message, a status, an event and an action', async () => {
  const { body, status } = await house.connector('message/receive', {
    actions: [{ actionCode: 'SEND_INVOICE' }],
    contacts: [
      {
        businessProfile: { email: 'ann@example.com', name: 'Ann Smith', phone: '4915112', profileId: 'C1' },
        channelId: 'custom:kiosk',
        contactId: 'web13131313_kiosk',
        contactType: 'WEBSITE',
        csid: 13131313,
        lane: 'kiosk',
        profile: { email: 'ann@example.com', name: 'Ann', phone: '4915112' },
      },
    ],
    events: [
      {
        checksum: 'c',
        contactId: 'web13131313_kiosk',
        eventCode: 'SESSION_ROUTED',
        eventId: '1',
        trace: [{}],
      },
    ],
    messages: [
      {
        contactId: 'web13131313_kiosk',
        from: 13131313,
        id: 1234567,
        messageIdExt: 7654321,
        originalMessage: {},
        session: { routingId: 'r', sessionId: 's' },
        tags: { categories: ['a'], sentimentScore: 0 },
        text: { body: 'Hi', type: 'text' },
        timestamp: 1_700_000_000_000,
        type: 'text',
      },
    ],
    meta: { appId: 'a', debug: false, domain: 'd', server: 's' },
    statuses: [
      {
        contactId: 'web13131313_kiosk',
        errors: [],
        id: 1234567,
        messageIdExt: 7654321,
        status: 'READ',
        timestamp: 1,
      },
    ],
    type: 'message',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    contacts: [
      { contactId: 'web13131313_kiosk', profile: { name: 'Ann' }, businessProfile: { profileId: 'C1' } },
    ],
    messages: [{ contactId: 'web13131313_kiosk', messageIdExt: '7654321', text: { body: 'Hi' } }],
  });
  const [{ session }] = body.messages as [{ session: Thing }];
  // What the connector says of our session is not ours.
  expect(session.sessionId).toMatch(/^[0-9a-f]{24}$/);
});

it('hands a session over with every wish at once', async () => {
  const { session } = await house.kioskSays('14141414', 'Hi');
  const { body } = await house.front.post('session/routing', {
    agent: 'ann',
    params: {},
    queue: 'agent_desk',
    sessionId: session!.sessionId,
    skills: ['english', 'german'],
    team: 'sales',
  });
  expect(body.results[0]).toMatchObject({
    eventCode: 'SESSION_ROUTED',
    session: { queue: 'agent_desk', agent: 'ann', dept: 'sales' },
    sessionRouted: { params: {} },
  });
});

it('keeps what the business pushes of a customer', async () => {
  const links = [{ linkName: 'identity', linkType: 'CUSTOMER', linkValue: 34567 }];
  const data = await house.front.post('data/push', { data: {}, id: 34567, links, type: 'CUSTOMER' });
  expect(data.body.data).toEqual({
    data: {},
    id: '34567',
    type: 'CUSTOMER',
    links: [{ ...links[0], linkValue: '34567' }],
  });
  const event = await house.front.post('event/push', { eventName: 'CUSTOMER_CREATED', id: 34567, links });
  expect(event.body.data).toMatchObject({ eventName: 'CUSTOMER_CREATED', id: '34567' });
});
