import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unanswered } from '../http/interrupted.ts';
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
});

/** A customer writes; answers the session. */
const writes = async (csid: string, text: string) =>
  (await asAnn('POST', `${phone}/${csid}/messages`, { text, name: 'Amina' })).sessionId as string;
const under = (key: string, path: string, body: object) =>
  ask('POST', path, { bearer: ann, body, headers: { 'idempotency-key': key } });
const thread = async (session: string) =>
  (await asAnn('GET', `/inbox/sessions/${session}/messages`)).items as { direction: string; id: string }[];

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
});
