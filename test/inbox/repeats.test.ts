import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installationKey } from '../apis/parley/server.ts';
import { unanswered, without } from '../http/interrupted.ts';
import { inboxHouse } from './people.ts';

/** What an agent does under an Idempotency-Key is done once, wherever the first attempt broke off. */
const house = await inboxHouse();
const { ask, done, db } = house;
afterAll(house.end);

const phone = '/inbox/simulator/dummy:sandbox/phones';
let ann = '';
let asAnn: ReturnType<typeof house.as>;

beforeAll(async () => {
  await done('PUT', '/channels/dummy:sandbox', { queue: 'agent_desk', settings: { speed: 100 } });
  ann = await house.agent('ann', { name: 'Ann' });
  asAnn = house.as(ann);
  await house.agent('ben', { name: 'Ben' });
});

/** A customer writes; answers the session. */
const writes = async (csid: string, text: string) =>
  (await asAnn('POST', `${phone}/${csid}/messages`, { text, name: 'Amina' })).sessionId as string;
const under = (key: string, path: string, body: object) =>
  ask('POST', path, { bearer: ann, body, headers: { 'idempotency-key': key } });
const thread = async (session: string) =>
  (await asAnn('GET', `/inbox/sessions/${session}/messages`)).items as { direction: string; id: string }[];

/** A draft of Ann; answers its version. */
const kept = async (session: string, mode: string): Promise<number> =>
  (await asAnn('PUT', `/inbox/sessions/${session}/drafts/${mode}`, { text: 'Begun' })).savedAt;
/** How often something happened. */
const told = async (type: string) => {
  const [row] = await db.run<{ n: number }>(
    { name: 'test.told', text: 'select count(*)::int as n from event where type = $1' },
    [type],
  );
  return row!.n;
};

describe('a message of an agent', () => {
  it('that was sent is answered again, though the person has written since', async () => {
    const session = await writes('966500000001', 'One');
    const seen = (await thread(session)).at(-1)!.id;
    const path = `/inbox/sessions/${session}/messages`;
    const body = { content: { text: 'A' }, seen };
    const first = await unanswered(db, () => under('answered', path, body));
    expect(first.status).toBe(201);
    await writes('966500000001', 'Two');
    const again = await under('answered', path, body);
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    expect((await thread(session)).filter(({ direction }) => direction === 'O')).toHaveLength(1);
  });

  it('is sent once, and its session resolved once, though two attempts break off on the way', async () => {
    const session = await writes('966500000002', 'Hi');
    const path = `/inbox/sessions/${session}/messages`;
    const draft = await kept(session, 'reply');
    const send = () => under('and resolve', path, { content: { text: 'Bye' }, andThen: 'resolve', draft });
    const before = await told('session.resolved');
    expect((await without(db, 'inbox_draft', send)).status).toBe(500);
    const second = await unanswered(db, send);
    const third = await send();
    expect([second.status, third.status]).toEqual([201, 201]);
    expect(third.body.id).toBe(second.body.id);
    expect((await thread(session)).filter(({ direction }) => direction === 'O')).toHaveLength(1);
    expect(await told('session.resolved')).toBe(before + 1);
  });
});

