import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultOf, inboxHouse } from './people.ts';

const house = await inboxHouse();
const { ask, done } = house;
afterAll(house.end);

let [ann, ben, cem] = ['', '', ''];
let asAnn: ReturnType<typeof house.as>;
let asBen: ReturnType<typeof house.as>;
beforeAll(async () => {
  await done('PUT', '/channels/dummy:sandbox', { queue: 'agent_desk', settings: { speed: 100 } });
  await done('PUT', '/teams/care', { name: 'Care' });
  ann = await house.agent('ann', { role: 'supervisor' });
  ben = await house.agent('ben', { teams: ['care'] });
  cem = await house.agent('cem');
  [asAnn, asBen] = [house.as(ann), house.as(ben)];
  await done('PATCH', '/business', { settings: { agentsSee: 'own' } });
});

interface Told {
  type: string;
  data: { session: { id: string }; assignment: { newAgent?: string }; by?: string };
}

const writes = async (csid: string): Promise<string> =>
  (
    await asAnn('POST', `/inbox/simulator/dummy:sandbox/phones/${csid}/messages`, {
      text: 'Hello',
      name: 'Amina',
    })
  ).sessionId;
const give = (id: string, to: object) => asAnn('PUT', `/inbox/sessions/${id}/holder`, to);
const holderFor = (bearer: string, id: string) => ask('GET', `/inbox/sessions/${id}/holder`, { bearer });

describe('a session that was handed away', () => {
  it('is told with who gave or took it, so that nobody is told of what they did themselves', async () => {
    const id = await writes('966500000100');
    await give(id, { agent: 'ben' });
    const other = await writes('966500000099');
    await asBen('POST', `/inbox/sessions/${other}/claim`, {});
    const { items } = await done('GET', '/events?after=0&limit=200');
    const told = items.filter(
      ({ type, data }: Told) => type === 'session.assigned' && [id, other].includes(data.session.id),
    );
    expect(told.map(({ data }: Told) => [data.assignment.newAgent, data.by])).toEqual([
      ['ben', 'ann'],
      ['ben', 'ben'],
    ]);
  });

  it('is not told of to a colleague who was mentioned in it, and has not read it', async () => {
    const id = await writes('966500000110');
    await give(id, { agent: 'ann' });
    await asAnn('POST', `/inbox/sessions/${id}/notes`, { text: 'Ask @cem', mentions: ['cem'] });
    expect((await holderFor(cem, id)).status).toBe(404);
  });

  it('says to who held it who has it now, since when, and who did it', async () => {
    const id = await writes('966500000101');
    await give(id, { agent: 'ben' });
    expect((await holderFor(ben, id)).body).toMatchObject({ agent: 'ben', by: 'ann' });
    await give(id, { agent: 'ann' });
    expect((await ask('GET', `/inbox/sessions/${id}`, { bearer: ben })).status).toBe(404);
    const { status, body } = await holderFor(ben, id);
    expect(status).toBe(200);
    expect(body).toEqual({ queue: 'agent_desk', agent: 'ann', at: expect.any(Number), by: 'ann' });
  });

  it('says it to who only began to write while it waited, or has read it', async () => {
    for (const [csid, does] of [
      ['966500000102', (id: string) => asBen('PUT', `/inbox/sessions/${id}/drafts/reply`, { text: 'Dear' })],
      ['966500000103', (id: string) => asBen('PUT', `/inbox/sessions/${id}/read`, {})],
    ] as const) {
      const id = await writes(csid);
      await does(id);
      await give(id, { agent: 'ann' });
      expect((await holderFor(ben, id)).body).toMatchObject({ agent: 'ann' });
    }
  });

  it('says nothing to who never had to do with it, and nothing of what is not there', async () => {
    const id = await writes('966500000104');
    await give(id, { agent: 'ben' });
    expect(faultOf(await holderFor(cem, id))).toEqual({ status: 404, code: 'SESSION_NOT_FOUND' });
    for (const other of ['0123456789abcdef01234567', 'nothing'])
      expect((await holderFor(ben, other)).status).toBe(404);
  });
});
