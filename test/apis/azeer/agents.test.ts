import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const lina = {
  role: 'admin',
  email: 'Lina@shop.example',
  name: 'Lina Saleh',
  display_name: 'Lina',
  status: 'active',
};

async function made(email: string, more: object = {}): Promise<string> {
  const { status, body } = await house.all.post('agent', { ...lina, email, ...more });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data[0].agent_id;
}

describe('an agent', () => {
  it('is created, and read by its number and by its e-mail', async () => {
    const { status, body } = await house.all.post('agent', { ...lina, unknown: { is: 'ignored' } });
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      message: 'agent created',
      data: [{ agent_id: expect.stringMatching(/^\d+$/) }],
    });
    const id = body.data[0].agent_id;
    const record = {
      id: Number(id),
      platform_id: 'lina@shop.example',
      platform: 'WhatsApp',
      is_agent: true,
      business_id: house.uuid,
      role: 'admin',
      email: 'lina@shop.example',
      name: 'Lina Saleh',
      display_name: 'Lina',
      status: 'active',
    };
    for (const named of [id, 'lina@shop.example', 'LINA@shop.example']) {
      const read = await house.reader.get(`agent/${named}`);
      expect(read.status, named).toBe(200);
      expect(read.body).toEqual(record);
      expect(Object.keys(read.body)).toEqual(Object.keys(record));
    }
  });

  it.each(['PUT', 'PATCH'] as const)('is changed by %s, and keeps what is left out', async (method) => {
    const email = `${method.toLowerCase()}@shop.example`;
    const id = await made(email);
    const change = method === 'PUT' ? house.all.put : house.all.patch;
    const { status, body } = await change(`agent/${id}`, { display_name: 'Linchen', status: 'inactive' });
    expect([status, body]).toEqual([
      200,
      { success: true, message: 'agent updated', data: [{ agent_id: id }] },
    ]);
    expect((await house.all.get(`agent/${email}`)).body).toMatchObject({
      name: 'Lina Saleh',
      display_name: 'Linchen',
      status: 'inactive',
    });
  });

  it('takes its new e-mail as its platform id', async () => {
    const id = await made('before@shop.example');
    await house.all.put(`agent/${id}`, { email: 'After@shop.example' });
    expect((await house.all.get('agent/after@shop.example')).body).toMatchObject({
      id: Number(id),
      platform_id: 'after@shop.example',
      email: 'after@shop.example',
    });
    expect((await house.all.get('agent/before@shop.example')).status).toBe(404);
  });

  it('keeps any role and status that is a word', async () => {
    const id = await made('night@shop.example', { role: 'night watch', status: 'on leave' });
    expect((await house.all.get(`agent/${id}`)).body).toMatchObject({
      role: 'night watch',
      status: 'on leave',
    });
  });

  it('is in the list of all, active and inactive: a bare array', async () => {
    const id = await made('asleep@shop.example', { status: 'inactive' });
    const { status, body } = await house.reader.get('agent');
    expect(status).toBe(200);
    expect(Array.isArray(body)).toBe(true);
    expect(body).toContainEqual((await house.reader.get(`agent/${id}`)).body);
  });

  it.each([
    ['an e-mail that is none', { email: 'lina' }, 'email'],
    ['no e-mail', { email: undefined }, 'email'],
    ['an empty name', { name: '' }, 'name'],
    ['no role', { role: undefined }, 'role'],
    ['an empty status', { status: '' }, 'status'],
    ['no shown name', { display_name: null }, 'display_name'],
  ])('is refused with %s', async (_, wrong, field) => {
    const before = await house.counts();
    const given = { ...lina, email: 'refused@shop.example', ...wrong };
    const { status, body } = await house.all.post('agent', given);
    expect([status, body]).toEqual([
      400,
      { success: false, message: expect.stringContaining(field), error: 'BadRequest' },
    ]);
    expect(await house.counts()).toEqual(before);
  });

  it('is refused with an e-mail that another one has, whatever its case', async () => {
    await made('taken@shop.example');
    const other = await made('other@shop.example');
    for (const answer of [
      await house.all.post('agent', { ...lina, email: 'TAKEN@shop.example' }),
      await house.all.put(`agent/${other}`, { email: 'taken@shop.example' }),
    ]) {
      expect([answer.status, answer.body]).toEqual([
        400,
        { success: false, message: expect.stringContaining('email'), error: 'BadRequest' },
      ]);
    }
  });

  it('is made once, however many ask at the same moment', async () => {
    const ask = () => house.all.post('agent', { ...lina, email: 'rush@shop.example' });
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
  });

  it('is not found under an id that nobody has, or that another business has', async () => {
    const id = await made('ours@shop.example');
    for (const answer of [
      await house.all.get('agent/999999'),
      await house.all.get('agent/nobody@shop.example'),
      await house.all.put('agent/999999', { name: 'X' }),
      await house.rival.get(`agent/${id}`),
      await house.rival.get('agent/ours@shop.example'),
      await house.rival.put(`agent/${id}`, { name: 'Taken over' }),
    ]) {
      expect([answer.status, answer.body]).toEqual([
        404,
        { success: false, message: 'There is no agent with this id', error: 'NotFound' },
      ]);
    }
    expect((await house.all.get(`agent/${id}`)).body.name).toBe('Lina Saleh');
  });

  it('may be made only by a key that may change the setup', async () => {
    for (const client of [house.front, house.reader]) {
      const { status, body } = await client.post('agent', { ...lina, email: 'no@shop.example' });
      expect([status, body]).toEqual([
        403,
        { success: false, message: expect.any(String), error: 'Forbidden' },
      ]);
    }
  });
});

describe('seats', () => {
  it('that are all taken are told with 402, and count who is active', async () => {
    const seats = (await house.all.get('agent')).body.filter(
      ({ status }: { status: string }) => status !== 'inactive',
    ).length;
    const settle = (agentSeats: number | null) =>
      house.request('PATCH', '/api/v1/business', JSON.stringify({ settings: { agentSeats } }), {
        'x-api-key': house.all.key,
      });
    expect((await settle(seats)).status).toBe(200);
    const refused = await house.all.post('agent', { ...lina, email: 'late@shop.example' });
    expect([refused.status, refused.body]).toEqual([
      402,
      { success: false, message: expect.stringContaining('seat'), error: 'PaymentRequiredError' },
    ]);
    expect((await house.all.get('agent/late@shop.example')).status).toBe(404);
    await made('resting@shop.example', { status: 'inactive' });
    expect((await house.all.put('agent/resting@shop.example', { status: 'active' })).status).toBe(402);
    expect((await settle(0)).status).toBe(200);
    await made('late@shop.example');
  });
});
