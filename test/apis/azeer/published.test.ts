import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from './house.ts';

/** What is published of two operations: a request as its page shows it, and what is answered. */
const published = {
  assign: {
    file: 'azeer-assign-contact.txt',
    method: 'POST',
    path: '/v1/contact/assign',
    body: { platform_id: '966544444444', assigned_platform_id: 'omar@twerlo.com' },
    answer: '{"message":"assignment completed successfully","success":true}',
  },
  session: {
    file: 'azeer-create-user-session.txt',
    method: 'POST',
    path: '/v1/app/user.new.session?host_id=xyz',
    body: {
      business_id: '550e8400-e29b-41d4-a716-446655440000',
      platform_type: 'avocado',
      platform_id: '1234567890',
      role: 'admin',
      profile_name: 'johndoe',
      display_name: 'John Doe',
      profile_image_url: 'https://example.com/profile.jpg',
    },
    answer: {
      headers: {
        Authorization: 'string',
        'x-hasura-business-id': 'string',
        'x-hasura-user-id': 'string',
        'x-host-id': 'string',
      },
      user_details: {
        id: 'string',
        name: 'string',
        display_name: 'string',
        email: 'string',
        image: 'string',
        language: 'string',
        role: 'string',
      },
      channels: 'array',
      billing_source: 'string',
      success: 'boolean',
    },
  },
};

/** The pages themselves, where they lie beside this repository. */
const folder = new URL('../../../../shared/seeds/', import.meta.url);
const pageOf = ({ file }: { file: string }) => {
  const url = new URL(file, folder);
  return existsSync(url) ? readFileSync(url, 'utf8') : undefined;
};
const areThere = Object.values(published).every((one) => pageOf(one) !== undefined);
if (!areThere) console.warn('skipped: the published pages are not there to be compared with');

/** The `curl` of a page as a request. */
function requestIn(page: string): { method: string; path: string; body: unknown } {
  const [, method, url] = /curl --location --request (\w+) '([^']+)'/.exec(page)!;
  const [, body] = /--data-raw '([^']+)'/.exec(page)!;
  const { pathname, search } = new URL(url!);
  return { method: method!, path: pathname + search, body: JSON.parse(body!) };
}

/** Names and kinds of values: what a page says of an answer whose values are its own. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]));
}

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** The published requests name a business: ours is called so for this story. */
async function businessIsCalled(uuid: string): Promise<void> {
  const { db, businessId, server } = house;
  await db.run(
    { name: 'test.azeer.uuid', text: `update business set uuid = '${uuid}' where id = ${businessId}` },
    [],
  );
  const by = { businessId, installation: true };
  // A change of the setup makes every process read it again.
  await server.pipeline.core.change.apply({ teams: [{ code: 'night' }] }, { dryRun: false, by });
}

describe('what is published', () => {
  const ask = ({ method, path, body }: { method: string; path: string; body: unknown }, key?: string) =>
    house.request(
      method,
      path,
      JSON.stringify(body),
      key === undefined ? {} : { authorization: `Bearer ${key}` },
    );

  it('of assigning a contact: that request has that answer', async () => {
    const { body, answer } = published.assign;
    await house.contact(body.platform_id);
    const agent = { role: 'agent', name: 'Omar', display_name: 'Omar', status: 'active' };
    await house.all.post('agent', { ...agent, email: body.assigned_platform_id });
    const { status, text } = await ask(published.assign, house.all.key);
    expect([status, text]).toEqual([200, answer]);
  });

  it('of opening a user session: that request has every field of that answer', async () => {
    const { body: given, answer } = published.session;
    await businessIsCalled(given.business_id);
    // The page's own sample leaves the key out, although it asks for one.
    expect((await ask(published.session)).status).toBe(401);
    const { status, text, body } = await ask(published.session, house.all.key);
    expect(status, text).toBe(200);
    expect(shape(body)).toEqual(answer);
    expect(body.headers).toMatchObject({
      'x-hasura-business-id': given.business_id,
      'x-host-id': 'xyz',
    });
    expect(body.user_details).toMatchObject({
      name: given.profile_name,
      display_name: given.display_name,
      image: given.profile_image_url,
      role: given.role,
    });
  });

  it('and the user of it stays one, whatever e-mail it gets', async () => {
    const first = (await ask(published.session, house.all.key)).body.user_details;
    const put = await house.all.put(`agent/${first.id}`, { email: 'johndoe@example.com' });
    expect(put.status, put.text).toBe(200);
    const again = (await ask(published.session, house.all.key)).body.user_details;
    expect(again).toEqual({ ...first, email: 'johndoe@example.com' });
  });
});

describe.skipIf(!areThere)('the pages', () => {
  it.each(Object.entries(published))('have the request that is tested here: %s', (_, one) => {
    const { method, path, body } = one;
    expect(requestIn(pageOf(one)!)).toEqual({ method, path, body });
  });

  it('have the answers that are tested here', () => {
    const assign = pageOf(published.assign)!;
    const [, told] = /Body\n\nExample\n(\{.+\})/.exec(assign.slice(assign.indexOf('Responses')))!;
    expect(told).toBe(published.assign.answer);
    const page = pageOf(published.session)!;
    const text = page.slice(page.lastIndexOf('{', page.indexOf('"headers": {') - 1));
    expect(shape(JSON.parse(text.slice(0, text.indexOf('\n}') + 2)))).toEqual(published.session.answer);
  });
});
