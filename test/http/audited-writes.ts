import { TOTP } from 'otpauth';
import type { AuditVerb } from '../../src/model/audit.ts';
import { type inboxHouse, password } from '../inbox/people.ts';

type House = Awaited<ReturnType<typeof inboxHouse>>;

/** A call that does what its route is for. */
export interface Write {
  path: string;
  body?: unknown;
  /** Instead of the key of the installation. */
  key?: string;
  bearer?: string;
  headers?: Record<string, string>;
}

/** A route that leaves lines in the audit log: which ones, and a call that does it. What it needs, the call makes. */
export interface Audited {
  leaves: AuditVerb[];
  /** Who did it, where that is not the key of the installation. */
  by?: 'agent' | 'accessToken' | 'key' | 'nobody';
  /** It is refused, and that is written down. */
  refused?: number;
  call(house: House, name: () => string): Promise<Write> | Write;
}

const v1 = (path: string) => `/api/v1${path}`;
/** Something that is put under a code, changed and taken away, with all that its routes need. */
const put = (leaves: AuditVerb, path: (name: string) => string, body: unknown = {}): Audited => ({
  leaves: [leaves],
  call: (_, name) => ({ path: v1(path(name())), body }),
});
const removal = (leaves: AuditVerb, path: (name: string) => string, body: unknown = {}): Audited => ({
  leaves: [leaves],
  async call({ done }, name) {
    const at = path(name());
    await done('PUT', at, body);
    return { path: v1(at) };
  },
});
/** What never happens here: nothing is told to such an endpoint, so that nothing of it changes by itself. */
const quiet = ['template.status'];
const endpoint = (house: House, name: string) =>
  house.done('POST', '/endpoints', { url: `https://${name}.example/events`, types: quiet });
const message = (house: House, name: string) =>
  house.done('POST', '/messages', {
    to: { csid: name },
    channelId: 'dummy:sandbox',
    content: { text: 'Hi' },
    sendAt: Date.now() + 3_600_000,
  });
const person = async (house: House, name: string) => ({ bearer: await house.agent(name) });
/** Somebody who signed in through the Amity surface. */
async function endUser(house: House, name: string): Promise<string> {
  const { key } = await house.done('POST', '/keys', { name, kind: 'publishable' });
  const { body } = await house.call('POST', '/api/v5/sessions', { userId: name, deviceId: name }, key);
  return body.users[0]._id;
}
async function agentSession(house: House, name: string): Promise<string> {
  const { uuid } = await house.done('GET', '/business');
  const opened = await house.call('POST', '/v1/app/user.new.session', {
    business_id: uuid,
    platform_type: 'avocado',
    platform_id: `${name}@shop.example`,
    role: 'admin',
    profile_name: name,
    display_name: name,
    profile_image_url: 'https://img.example/x.png',
  });
  return opened.body.headers.Authorization.replace('Bearer ', '');
}
const azeerAgent = (name: string) => ({
  role: 'agent',
  email: `${name}@shop.example`,
  name,
  display_name: name,
  status: 'active',
});
async function withCodes(house: House, name: string) {
  const bearer = await house.agent(name);
  const as = house.as(bearer);
  const { secret } = await as('POST', '/me/totp', { password });
  return { bearer, as, code: (at = Date.now()) => new TOTP({ secret }).generate({ timestamp: at }) };
}

