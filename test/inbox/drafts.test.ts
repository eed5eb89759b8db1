import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultOf, inboxHouse } from './people.ts';

const house = await inboxHouse();
const { ask, done } = house;
afterAll(house.end);

let ann = '';
let asAnn: ReturnType<typeof house.as>;
beforeAll(async () => {
  await done('PUT', '/channels/dummy:sandbox', { queue: 'agent_desk', settings: { speed: 100 } });
  ann = await house.agent('ann');
  asAnn = house.as(ann);
});

const writes = async (csid: string, text = 'Hello'): Promise<string> =>
  (
    await asAnn('POST', `/inbox/simulator/dummy:sandbox/phones/${csid}/messages`, {
      text,
      name: 'Amina',
    })
  ).sessionId;
const pathOf = (session: string) => `/inbox/sessions/${session}/drafts/reply`;
const keep = async (session: string, body: object): Promise<number> =>
  (await asAnn('PUT', pathOf(session), body)).savedAt;
const draftsOf = async (session: string) => (await asAnn('GET', `/inbox/sessions/${session}`)).drafts;
const last = async (session: string) =>
  (await asAnn('GET', `/inbox/sessions/${session}/messages`)).items.at(-1).id as string;

describe('one person at two screens', () => {
  it('does not overwrite at one what was typed at the other', async () => {
    const session = await writes('966500000201');
    const first = await keep(session, { text: 'A long answer', was: 0 });
    const second = { text: 'One moment please', was: 0 };
    const refused = await ask('PUT', pathOf(session), { bearer: ann, body: second });
    expect(faultOf(refused)).toEqual({ status: 409, code: 'DRAFT_CHANGED' });
    // The same once more, because its answer was lost, is no other one.
    const again = await keep(session, { text: 'A long answer', was: 0 });
    const empty = { text: '', was: 0 };
    expect((await ask('PUT', pathOf(session), { bearer: ann, body: empty })).status).toBe(409);
    expect((await draftsOf(session)).reply).toMatchObject({ text: 'A long answer', savedAt: again });
    const next = await keep(session, { text: 'A longer answer', was: again });
    expect(next).toBeGreaterThan(first);
    expect((await draftsOf(session)).reply).toMatchObject({ text: 'A longer answer', savedAt: next });
    await keep(session, { text: '', was: next });
    expect(await draftsOf(session)).toEqual({});
  });

  it('sends at one without losing the draft of the other: a message takes the draft away that it names', async () => {
    const session = await writes('966500000202');
    const path = `/inbox/sessions/${session}/messages`;
    const first = await keep(session, { text: 'Short' });
    const second = await keep(session, { text: 'Now a long one', was: first });
    await asAnn('POST', path, { content: { text: 'One moment please' } });
    await asAnn('POST', path, { content: { text: 'Short' }, draft: first });
    expect((await draftsOf(session)).reply).toMatchObject({ text: 'Now a long one' });
    await asAnn('POST', path, { content: { text: 'Now a long one' }, draft: second });
    expect(await draftsOf(session)).toEqual({});
  });
});

describe('a template', () => {
  beforeAll(() =>
    done('POST', '/apply', {
      templates: [
        {
          code: 'shipped',
          variants: [{ lang: 'en', body: 'It is on its way.' }],
          approvals: [{ channel: 'dummy:sandbox', status: 'APPROVED' }],
        },
      ],
    }),
  );

  it('does not go past what its writer has not seen, and reads nothing else', async () => {
    const session = await writes('966500000203');
    const seen = await last(session);
    await writes('966500000203', 'No, wait');
    const body = { template: { code: 'shipped', lang: 'en' }, seen };
    const refused = await ask('POST', `/inbox/sessions/${session}/messages`, { bearer: ann, body });
    expect(faultOf(refused)).toEqual({ status: 409, code: 'NEWER_MESSAGES' });
    expect((await asAnn('GET', `/inbox/sessions/${session}`)).unread).toBe(2);
    await asAnn('POST', `/inbox/sessions/${session}/messages`, { ...body, seen: await last(session) });
    expect((await asAnn('GET', `/inbox/sessions/${session}`)).unread).toBe(0);
  });
});