describe('who signs in anew', () => {
  const send = (bearer: string, session: string, key = 'of one person') =>
    ask('POST', `/inbox/sessions/${session}/messages`, {
      bearer,
      body: { content: { text: 'Once' } },
      headers: { 'idempotency-key': key },
    });
  const signedIn = async (email: string): Promise<string> => (await house.signIn(email)).body.token;
  const replayed = ({ headers }: { headers: Headers }) => headers.get('idempotency-replayed') === 'true';

  it('is answered as before, after the answer was lost and the sign-in ended', async () => {
    const session = await writes('966500000020', 'Hi');
    const before = await signedIn('ann@shop.example');
    const first = await send(before, session);
    await ask('POST', '/sign-out', { bearer: before });
    const again = await send(await signedIn('ann@shop.example'), session);
    expect([again.status, replayed(again), again.body.id]).toEqual([201, true, first.body.id]);
    expect((await thread(session)).filter(({ direction }) => direction === 'O')).toHaveLength(1);
  });

  it('sends once, also when the server died before it answered', async () => {
    const session = await writes('966500000021', 'Hi');
    const before = await signedIn('ann@shop.example');
    const first = await unanswered(db, () => send(before, session, 'died'));
    await ask('POST', '/sign-out', { bearer: before });
    const again = await send(await signedIn('ann@shop.example'), session, 'died');
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    expect((await thread(session)).filter(({ direction }) => direction === 'O')).toHaveLength(1);
  });

  it('gets no answer of a colleague, of who had the name before, or of another business', async () => {
    const session = await writes('966500000022', 'Hi');
    const first = await send(ann, session, 'shared');
    const bens = await send(await signedIn('ben@shop.example'), session, 'shared');
    expect([bens.status, replayed(bens)]).toEqual([201, false]);
    expect(bens.body.id).not.toBe(first.body.id);

    const zoe = await house.agent('zoe');
    const zoes = await send(zoe, session, 'by name');
    await done('DELETE', '/agents/zoe');
    const newZoe = await send(await house.agent('zoe'), session, 'by name');
    expect([newZoe.status, replayed(newZoe)]).toEqual([201, false]);
    expect(newZoe.body.id).not.toBe(zoes.body.id);

    const eve = await agentToken(await otherBusiness(), 'eve');
    expect((await send(eve, session, 'shared')).status).toBe(404);
  });

  it('with a token that a key opened, is another one by another key, which may have other rights', async () => {
    const session = await writes('966500000023', 'Hi');
    const { key: other } = await done('POST', '/keys', { name: 'other', tenantWide: true });
    const by = async (key: string) => send(await agentToken(key, 'dan'), session, 'opened');
    const [first, again, others] = [await by(installationKey), await by(installationKey), await by(other)];
    expect([again.status, replayed(again), again.body.id]).toEqual([201, true, first.body.id]);
    expect([others.status, replayed(others)]).toEqual([201, false]);
  });

  async function otherBusiness(): Promise<string> {
    return (await done('POST', '/businesses', { domain: 'elsewhere' })).key;
  }

  /** A token of an agent that a key opened. */
  async function agentToken(key: string, name: string): Promise<string> {
    const { uuid } = (await house.api('GET', '/business', undefined, key)).body;
    const opened = await house.call(
      'POST',
      '/v1/app/user.new.session',
      {
        ...{
          business_id: uuid,
          platform_type: 'avocado',
          platform_id: `${name}@else.example`,
          role: 'agent',
        },
        ...{ profile_name: name, display_name: name, profile_image_url: 'https://img.example/x.png' },
      },
      key,
    );
    return opened.body.headers.Authorization.replace('Bearer ', '');
  }
});

describe('what an agent does with a session', () => {
  it('a note is written once, though the answer broke off behind it', async () => {
    const session = await writes('966500000003', 'Hi');
    const draft = await kept(session, 'note');
    const body = { text: 'VIP', mentions: ['ben'], draft };
    const note = () => under('note', `/inbox/sessions/${session}/notes`, body);
    expect((await without(db, 'inbox_draft', note)).status).toBe(500);
    const again = await note();
    expect([again.status, again.body.content.text]).toEqual([201, 'VIP']);
    expect((await thread(session)).filter(({ direction }) => direction === 'N')).toHaveLength(1);
    expect(await told('note.added')).toBe(1);
  });

  it('is given away once, with one note, by who does not see it then', async () => {
    const session = await writes('966500000004', 'Hi');
    await asAnn('POST', `/inbox/sessions/${session}/claim`, {});
    await done('PATCH', '/business', { settings: { agentsSee: 'own' } });
    const before = await told('session.assigned');
    const give = () =>
      ask('PUT', `/inbox/sessions/${session}/holder`, {
        bearer: ann,
        body: { agent: 'ben', note: 'For you' },
        headers: { 'idempotency-key': 'give' },
      });
    const first = await unanswered(db, give);
    expect([first.status, first.body.agent]).toEqual([200, 'ben']);
    expect((await give()).body).toEqual(first.body);
    await done('PATCH', '/business', { settings: { agentsSee: 'all' } });
    expect((await thread(session)).filter(({ direction }) => direction === 'N')).toHaveLength(1);
    expect(await told('session.assigned')).toBe(before + 1);
  });
});