/** Every write that leaves a line, on whichever surface. */
export const audited: Readonly<Record<string, Audited>> = {
  'PATCH /api/v1/business': {
    leaves: ['business.changed'],
    call: (_, name) => ({ path: v1('/business'), body: { name: name() } }),
  },
  // The lines are in the log of the new business.
  'POST /api/v1/businesses': {
    leaves: ['business.created', 'app.created', 'queue.created', 'queue.created', 'key.created'],
    call: (_, name) => ({ path: v1('/businesses'), body: { domain: name() } }),
  },
  'PUT /api/v1/apps/:code': put('app.created', (name) => `/apps/${name}`),
  'DELETE /api/v1/apps/:code': removal('app.removed', (name) => `/apps/${name}`),
  'PUT /api/v1/queues/:code': put('queue.created', (name) => `/queues/${name}`),
  'DELETE /api/v1/queues/:code': removal('queue.removed', (name) => `/queues/${name}`),
  'PUT /api/v1/teams/:code': put('team.created', (name) => `/teams/${name}`),
  'DELETE /api/v1/teams/:code': removal('team.removed', (name) => `/teams/${name}`),
  'PUT /api/v1/agents/:code': put('agent.created', (name) => `/agents/${name}`),
  'DELETE /api/v1/agents/:code': removal('agent.removed', (name) => `/agents/${name}`),
  'PUT /api/v1/custom-fields/:key': put('customField.created', (name) => `/custom-fields/${name}`),
  'DELETE /api/v1/custom-fields/:key': removal('customField.removed', (name) => `/custom-fields/${name}`),
  'PUT /api/v1/channels/:id': put('channel.created', (name) => `/channels/dummy:${name}`),
  'DELETE /api/v1/channels/:id': removal('channel.removed', (name) => `/channels/dummy:${name}`),
  'PUT /api/v1/vars/:key': put('var.created', (name) => `/vars/${name}`, { value: 1 }),
  'DELETE /api/v1/vars/:key': removal('var.removed', (name) => `/vars/${name}`, { value: 1 }),
  'PUT /api/v1/canned-answers/:code': put('cannedAnswer.created', (name) => `/canned-answers/${name}`, {
    text: 'We are open.',
  }),
  'DELETE /api/v1/canned-answers/:code': removal(
    'cannedAnswer.removed',
    (name) => `/canned-answers/${name}`,
    {
      text: 'We are open.',
    },
  ),
  'PUT /api/v1/templates/:code/:lang': put('template.created', (name) => `/templates/${name}/en`, {
    body: 'Hi',
  }),
  'DELETE /api/v1/templates/:code/:lang': removal('template.removed', (name) => `/templates/${name}/en`, {
    body: 'Hi',
  }),
  'PUT /api/v1/templates/:code/:lang/approvals/:channel': {
    leaves: ['template.changed'],
    async call({ done }, name) {
      const path = `/templates/${name()}/en`;
      await done('PUT', path, { body: 'Hi' });
      return { path: v1(`${path}/approvals/dummy:sandbox`), body: { status: 'APPROVED' } };
    },
  },
  'POST /api/v1/tags': {
    leaves: ['tag.created'],
    call: (_, name) => ({ path: v1('/tags'), body: { name: name() } }),
  },
  'PATCH /api/v1/tags/:id': {
    leaves: ['tag.changed'],
    async call({ done }, name) {
      const { id } = await done('POST', '/tags', { name: name() });
      return { path: v1(`/tags/${id}`), body: { colour: '#102030' } };
    },
  },
  'DELETE /api/v1/tags/:id': {
    leaves: ['tag.removed'],
    call: async ({ done }, name) => ({
      path: v1(`/tags/${(await done('POST', '/tags', { name: name() })).id}`),
    }),
  },
  'POST /api/v1/keys': {
    leaves: ['key.created'],
    call: (_, name) => ({ path: v1('/keys'), body: { name: name() } }),
  },
  'DELETE /api/v1/keys/:id': {
    leaves: ['key.revoked'],
    call: async ({ done }, name) => ({
      path: v1(`/keys/${(await done('POST', '/keys', { name: name() })).id}`),
    }),
  },
  'POST /api/v1/visitor-secret': {
    leaves: ['visitorSecret.replaced'],
    call: () => ({ path: v1('/visitor-secret'), body: {} }),
  },
  'POST /api/v1/endpoints': {
    leaves: ['endpoint.created'],
    call: (_, name) => ({
      path: v1('/endpoints'),
      body: { url: `https://${name()}.example/events`, types: quiet },
    }),
  },
  'PATCH /api/v1/endpoints/:id': {
    leaves: ['endpoint.changed'],
    async call(house, name) {
      const { id } = await endpoint(house, name());
      return { path: v1(`/endpoints/${id}`), body: { description: 'To the CRM' } };
    },
  },
  'DELETE /api/v1/endpoints/:id': {
    leaves: ['endpoint.removed'],
    call: async (house, name) => ({ path: v1(`/endpoints/${(await endpoint(house, name())).id}`) }),
  },
  'POST /api/v1/endpoints/:id/rotate': {
    leaves: ['endpoint.rotated'],
    async call(house, name) {
      const { id } = await endpoint(house, name());
      return { path: v1(`/endpoints/${id}/rotate`), body: { what: 'secret' } };
    },
  },
  'POST /api/v1/channels/:id/test': {
    leaves: ['channel.mended'],
    async call({ db, done }, name) {
      const id = `dummy:${name()}`;
      await done('PUT', `/channels/${id}`, {});
      // As if its provider had refused the credentials.
      const text = `update channel set attention = '{"since": 1, "reason": "refused"}' where id = $1`;
      await db.run({ name: 'test.attention', text }, [id]);
      return { path: v1(`/channels/${id}/test`) };
    },
  },
  'POST /api/v1/endpoints/:id/enable': {
    leaves: ['endpoint.enabled'],
    async call(house, name) {
      const { id } = await endpoint(house, name());
      await house.done('PATCH', `/endpoints/${id}`, { enabled: false });
      return { path: v1(`/endpoints/${id}/enable`), body: {} };
    },
  },
  'POST /api/v1/endpoints/:id/test': {
    leaves: ['endpoint.tested'],
    async call(house, name) {
      const { id } = await endpoint(house, name());
      return { path: v1(`/endpoints/${id}/test`), body: { type: 'message.received' } };
    },
  },
  'POST /api/v1/endpoints/:id/replay': {
    leaves: ['endpoint.replayed'],
    async call(house, name) {
      const { id } = await endpoint(house, name());
      return { path: v1(`/endpoints/${id}/replay`), body: { failed: true } };
    },
  },
  'POST /api/v1/apply': {
    leaves: ['team.created', 'agent.created', 'cannedAnswer.created', 'key.created'],
    call(_, name) {
      const code = name();
      return {
        path: v1('/apply'),
        body: {
          teams: [{ code }],
          agents: [{ code, teams: [code] }],
          cannedAnswers: [{ code, text: 'We are open.' }],
          apps: [{ code: 'default', keys: [{ name: code }] }],
        },
      };
    },
  },
  'POST /api/v1/agents/:code/link': {
    leaves: ['agent.linkCreated'],
    async call({ done }, name) {
      const code = name();
      await done('PUT', `/agents/${code}`, { email: `${code}@shop.example` });
      return { path: v1(`/agents/${code}/link`), body: {} };
    },
  },
  'DELETE /api/v1/agents/:code/sign-ins': {
    leaves: ['agent.signedOutEverywhere'],
    async call(house, name) {
      const code = name();
      await house.agent(code);
      return { path: v1(`/agents/${code}/sign-ins`) };
    },
  },
  'DELETE /api/v1/agents/:code/totp': {
    leaves: ['agent.codesOff'],
    async call(house, name) {
      const code = name();
      await withCodes(house, code);
      return { path: v1(`/agents/${code}/totp`) };
    },
  },
  'DELETE /api/v1/access-tokens/:id': {
    leaves: ['accessToken.revoked'],
    async call(house, name) {
      await agentSession(house, name());
      const { items } = await house.done('GET', '/access-tokens?limit=200');
      return { path: v1(`/access-tokens/${items.at(-1).id}`) };
    },
  },
  'POST /api/v1/end-users/:id/ban': {
    leaves: ['endUser.banned'],
    call: async (house, name) => ({ path: v1(`/end-users/${await endUser(house, name())}/ban`), body: {} }),
  },
  'POST /api/v1/end-users/:id/unban': {
    leaves: ['endUser.unbanned'],
    async call(house, name) {
      const id = await endUser(house, name());
      await house.done('POST', `/end-users/${id}/ban`, {});
      return { path: v1(`/end-users/${id}/unban`), body: {} };
    },
  },
  'DELETE /api/v1/end-users/:id/access-tokens': {
    leaves: ['endUser.signedOut'],
    call: async (house, name) => ({ path: v1(`/end-users/${await endUser(house, name())}/access-tokens`) }),
  },
  'DELETE /api/v1/messages/:id': {
    leaves: ['message.deleted'],
    call: async (house, name) => ({ path: v1(`/messages/${(await message(house, name())).id}`) }),
  },
  'POST /api/v1/messages/delete': {
    leaves: ['message.deleted', 'message.deleted'],
    async call(house, name) {
      const sent = [await message(house, name()), await message(house, name())];
      return { path: v1('/messages/delete'), body: { ids: sent.map(({ id }) => id) } };
    },
  },
  'DELETE /api/v1/inbox/sessions/:id/messages/:message': {
    leaves: ['message.deleted'],
    by: 'agent',
    async call(house, name) {
      const { id, sessionId } = await message(house, name());
      return { path: v1(`/inbox/sessions/${sessionId}/messages/${id}`), ...(await person(house, name())) };
    },
  },
  'POST /api/v1/sign-in': {
    leaves: ['agent.signedIn'],
    by: 'agent',
    async call(house, name) {
      const code = name();
      await house.agent(code);
      return {
        path: v1('/sign-in'),
        body: { email: `${code}@shop.example`, password, as: 'token' },
        key: '',
      };
    },
  },
  'POST /api/v1/sign-in (a wrong password)': {
    leaves: ['agent.signInFailed'],
    by: 'nobody',
    refused: 401,
    async call(house, name) {
      const code = name();
      await house.agent(code);
      const body = { email: `${code}@shop.example`, password: 'something else', as: 'token' };
      return { path: v1('/sign-in'), body, key: '' };
    },
  },
  'POST /api/v1/sign-in (a wrong code)': {
    leaves: ['agent.signInFailed'],
    by: 'nobody',
    refused: 401,
    async call(house, name) {
      const email = name();
      const { as, code } = await withCodes(house, email);
      await as('PUT', '/me/totp', { code: code() });
      const body = { email: `${email}@shop.example`, password, code: '000000', as: 'token' };
      return { path: v1('/sign-in'), body, key: '' };
    },
  },
  'POST /api/v1/sign-in/password': {
    leaves: ['agent.signedIn', 'agent.passwordChanged'],
    by: 'agent',
    async call({ done }, name) {
      const code = name();
      await done('PUT', `/agents/${code}`, { email: `${code}@shop.example` });
      const { token } = await done('POST', `/agents/${code}/link`, {});
      return {
        path: v1('/sign-in/password'),
        body: { token, password: 'another long one', as: 'token' },
        key: '',
      };
    },
  },
  'POST /api/v1/sign-out': {
    leaves: ['agent.signedOut'],
    by: 'agent',
    call: async (house, name) => ({ path: v1('/sign-out'), body: {}, ...(await person(house, name())) }),
  },
  'POST /api/v1/sign-out (an access token)': {
    leaves: ['accessToken.revoked'],
    by: 'accessToken',
    call: async (house, name) => ({
      path: v1('/sign-out'),
      body: {},
      bearer: await agentSession(house, name()),
    }),
  },
  'POST /api/v1/sign-out/everywhere': {
    leaves: ['agent.signedOutEverywhere'],
    by: 'agent',
    call: async (house, name) => ({
      path: v1('/sign-out/everywhere'),
      body: {},
      ...(await person(house, name())),
    }),
  },
  'PUT /api/v1/me/profile': {
    leaves: ['agent.changed'],
    by: 'agent',
    call: async (house, name) => ({
      path: v1('/me/profile'),
      body: { displayName: 'Annie' },
      ...(await person(house, name())),
    }),
  },
  'PUT /api/v1/me/password': {
    leaves: ['agent.passwordChanged'],
    by: 'agent',
    call: async (house, name) => ({
      path: v1('/me/password'),
      body: { old: password, password: 'another long one' },
      ...(await person(house, name())),
    }),
  },
  'DELETE /api/v1/me/sign-ins/:id': {
    leaves: ['agent.signedOut'],
    by: 'agent',
    async call(house, name) {
      const { bearer } = await person(house, name());
      const { items } = await house.as(bearer)('GET', '/me/sign-ins');
      return { path: v1(`/me/sign-ins/${items[0].id}`), bearer };
    },
  },
  'POST /api/v1/me/totp': {
    leaves: ['agent.codesBegun'],
    by: 'agent',
    call: async (house, name) => ({
      path: v1('/me/totp'),
      body: { password },
      ...(await person(house, name())),
    }),
  },
  'PUT /api/v1/me/totp': {
    leaves: ['agent.codesOn'],
    by: 'agent',
    async call(house, name) {
      const { bearer, code } = await withCodes(house, name());
      return { path: v1('/me/totp'), body: { code: code() }, bearer };
    },
  },
  'DELETE /api/v1/me/totp': {
    leaves: ['agent.codesOff'],
    by: 'agent',
    async call(house, name) {
      const { bearer } = await withCodes(house, name());
      return { path: v1('/me/totp'), body: { password }, bearer };
    },
  },
  'POST /xms/api/v1/config/webhook': {
    leaves: ['endpoint.created'],
    async call({ done }, name) {
      const code = name();
      await done('PUT', `/apps/${code}`, {});
      const { key } = await done('POST', '/keys', { name: code, app: code });
      return { path: '/xms/api/v1/config/webhook', body: { url: `https://${code}.example/xms` }, key };
    },
    by: 'key',
  },
  'POST /v1/app/user.new.session': {
    leaves: ['agent.created', 'accessToken.created'],
    async call({ done }, name) {
      const { uuid } = await done('GET', '/business');
      const who = name();
      return {
        path: '/v1/app/user.new.session',
        body: {
          ...{
            business_id: uuid,
            platform_type: 'avocado',
            platform_id: `${who}@shop.example`,
            role: 'agent',
          },
          ...{ profile_name: who, display_name: who, profile_image_url: 'https://img.example/x.png' },
        },
      };
    },
  },
  'POST /v1/agent': {
    leaves: ['agent.created'],
    call: (_, name) => ({ path: '/v1/agent', body: azeerAgent(name()) }),
  },
  ...Object.fromEntries(
    (['PUT', 'PATCH'] as const).map((method) => [
      `${method} /v1/agent/:id`,
      {
        leaves: ['agent.changed'],
        async call({ call }, name) {
          const agent = azeerAgent(name());
          await call('POST', '/v1/agent', agent);
          return { path: `/v1/agent/${agent.email}`, body: { ...agent, name: 'Changed' } };
        },
      } satisfies Audited,
    ]),
  ),
  'POST /v1/tags': {
    leaves: ['tag.created'],
    call: (_, name) => ({ path: '/v1/tags', body: { tag: name(), colour: '#1ca08a' } }),
  },
  'POST /v1/webhook': {
    leaves: ['endpoint.created'],
    call: (_, name) => ({ path: '/v1/webhook', body: azeerWebhook(name()) }),
  },
  'DELETE /v1/webhook/:id': {
    leaves: ['endpoint.removed'],
    async call({ call }, name) {
      const { body } = await call('POST', '/v1/webhook', azeerWebhook(name()));
      return { path: `/v1/webhook/${body.data.id}` };
    },
  },
  'DELETE /v1/message/:id': {
    leaves: ['message.deleted'],
    call: async (house, name) => ({ path: `/v1/message/${(await message(house, name())).id}` }),
  },
  'DELETE /v1/message': {
    leaves: ['message.deleted'],
    call: async (house, name) => ({
      path: '/v1/message',
      body: { message_ids: [(await message(house, name())).id] },
    }),
  },
  'DELETE /api/v4/sessions (of a user)': {
    leaves: ['endUser.signedOut'],
    async call(house, name) {
      const user = name();
      await endUser(house, user);
      return { path: `/api/v4/sessions?userId=${user}` };
    },
  },
  'DELETE /api/v4/sessions/users/:userId': {
    leaves: ['endUser.signedOut'],
    async call(house, name) {
      const user = name();
      await endUser(house, user);
      return { path: `/api/v4/sessions/users/${user}` };
    },
  },
};

function azeerWebhook(name: string) {
  return {
    ...{ name, description: 'to the CRM', url: `https://${name}.example/hook`, event: 'incoming_msg' },
    ...{ securetoken: 's3cr3t-value', policy: 'retry', enabled: true },
  };
}

/** Verbs that no write of a caller leaves. */
export const ofNoRoute: Partial<Record<AuditVerb, string>> = {
  'audit.exported': 'A read: GET /api/v1/audit?format=csv.',
  'analytics.exported': 'Reads: GET /api/v1/analytics/messages?format=csv, and the other reports.',
  'endpoint.disabled': 'Parley disables what is dead, and who sets it up switches it off.',
};
