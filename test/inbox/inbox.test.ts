import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSilent } from '../../src/store/silent-sessions.ts';
import { until } from '../apis/parley/server.ts';
import { faultOf, inboxHouse } from './people.ts';

const house = await inboxHouse();
const { ask, done, db } = house;
afterAll(house.end);

const phone = '/inbox/simulator/dummy:sandbox/phones';
let ann = '';
let ben = '';
let asAnn: ReturnType<typeof house.as>;
let asBen: ReturnType<typeof house.as>;

beforeAll(async () => {
  await done('PUT', '/teams/care', { name: 'Care' });
  await done('PUT', '/queues/vip', { type: 'AGENT' });
  // Customers of the sandbox come to the agents.
  await done('PUT', '/channels/dummy:sandbox', { queue: 'agent_desk', settings: { speed: 100 } });
  ann = await house.agent('ann', { name: 'Ann', teams: ['care'] });
  ben = await house.agent('ben', { name: 'Ben' });
  asAnn = house.as(ann);
  asBen = house.as(ben);
});

/** A customer writes; answers the session. */
const writes = async (csid: string, text: string, more: object = {}) =>
  (await asAnn('POST', `${phone}/${csid}/messages`, { text, name: 'Amina', ...more })).sessionId as string;
const list = async (as: typeof asAnn, query: string) =>
  (await as('GET', `/inbox/sessions?${query}`)).items as {
    id: string;
    unread: number;
    state: string;
    agent?: string;
    last: { text: string };
  }[];
const ids = async (as: typeof asAnn, query: string) => (await list(as, query)).map(({ id }) => id);

describe('the list', () => {
  it('shows who wrote, what, and what is not read, in one call', async () => {
    const session = await writes('966500000001', 'Where is my order?');
    await writes('966500000001', 'Hello?');
    const [row] = await list(asAnn, 'view=unassigned');
    expect(row).toMatchObject({
      id: session,
      state: 'open',
      contact: { name: 'Amina', csid: '966500000001' },
      channelId: 'dummy:sandbox',
      queue: 'agent_desk',
      unread: 2,
      mentioned: false,
      last: { direction: 'I', type: 'text', text: 'Hello?' },
    });
    expect(row).toMatchObject({ waitingSince: expect.any(Number), activeAt: expect.any(Number) });
    expect(await asAnn('GET', '/inbox/counts')).toMatchObject({
      mine: 0,
      unassigned: 1,
      all: 1,
      byQueue: { agent_desk: 1 },
    });
    expect(await asAnn('PUT', `/inbox/sessions/${session}/read`, {})).toEqual({ unread: 0 });
    expect((await list(asAnn, ''))[0]).toMatchObject({ unread: 0 });
    expect((await list(asBen, 'unread=true'))[0]).toMatchObject({ unread: 2 });
    expect(await ids(asAnn, 'unread=true')).toEqual([]);
    expect(await asAnn('DELETE', `/inbox/sessions/${session}/read`)).toEqual({ unread: 1 });
  });

  it('is cut into pages, by latest and by longest waiting, and nothing is missed', async () => {
    for (let i = 10; i < 17; i += 1) await writes(`9665000000${i}`, `Message ${i}`);
    for (const sort of ['latest', 'waiting']) {
      const all = await ids(asAnn, `sort=${sort}&limit=200`);
      expect(all).toHaveLength(8);
      const seen: string[] = [];
      let after = '';
      do {
        const page = await asAnn('GET', `/inbox/sessions?sort=${sort}&limit=3${after && `&after=${after}`}`);
        seen.push(...page.items.map(({ id }: { id: string }) => id));
        after = page.next ?? '';
      } while (after);
      expect(seen).toEqual(all);
    }
    const bad = await ask('GET', '/inbox/sessions?after=nonsense', { bearer: ann });
    expect(faultOf(bad)).toEqual({ status: 400, code: 'INVALID' });
  });

  it('is filtered by agent, team, queue, channel, tag, state and text', async () => {
    const session = await writes('966500000020', 'VIP here', { name: 'Fátima Ali' });
    const { id: tag } = await done('POST', '/tags', { name: 'VIP' });
    const { contact } = await asAnn('GET', `/inbox/sessions/${session}`);
    await asAnn('PUT', `/inbox/contacts/${contact.id}/tags`, { tags: [tag] });
    await asAnn('PUT', `/inbox/sessions/${session}/holder`, { agent: 'ben', team: 'care', queue: 'vip' });
    for (const query of [
      'agent=ben',
      'team=care',
      'queue=vip',
      `tag=${tag}`,
      `agent=ben&channel=dummy:sandbox`,
    ])
      expect(await ids(asAnn, query), query).toEqual([session]);
    expect(await ids(asBen, 'view=mine')).toEqual([session]);
    expect(await ids(asAnn, 'view=mine')).toEqual([]);
    expect(await ids(asAnn, 'view=unassigned')).not.toContain(session);
    await until(
      () => ids(asAnn, 'text=fatima'),
      (found) => found.length === 1 && found[0] === session,
    );
    expect(await ids(asAnn, 'text=0000020')).toEqual([session]);
    expect(await ids(asAnn, 'state=closed')).toEqual([]);
    expect(await ids(asAnn, 'state=any&agent=ben')).toEqual([session]);
  });
});