describe('what programs do', () => {
  const xms = async (path: string, body: object, headers: Record<string, string>) => {
    const answer = await fetch(`${house.address}/xms/api/v1/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: JSON.parse(await answer.text()) };
  };
  const key = (name: string) => ({ 'x-api-key': installationKey, 'idempotency-key': name });

  it('a session is routed once', async () => {
    const sessionId = await writes('966500000005', 'Hi');
    const route = () => xms('session/routing', { sessionId, queue: 'agent_desk' }, key('route'));
    const before = await told('session.routed');
    const first = await unanswered(db, route);
    expect(first.status).toBe(200);
    expect((await route()).body.results).toEqual(first.body.results);
    expect(await told('session.routed')).toBe(before + 1);
  });

  it('an event of a customer without an id is told once', async () => {
    const push = () => xms('event/push', { eventName: 'order.placed', data: { total: 5 } }, key('event'));
    const first = await unanswered(db, push);
    expect(first.status).toBe(200);
    expect((await push()).body.results).toEqual(first.body.results);
    expect(await told('customer.event')).toBe(1);
  });

  it('what is told of people along with a message is kept once, though the message was stored by the second try', async () => {
    const verifyToken = 'a-token-of-the-app';
    const settings = { url: 'http://127.0.0.1:9/none', verifyToken, contactType: 'WEBSITE' };
    await done('PUT', '/channels/custom:app', { settings });
    const wrapper = {
      contacts: ['amina', 'badr', 'chloe'].map((csid) => ({
        csid,
        businessProfile: { name: `${csid} of the shop` },
      })),
      messages: [{ from: 'amina', type: 'text', text: { body: 'Hello' } }],
    };
    const receive = () =>
      xms('message/receive', wrapper, { 'x-verify-token': verifyToken, 'idempotency-key': 'people' });
    expect((await without(db, 'message', receive)).status).toBe(500);
    const before = await told('contact.updated');
    const second = await unanswered(db, receive);
    const third = await receive();
    expect([second.status, third.status]).toEqual([200, 200]);
    expect(third.body).toEqual(second.body);
    expect(second.body.messages).toMatchObject([{ text: { body: 'Hello' } }]);
    expect(await told('contact.updated')).toBe(before);
  });

  it('a message without an id, and what was pressed, are received once', async () => {
    const verifyToken = 'a-token-of-the-web-site';
    const settings = { url: 'http://127.0.0.1:9/none', verifyToken, contactType: 'WEBSITE' };
    await done('PUT', '/channels/custom:site', { settings });
    const wrapper = {
      contacts: [{ csid: 'visitor-1', profile: { name: 'Amina' } }],
      messages: [{ from: 'visitor-1', type: 'text', text: { body: 'Hello' } }],
      actions: [{ actionCode: 'CALL_ME' }],
    };
    const receive = () =>
      xms('message/receive', wrapper, { 'x-verify-token': verifyToken, 'idempotency-key': 'in' });
    const before = await told('message.received');
    const first = await unanswered(db, receive);
    expect(first.status).toBe(200);
    const events = await db.run({ name: 'test.all', text: 'select 1 from event' }, []);
    expect((await receive()).body).toEqual(first.body);
    expect(await told('message.received')).toBe(before + 1);
    expect(await db.run({ name: 'test.all', text: 'select 1 from event' }, [])).toHaveLength(events.length);
  });
});
