import { afterAll, beforeAll, expect, it } from 'vitest';
import { contactIdOf } from '../../src/model/contact.ts';
import { testNetwork } from '../apis/amity/network.ts';

/** What is a visitor's or a signed-in user's own (amity-sessions.md 9). */
const { ask, own, another, api, end } = await testNetwork();
afterAll(end);

const connector = { 'x-verify-token': 'a-token-of-the-web-site' };
const site = 'custom:site';

/** Somebody writes on the web site of a business, and is answered there, with a note beside it. */
async function conversation(csid: string, key = own.admin) {
  const answer = await ask('POST', '/xms/api/v1/message/receive', {
    headers: connector,
    body: {
      contacts: [{ csid, profile: { name: `Name of ${csid}` } }],
      messages: [{ from: csid, id: `in-${csid}`, type: 'text', text: { body: `Written by ${csid}` } }],
    },
  });
  expect(answer.status, answer.text).toBe(200);
  const { body } = await ask('GET', '/api/v1/sessions', { key });
  const id = contactIdOf('WEBSITE', csid, 'site');
  const session = body.items.find(({ contactId }: { contactId: string }) => contactId === id);
  return { sessionId: session.id as string, contactId: session.contactId as string };
}

let visitor = { token: '', id: '' };
let huda = '';
let unvouched = '';
let mine = { sessionId: '', contactId: '' };
let hudas = { sessionId: '', contactId: '' };
let others = { sessionId: '', contactId: '' };

beforeAll(async () => {
  const settings = {
    url: 'http://127.0.0.1:9/none',
    verifyToken: connector['x-verify-token'],
    contactType: 'WEBSITE',
  };
  expect((await api('PUT', `/channels/${site}`, { settings })).status).toBe(201);
  const { body } = await own.register('/visitor', { deviceId: 'browser' });
  visitor = { token: body.accessToken, id: body.users[0].userId };
  unvouched = await own.signedIn('huda', 'another phone');
  await own.settings({ secureMode: true });
  huda = await own.vouchedFor('huda', 'phone');
  mine = await conversation(visitor.id);
  hudas = await conversation('huda');
  others = await conversation('somebody');
});

const read = (bearer: string, path: string, body?: unknown) =>
  ask(body === undefined ? 'GET' : 'POST', path, { bearer, ...(body !== undefined && { body }) });

it('a visitor reads the conversation of the contact that has its id on a web site, on every surface', async () => {
  const { token } = visitor;
  const contacts = await read(token, '/api/v1/contacts');
  expect(contacts.body.items.map(({ id }: { id: string }) => id)).toEqual([mine.contactId]);
  expect((await read(token, `/api/v1/contacts/${mine.contactId}`)).body.csid).toBe(visitor.id);
  const sessions = await read(token, '/api/v1/sessions');
  expect(sessions.body.items.map(({ id }: { id: string }) => id)).toEqual([mine.sessionId]);
  expect((await read(token, `/api/v1/sessions/${mine.sessionId}`)).status).toBe(200);
  const messages = await read(token, `/api/v1/sessions/${mine.sessionId}/messages`);
  expect(messages.text).toContain(`Written by ${visitor.id}`);
  const id = messages.body.items[0].id;
  expect((await read(token, `/api/v1/messages/${id}`)).status).toBe(200);
  for (const history of [
    await read(token, '/xms/api/v1/session/messages', { sessionId: mine.sessionId }),
    await read(token, `/xms/api/v1/session/messages?sessionId=${mine.sessionId}`),
  ]) {
    expect(history.body.results).toHaveLength(1);
    expect(history.text).toContain(`Written by ${visitor.id}`);
  }
});

it('who signed in reads its own', async () => {
  const sessions = await read(huda, '/api/v1/sessions');
  expect(sessions.body.items.map(({ id }: { id: string }) => id)).toEqual([hudas.sessionId]);
});

it('what is another’s is refused like what there is not, so that nobody learns who is a customer', async () => {
  const message = (await ask('GET', `/api/v1/sessions/${others.sessionId}/messages`, { key: own.admin })).body
    .items[0].id;
  for (const bearer of [visitor.token, huda]) {
    const pairs = [
      [`/api/v1/contacts/${others.contactId}`, '/api/v1/contacts/nobody'],
      [`/api/v1/sessions/${others.sessionId}`, `/api/v1/sessions/${'0'.repeat(24)}`],
      [`/api/v1/sessions/${others.sessionId}/messages`, `/api/v1/sessions/${'0'.repeat(24)}/messages`],
      [`/api/v1/messages/${message}`, `/api/v1/messages/${'0'.repeat(24)}`],
      [
        `/xms/api/v1/session/messages?sessionId=${others.sessionId}`,
        `/xms/api/v1/session/messages?sessionId=${'0'.repeat(24)}`,
      ],
      ['/v1/contact/somebody', '/v1/contact/nobody'],
    ];
    for (const [theirs, nothing] of pairs) {
      const answers = [await read(bearer, theirs!), await read(bearer, nothing!)];
      expect(
        answers.map(({ status }) => status),
        theirs,
      ).toEqual([403, 403]);
      const told = answers.map(
        ({ body: { traceId: _, traceid: __, timestamp: ___, path: ____, ...rest } }) => rest,
      );
      expect(told[0]).toEqual(told[1]);
    }
    const filtered = await read(bearer, `/api/v1/sessions?contactId=${others.contactId}`);
    expect(filtered.body.items).toEqual([]);
  }
});

it('a note of an agent is for those who answer', async () => {
  const routed = await ask('POST', '/xms/api/v1/session/routing', {
    key: own.admin,
    body: { sessionId: mine.sessionId, queue: 'agent_desk', note: 'A difficult one' },
  });
  expect(routed.status, routed.text).toBe(200);
  const path = `/api/v1/sessions/${mine.sessionId}/messages`;
  expect((await ask('GET', path, { key: own.admin })).text).toContain('A difficult one');
  for (const text of [
    (await read(visitor.token, path)).text,
    (await read(visitor.token, '/xms/api/v1/session/messages', { sessionId: mine.sessionId })).text,
  ]) {
    expect(text).not.toContain('A difficult one');
  }
});

it('who signed in is also whom the business says, and nobody when the business did not vouch for it', async () => {
  const told = await ask('POST', '/xms/api/v1/contact/info', {
    headers: connector,
    body: { csid: 'known', businessProfile: { profileId: 'huda' } },
  });
  expect(told.status, told.text).toBe(200);
  const ids = async (bearer: string) =>
    ((await read(bearer, '/api/v1/contacts')).body.items as { id: string }[]).map(({ id }) => id);
  expect(await ids(huda)).toEqual([hudas.contactId, 'webknown_site'].sort());
  expect((await read(huda, '/api/v1/contacts/webknown_site')).status).toBe(200);
  expect(await ids(visitor.token)).toHaveLength(1);
  // From before secure mode: it is no proof of anything, and does not become one.
  expect(await ids(unvouched)).toEqual([]);
  expect((await read(unvouched, `/api/v1/sessions/${hudas.sessionId}`)).status).toBe(403);
});

it('the same id in another business is another person', async () => {
  const other = await another('other');
  const token = await other.signedIn('huda', 'phone');
  expect((await read(token, '/api/v1/contacts')).body.items).toEqual([]);
  expect((await read(token, `/api/v1/sessions/${hudas.sessionId}`)).status).toBe(403);
});
