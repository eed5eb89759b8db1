import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultOf, inboxHouse } from './people.ts';

const house = await inboxHouse();
const { ask, done } = house;
afterAll(house.end);

let ann = '';
let asAnn: ReturnType<typeof house.as>;
let asBen: ReturnType<typeof house.as>;

beforeAll(async () => {
  await done('PUT', '/teams/care', { name: 'Care' });
  await done('PUT', '/channels/dummy:sandbox', { queue: 'agent_desk', settings: { speed: 100 } });
  ann = await house.agent('ann', { name: 'Ann', role: 'supervisor' });
  asAnn = house.as(ann);
  asBen = house.as(await house.agent('ben', { name: 'Ben' }));
});

/** A customer writes; answers the session. */
const writes = async (csid: string) =>
  (await asAnn('POST', `/inbox/simulator/dummy:sandbox/phones/${csid}/messages`, { text: 'Hi' }))
    .sessionId as string;
const row = (session: string) => asAnn('GET', `/inbox/sessions/${session}`);
/** What undo brings back. */
const standing = async (session: string) => {
  const { state, agent, team, queue, waitingSince, snoozedUntil, resolvedBy, activeAt } = await row(session);
  return { state, agent, team, queue, waitingSince, snoozedUntil, resolvedBy, activeAt };
};
const act = (session: string, name: string, body: object = {}) =>
  asAnn('POST', `/inbox/sessions/${session}/${name}`, body);
const undo = (session: string, name: string) =>
  ask('POST', `/inbox/sessions/${session}/undo`, { bearer: ann, body: { act: name } });
const changed = { status: 409, code: 'CHANGED' };
const hour = 3_600_000;

/** A customer waits for Ben, of a team. */
async function bens(csid: string): Promise<string> {
  const session = await writes(csid);
  await asAnn('PUT', `/inbox/sessions/${session}/holder`, { agent: 'ben', team: 'care' });
  return session;
}

describe('a resolve that is taken back', () => {
  it('leaves the session with its holder, and the person waiting for as long as before', async () => {
    const session = await bens('966500000201');
    const before = await standing(session);
    expect(before).toMatchObject({ state: 'open', agent: 'ben', team: 'care' });
    expect(before.waitingSince).toBeGreaterThan(0);
    expect(await act(session, 'resolve')).not.toHaveProperty('agent');
    expect((await undo(session, 'resolved')).body).toMatchObject({ state: 'open', agent: 'ben' });
    expect(await standing(session)).toEqual(before);
    const { items } = await asBen('GET', '/inbox/sessions?sort=waiting&view=mine');
    expect(items.map(({ id }: { id: string }) => id)).toContain(session);
    // Everybody who listens is told whose it is.
    const { body } = await house.api('GET', '/events?limit=200');
    const told = body.items.findLast(({ type }: { type: string }) => type === 'session.resolved');
    expect(told.data.session).toMatchObject({ resolved: false, agent: 'ben' });
  });

  it('rests again when it rested before, until the same time', async () => {
    const session = await bens('966500000202');
    await asAnn('PUT', `/inbox/sessions/${session}/snooze`, { until: Date.now() + hour });
    const before = await standing(session);
    await act(session, 'resolve');
    await undo(session, 'resolved');
    expect(await standing(session)).toEqual(before);
  });

  it('is taken back once, by who did it, and while nothing else was done', async () => {
    const session = await bens('966500000203');
    await act(session, 'resolve');
    expect((await undo(session, 'resolved')).status).toBe(200);
    expect(faultOf(await undo(session, 'resolved'))).toEqual(changed);
    await act(session, 'resolve');
    await asBen('POST', `/inbox/sessions/${session}/reopen`, {});
    await asBen('PUT', `/inbox/sessions/${session}/holder`, { agent: null });
    expect(faultOf(await undo(session, 'resolved'))).toEqual(changed);
    expect(await row(session)).not.toHaveProperty('agent');
    await asBen('POST', `/inbox/sessions/${session}/resolve`, {});
    expect(faultOf(await undo(session, 'resolved'))).toEqual(changed);
    expect(await row(session)).toMatchObject({ state: 'resolved' });
  });

  it('gives it back to its holder, and no more, when the person wrote meanwhile', async () => {
    const session = await bens('966500000204');
    await act(session, 'resolve');
    await writes('966500000204');
    const { waitingSince } = await row(session);
    expect((await undo(session, 'resolved')).body).toMatchObject({
      state: 'open',
      agent: 'ben',
      waitingSince,
    });
  });

  it('does not have somebody wait who was answered meanwhile', async () => {
    const session = await bens('966500000205');
    await act(session, 'resolve');
    await asBen('POST', `/inbox/sessions/${session}/messages`, { content: { text: 'Done' } });
    await undo(session, 'resolved');
    expect(await row(session)).not.toHaveProperty('waitingSince');
    expect(await row(session)).toMatchObject({ state: 'open', agent: 'ben' });
  });

  it('has somebody wait for as long as before who was talked about meanwhile, and not with', async () => {
    const session = await bens('966500000207');
    const { waitingSince } = await row(session);
    await act(session, 'resolve');
    await asBen('POST', `/inbox/sessions/${session}/notes`, { text: 'Why?' });
    await undo(session, 'resolved');
    expect(await row(session)).toMatchObject({ state: 'open', agent: 'ben', waitingSince });
  });

  it('takes back what came with an answer, too', async () => {
    const session = await bens('966500000206');
    await asAnn('POST', `/inbox/sessions/${session}/messages`, {
      content: { text: 'Bye' },
      andThen: 'resolve',
    });
    expect((await undo(session, 'resolved')).body).toMatchObject({ state: 'open', agent: 'ben' });
    expect(await row(session)).not.toHaveProperty('waitingSince');
  });
});

describe('a snooze that is taken back', () => {
  it('leaves the session as it rested before, or open', async () => {
    const session = await bens('966500000211');
    const open = await standing(session);
    const snooze = (hours: number) =>
      asAnn('PUT', `/inbox/sessions/${session}/snooze`, { until: Date.now() + hours * hour });
    await snooze(1);
    await undo(session, 'snoozed');
    expect(await standing(session)).toEqual(open);
    await snooze(1);
    const rests = await standing(session);
    await snooze(2);
    await undo(session, 'snoozed');
    expect(await standing(session)).toEqual(rests);
  });

  it('changes nothing when the person wrote meanwhile, or a colleague did something', async () => {
    const session = await bens('966500000212');
    const until = Date.now() + hour;
    await asAnn('PUT', `/inbox/sessions/${session}/snooze`, { until });
    await writes('966500000212');
    expect((await undo(session, 'snoozed')).body).toMatchObject({ state: 'open' });
    await asAnn('PUT', `/inbox/sessions/${session}/snooze`, { until });
    await asAnn('PUT', `/inbox/sessions/${session}/snooze`, { until: until + hour });
    await writes('966500000212');
    expect((await undo(session, 'snoozed')).body).toMatchObject({ state: 'open' });
    expect(await row(session)).not.toHaveProperty('snoozedUntil');
    await asAnn('PUT', `/inbox/sessions/${session}/snooze`, { until });
    await asBen('PUT', `/inbox/sessions/${session}/snooze`, { until: until + hour });
    expect(faultOf(await undo(session, 'snoozed'))).toEqual(changed);
    expect(await row(session)).toMatchObject({ state: 'snoozed', snoozedUntil: until + hour });
  });
});