describe('a thread', () => {
  it('has what was written, the ticks, notes, and what was done, in order and in pages', async () => {
    const session = await writes('966500000030', 'First');
    await asAnn('POST', `/inbox/sessions/${session}/claim`, {});
    const sent = await asAnn('POST', `/inbox/sessions/${session}/messages`, {
      content: { text: 'We look into it' },
    });
    expect(sent).toMatchObject({
      direction: 'O',
      sender: { type: 'AGENT', code: 'ann' },
      sessionId: session,
    });
    await asAnn('POST', `/inbox/sessions/${session}/notes`, { text: 'Ask @ben', mentions: ['ben'] });
    await until(
      () => asAnn('GET', `/inbox/sessions/${session}/messages`),
      ({ items }) => items.some((one: { tick?: string }) => one.tick === 'read'),
    );
    const { items, before, after } = await asAnn('GET', `/inbox/sessions/${session}/messages`);
    expect([before, after]).toEqual([false, false]);
    expect(
      items.map(
        (one: { direction: string; system?: { event: string } }) => one.system?.event ?? one.direction,
      ),
    ).toEqual(['I', 'assigned', 'O', 'N']);
    expect(items[1].system).toMatchObject({ by: 'ann', agent: 'ann' });
    expect(items[2]).toMatchObject({
      tick: 'read',
      ticks: { sent: expect.any(Number), delivered: expect.any(Number) },
    });
    expect(items[3]).toMatchObject({
      mentions: ['ben'],
      content: { text: 'Ask @ben' },
      sender: { code: 'ann' },
    });
    expect(await ids(asBen, 'view=mentions')).toEqual([session]);
    await asBen('PUT', `/inbox/sessions/${session}/read`, {});
    expect(await ids(asBen, 'view=mentions')).toEqual([]);
    // An answer ends the waiting; the note does not begin it.
    expect(await asAnn('GET', `/inbox/sessions/${session}`)).not.toHaveProperty('waitingSince');
    const middle = await asAnn('GET', `/inbox/sessions/${session}/messages?around=${items[2].id}&limit=2`);
    expect(middle.items.map(({ id }: { id: string }) => id)).toContain(items[2].id);
    const older = await asAnn('GET', `/inbox/sessions/${session}/messages?before=${items[2].id}&limit=1`);
    expect(older.items.at(-1)).toMatchObject({ direction: 'L' });
    const newer = await asAnn('GET', `/inbox/sessions/${session}/messages?after=${items[2].id}`);
    expect(newer.items).toHaveLength(1);
  });

  it('says why a message failed, and sends it again', async () => {
    const csid = '966500000031';
    const session = await writes(csid, 'Hi');
    await asAnn('PUT', `${phone}/${csid}/switches`, { receipts: 'manual', fail: 'INVALID_RECIPIENT' });
    const sent = await asAnn('POST', `/inbox/sessions/${session}/messages`, { content: { text: 'Hello' } });
    const thread = () => asAnn('GET', `/inbox/sessions/${session}/messages`);
    const tickOf = (answer: { items: { id: string; tick?: string }[] }, id: string) =>
      answer.items.find((one) => one.id === id)?.tick;
    const failed = await until(thread, (answer) => tickOf(answer, sent.id) === 'failed');
    expect(failed.items.find(({ id }: { id: string }) => id === sent.id).failure).toMatchObject({
      class: 'INVALID_RECIPIENT',
      text: expect.stringContaining('no such recipient'),
      mayRetry: false,
    });
    await asAnn('PUT', `${phone}/${csid}/switches`, { receipts: 'manual' });
    const retry = () =>
      ask('POST', `/inbox/sessions/${session}/messages/${sent.id}/retry`, { bearer: ann, body: {} });
    // However often it is asked for: in the same moment, and later.
    const tries = await Promise.all([retry(), retry(), retry()]);
    expect(tries.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(faultOf(await retry())).toEqual({ status: 409, code: 'RETRIED' });
    const again = tries.find(({ status }) => status === 201)!.body;
    expect(again).toMatchObject({ retryOf: sent.id });
    const after = await until(thread, (answer) => tickOf(answer, again.id) === 'sent');
    expect(after.items.filter(({ direction }: { direction: string }) => direction === 'O')).toMatchObject([
      { id: sent.id, tick: 'failed', retriedBy: { id: again.id, sessionId: session } },
      { id: again.id, retryOf: sent.id },
    ]);
    const other = await ask('POST', `/inbox/sessions/${session}/messages/${again.id}/retry`, {
      bearer: ann,
      body: {},
    });
    expect(faultOf(other)).toEqual({ status: 409, code: 'NOT_FAILED' });
    await asAnn('POST', `${phone}/${csid}/receipts`, { messageId: again.id, status: 'read' });
    expect(tickOf(await thread(), again.id)).toBe('read');
  });

  it('sends a failed one again after the try was taken back before it went', async () => {
    const csid = '966500000033';
    const session = await writes(csid, 'Hi');
    await asAnn('PUT', `${phone}/${csid}/switches`, { receipts: 'manual', fail: 'UNREACHABLE' });
    const { id } = await asAnn('POST', `/inbox/sessions/${session}/messages`, { content: { text: 'Hello' } });
    const failedAgain = async () =>
      (await asAnn('GET', `/inbox/sessions/${session}/messages`)).items.find(
        (one: { id: string }) => one.id === id,
      );
    await until(failedAgain, ({ tick }) => tick === 'failed');
    const path = `/inbox/sessions/${session}/messages/${id}/retry`;
    const { id: first } = await asAnn('POST', path, {});
    expect(await failedAgain()).toMatchObject({ retriedBy: { id: first } });
    await done('DELETE', `/messages/${first}`);
    expect(await failedAgain()).not.toHaveProperty('retriedBy');
    const { id: second } = await asAnn('POST', path, {});
    expect(await failedAgain()).toMatchObject({ retriedBy: { id: second } });
  });

  it('is written to once under one key, and not past what the person has written since', async () => {
    const session = await writes('966500000032', 'One');
    const { items } = await asAnn('GET', `/inbox/sessions/${session}/messages`);
    const seen = items.at(-1).id;
    const post = (body: object, key: string) =>
      ask('POST', `/inbox/sessions/${session}/messages`, {
        bearer: ann,
        body,
        headers: { 'idempotency-key': key },
      });
    const [one, two] = [
      await post({ content: { text: 'A' }, seen }, 'k1'),
      await post({ content: { text: 'A' }, seen }, 'k1'),
    ];
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(two.body).toEqual(one.body);
    await writes('966500000032', 'Two');
    expect(faultOf(await post({ content: { text: 'B' }, seen }, 'k2'))).toEqual({
      status: 409,
      code: 'NEWER_MESSAGES',
    });
    const later = (await post({ content: { text: 'Later' }, sendAt: Date.now() + 3_600_000 }, 'k3')).body;
    expect(later).toMatchObject({ tick: 'scheduled', sendAt: expect.any(Number) });
    await asAnn('DELETE', `/inbox/sessions/${session}/messages/${later.id}`);
    expect(faultOf(await post({}, 'k4'))).toMatchObject({ status: 400 });
    await asAnn('POST', `/inbox/sessions/${session}/messages`, {
      content: { text: 'Bye' },
      andThen: 'resolve',
    });
    expect(await asAnn('GET', `/inbox/sessions/${session}`)).toMatchObject({ state: 'resolved' });
  });
});

describe('holding a session', () => {
  it('of two who claim it one gets it, and the other is told who has it', async () => {
    const session = await writes('966500000040', 'Hi');
    const claims = await Promise.all(
      [ann, ben].map((bearer) => ask('POST', `/inbox/sessions/${session}/claim`, { bearer, body: {} })),
    );
    expect(claims.map(({ status }) => status).sort()).toEqual([200, 409]);
    const [won, lost] = claims.sort((a, b) => a.status - b.status);
    expect(lost!.body.error.fields[0]).toMatchObject({ code: 'HELD', possibleValues: [won!.body.agent] });
    const { version } = won!.body;
    const give = (body: object) => ask('PUT', `/inbox/sessions/${session}/holder`, { bearer: ann, body });
    expect((await give({ agent: 'ben', version })).status).toBe(200);
    // Who looks at an older state does not undo what was done since.
    expect(faultOf(await give({ agent: 'ann', version }))).toMatchObject({
      status: won!.body.agent === 'ben' ? 200 : 409,
    });
    expect((await give({ agent: null })).body).not.toHaveProperty('agent');
    expect(faultOf(await give({ agent: 'nobody' }))).toEqual({ status: 400, code: 'UNKNOWN_AGENT' });
  });

  it('resolve, reopen, close; the resolved one is found where it was held, and repeats change nothing', async () => {
    const session = await writes('966500000041', 'Hi');
    await asAnn('POST', `/inbox/sessions/${session}/claim`, {});
    const act = (name: string) => asAnn('POST', `/inbox/sessions/${session}/${name}`, {});
    expect(await act('resolve')).toMatchObject({ state: 'resolved', resolvedBy: 'ann' });
    expect(await act('resolve')).toMatchObject({ state: 'resolved' });
    expect(await act('reopen')).toMatchObject({ state: 'open', agent: 'ann' });
    expect(await act('resolve')).toMatchObject({ state: 'resolved' });
    const mine = async () => (await ids(asAnn, 'view=mine&state=any')).includes(session);
    expect(await mine()).toBe(true);
    // It is open again, and nobody's: who had it has it no more.
    await writes('966500000041', 'One more thing');
    expect((await asAnn('GET', `/inbox/sessions/${session}`)).state).toBe('open');
    expect(await mine()).toBe(false);
    expect(await act('close')).toMatchObject({ state: 'closed', closedAt: expect.any(Number) });
    expect(await act('close')).toMatchObject({ state: 'closed' });
    expect(await mine()).toBe(true);
    expect(faultOf(await ask('POST', `/inbox/sessions/${session}/claim`, { bearer: ann, body: {} }))).toEqual(
      {
        status: 400,
        code: 'SESSION_CLOSED',
      },
    );
    // What is written to it then begins another one.
    const sent = await asAnn('POST', `/inbox/sessions/${session}/messages`, {
      content: { text: 'By the way' },
    });
    expect(sent.sessionId).not.toBe(session);
    const { contact } = await asAnn('GET', `/inbox/sessions/${session}`);
    const others = await asAnn('GET', `/inbox/contacts/${contact.id}/sessions`);
    expect(others.items.map(({ id }: { id: string }) => id)).toEqual([sent.sessionId, session]);
  });

  it('rests until the time has come, or the person writes', async () => {
    const session = await writes('966500000042', 'Hi');
    const snooze = (until_: number) =>
      ask('PUT', `/inbox/sessions/${session}/snooze`, { bearer: ann, body: { until: until_ } });
    expect((await snooze(Date.now() + 3_600_000)).body).toMatchObject({
      state: 'snoozed',
      snoozedUntil: expect.any(Number),
    });
    expect(await ids(asAnn, '')).not.toContain(session);
    expect(await ids(asAnn, 'state=snoozed')).toEqual([session]);
    expect(faultOf(await snooze(1))).toMatchObject({ status: 400 });
    await writes('966500000042', 'Still there?');
    expect(await asAnn('GET', `/inbox/sessions/${session}`)).toMatchObject({ state: 'open' });
    await snooze(Date.now() + 3_600_000);
    await db.run(
      { name: 'test.due', text: `update inbox_session set snoozed_until = now() where state = 'snoozed'` },
      [],
    );
    await until(
      () => asAnn('GET', `/inbox/sessions/${session}`),
      ({ state }) => state === 'open',
    );
    // It is not ended at once for the time in which nobody wrote.
    await db.run(
      { name: 'test.silent', text: `update session set expires_at = now() - interval '1 hour'` },
      [],
    );
    await db.run(
      { name: 'test.old', text: `update message set at = now() - interval '3 days' where session_id = $1` },
      [session],
    );
    expect(await isSilent(db, house.business, session, 24)).toBe(false);
    const { items } = await house.api('GET', '/events?limit=200').then(({ body }) => body);
    const told = items.filter(({ type }: { type: string }) => type === 'session.snoozed');
    expect(told.map(({ data }: { data: { reason: string } }) => data.reason)).toEqual([
      'request',
      'message',
      'request',
      'time',
    ]);
  });
});

describe('what one begins to write', () => {
  it('is kept for reply and note apart, for oneself alone, until it is sent', async () => {
    const session = await writes('966500000050', 'Hi');
    await asAnn('PUT', `/inbox/sessions/${session}/drafts/reply`, { text: 'Dear', data: { files: [] } });
    await asAnn('PUT', `/inbox/sessions/${session}/drafts/note`, { text: 'Hm' });
    const mine = await asAnn('GET', `/inbox/sessions/${session}`);
    expect(mine.drafts).toMatchObject({ reply: { text: 'Dear', data: { files: [] } }, note: { text: 'Hm' } });
    expect(mine.draft).toBe('note');
    expect((await asBen('GET', `/inbox/sessions/${session}`)).drafts).toEqual({});
    await asAnn('POST', `/inbox/sessions/${session}/messages`, {
      content: { text: 'Dear customer' },
      draft: mine.drafts.reply.savedAt,
    });
    expect((await asAnn('GET', `/inbox/sessions/${session}`)).drafts).not.toHaveProperty('reply');
    const large = await ask('PUT', `/inbox/sessions/${session}/drafts/reply`, {
      bearer: ann,
      body: { text: 'x'.repeat(70_000) },
    });
    expect(large.status).toBe(413);
    expect(
      (await ask('PUT', `/inbox/sessions/${session}/drafts/song`, { bearer: ann, body: { text: '' } }))
        .status,
    ).toBe(400);
  });

  it('canned answers are of the business, of a team, or one’s own', async () => {
    await done('PUT', '/canned-answers/hours', {
      title: 'Opening hours',
      text: 'We are open, {{contact.name}}.',
    });
    await done('PUT', '/canned-answers/care', { text: 'For care', team: 'care' });
    await asAnn('PUT', '/inbox/canned-answers/bye', { text: 'Bye from Ann' });
    const codes = async (as: typeof asAnn, query = '') =>
      (await as('GET', `/inbox/canned-answers${query}`)).items.map(({ code }: { code: string }) => code);
    expect(await codes(asAnn)).toEqual(['bye', 'care', 'hours']);
    expect(await codes(asBen)).toEqual(['hours']);
    expect(await codes(asAnn, '?text=opening')).toEqual(['hours']);
    expect((await ask('PUT', '/canned-answers/hours', { bearer: ann, body: { text: 'x' } })).status).toBe(
      403,
    );
    // Who supervises writes them for everybody.
    const lead = house.as(await house.agent('lead', { role: 'supervisor' }));
    await lead('PUT', '/canned-answers/way', { text: 'Past the market' });
    expect(await codes(asBen)).toEqual(['hours', 'way']);
    await lead('DELETE', '/canned-answers/way');
    // What somebody kept for themselves is not for who is called so next.
    await lead('PUT', '/inbox/canned-answers/mine', { text: 'For me' });
    await done('DELETE', '/agents/lead');
    const next = house.as(await house.agent('lead'));
    expect(await codes(next)).toEqual(['hours']);
    const session = await writes('966500000051', 'Hi');
    const preview = await asAnn('POST', `/inbox/sessions/${session}/preview`, {
      text: 'We are open, {{contact.name}}.',
    });
    expect(preview).toEqual({ body: 'We are open, Amina.', missing: [] });
    const { ticket } = await asAnn('GET', `/inbox/sessions/${session}`);
    const whole = await asAnn('POST', `/inbox/sessions/${session}/preview`, {
      text: '{{contact.firstName}}, {{agent.name}} answers {{session.ticket}} on {{data.day}}.',
    });
    // What nobody fills is not a hole in the sentence.
    expect(whole).toEqual({ body: `Amina, Ann answers ${ticket} on {{data.day}}.`, missing: ['day'] });
    const { body } = await house.api('POST', '/apply', {
      cannedAnswers: [{ code: 'hours', text: 'Always' }],
    });
    expect(body.changes).toEqual([{ change: 'changed', noun: 'canned answer', name: 'hours' }]);
  });

  it('templates tell what is to be filled in, and show what the person would read', async () => {
    await done('PUT', '/templates/ready/en', {
      body: 'Hello {{contact.name}}, order {{data.order}} is ready.',
    });
    const { items } = await asAnn('GET', '/inbox/templates?channel=dummy:sandbox');
    expect(items).toEqual([
      expect.objectContaining({ code: 'ready', usable: true, variables: [{ name: 'order', where: 'body' }] }),
    ]);
    const session = await writes('966500000052', 'Hi');
    const preview = (data: object) =>
      asAnn('POST', `/inbox/sessions/${session}/preview`, { template: { code: 'ready', data } });
    expect(await preview({ order: 'A7' })).toMatchObject({
      body: 'Hello Amina, order A7 is ready.',
      missing: [],
    });
    expect(await preview({})).toMatchObject({ missing: ['order'] });
    const sent = await asAnn('POST', `/inbox/sessions/${session}/messages`, {
      template: { code: 'ready', data: { order: 'A7' } },
    });
    expect(sent.content.template.body).toBe('Hello Amina, order A7 is ready.');
  });
});

describe('search', () => {
  it('finds messages by the beginnings of words, whatever the way of writing', async () => {
    const session = await writes('966500000060', 'أين طلبيّة الأحذية رقم ٤٥٦؟', { name: 'سارة' });
    const find = async (q: string) =>
      (await asAnn('GET', `/inbox/search?q=${encodeURIComponent(q)}`)) as {
        messages: { items: { sessionId: string; snippet: { text: string; hit: boolean }[] }[] };
        contacts: { items: { csid: string }[] };
      };
    await until(
      () => find('الاحذيه'),
      ({ messages }) => messages.items.length === 1,
    );
    for (const q of ['اين طلبيه', '456', 'الأحذ', 'رقم أين']) {
      const { items } = (await find(q)).messages;
      expect(
        items.map(({ sessionId }) => sessionId),
        q,
      ).toEqual([session]);
    }
    const [hit] = (await find('الاحذيه')).messages.items;
    expect(hit!.snippet.filter((one) => one.hit)).toEqual([{ text: 'الأحذية', hit: true }]);
    expect((await find('ساره')).contacts.items).toMatchObject([{ csid: '966500000060' }]);
    expect((await find('nothing-like-it')).messages.items).toEqual([]);
    for (const q of ['a', "'; drop table message; --", '\\', '((', 'b:1']) {
      const { status } = await ask('GET', `/inbox/search?q=${encodeURIComponent(q)}`, { bearer: ann });
      expect([200, 400], q).toContain(status);
    }
  });

  it('forgets what was deleted', async () => {
    const { messageId } = await asAnn('POST', `${phone}/966500000061/messages`, {
      text: 'unrepeatable secret',
    });
    const count = async () => (await asAnn('GET', '/inbox/search?q=unrepeatable')).messages.items.length;
    await until(count, (many) => many === 1);
    await done('DELETE', `/messages/${messageId}`);
    await until(count, (many) => many === 0);
  });
});

describe('a contact', () => {
  it('is changed by agents: profile, labels, language; its events are told', async () => {
    const session = await writes('966500000070', 'Hi');
    const { contact } = await asAnn('GET', `/inbox/sessions/${session}`);
    const changed = await asAnn('PUT', `/inbox/contacts/${contact.id}`, {
      profile: { displayName: 'Amina K.', email: 'amina@mail.example' },
      labels: [{ key: 'size', value: 41 }],
      lang: 'ar',
    });
    expect(changed).toMatchObject({
      lang: 'ar',
      businessProfile: { displayName: 'Amina K.' },
      labels: [{ key: 'size', value: 41 }],
    });
    expect((await list(asAnn, ''))[0]).toMatchObject({ contact: { name: 'Amina K.' } });
    const pushed = await house.call('POST', '/xms/api/v1/event/push', {
      eventName: 'ORDERED',
      id: 'o-1',
      data: { total: 12 },
      links: [{ linkType: 'phone', linkValue: '966500000070' }],
    });
    expect(pushed.status).toBe(200);
    const { items } = await asAnn('GET', `/inbox/contacts/${contact.id}/events`);
    expect(items).toMatchObject([{ name: 'ORDERED', id: 'o-1', data: { total: 12 } }]);
  });
});

describe('the simulator', () => {
  it('is for sandboxes alone', async () => {
    expect(await asAnn('GET', '/inbox/simulator/channels')).toMatchObject({
      items: [{ id: 'dummy:sandbox' }],
    });
    await done('PUT', '/channels/custom:shop', {
      settings: { url: 'http://127.0.0.1:9/none', verifyToken: 'a-secret-of-the-shop' },
    });
    const refused = await ask('POST', '/inbox/simulator/custom:shop/phones/visitor-1/messages', {
      bearer: ann,
      body: { text: 'Hi' },
    });
    expect(refused.status).toBe(404);
    expect((await ask('GET', '/inbox/simulator/custom:shop/phones/visitor-1', { bearer: ann })).status).toBe(
      404,
    );
  });

  it('shows what the phone shows; presses buttons, sends places, reacts', async () => {
    const csid = '966500000080';
    const session = await writes(csid, 'Hi');
    const asked = await asAnn('POST', `/inbox/sessions/${session}/messages`, {
      content: { text: 'Which?', buttons: [{ label: 'Red', code: 'r' }] },
    });
    await until(
      () => asAnn('GET', `${phone}/${csid}`),
      ({ items }) =>
        items.some((one: { id: string; tick?: string }) => one.id === asked.id && one.tick === 'read'),
    );
    const say = (body: object) => asAnn('POST', `${phone}/${csid}/messages`, body);
    await say({ type: 'button', text: 'Red', code: 'r', replyTo: asked.id });
    await say({ type: 'location', latitude: '24.7', longitude: '46.6' });
    await say({ type: 'reaction', emoji: '👍', replyTo: asked.id });
    const { items } = await asAnn('GET', `/inbox/sessions/${session}/messages`);
    expect(items.slice(-3)).toMatchObject([
      { content: { press: { code: 'r', label: 'Red' } }, replyTo: { id: asked.id, text: 'Which?' } },
      { content: { location: { latitude: '24.7' } } },
      { content: { reaction: { emoji: '👍' } } },
    ]);
    expect(
      (await ask('POST', `${phone}/${csid}/messages`, { bearer: ann, body: { type: 'image' } })).status,
    ).toBe(400);
  });
});
