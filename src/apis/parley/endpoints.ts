import Type from 'typebox';
import { type EventType, eventTypes } from '../../model/event.ts';
import type { Endpoint as ModelEndpoint, Setup } from '../../model/setup.ts';
import { newEndpointSecret, newVerifyToken } from '../../pipeline/setup-secrets.ts';
import { ofEndpoint } from '../../store/deliveries.ts';
import { numberedPageQuery, PageQuery, pageFrom, pageOf, pageRead } from './page.ts';
import { route } from './route.ts';
import { change, flag, idParams, known, maybe, ms, oneOf, Removed } from './words.ts';

const url = Type.String({
  description: 'Where events are told.',
  examples: ['https://crm.example.com/events'],
});
const types = maybe(
  Type.Array(oneOf(eventTypes, 'A type of events.'), {
    description: 'Event types wanted; absent: all that the surface tells.',
  }),
);
const surface = Type.String({ description: 'In whose words: `parley`, `xms` …', default: 'parley' });
const app = maybe(
  Type.String({ description: 'Code of the app whose events alone are told; absent: of all.' }),
);
const secret = Type.String({
  description: 'Secret of the signature (Standard Webhooks): `whsec_` and 24 to 64 bytes in base64.',
});
const verifyToken = Type.String({
  description: 'Sent as it is, in `x-verify-token`, by surfaces that have such a header.',
});
const ownSecrets = { secret: maybe(secret), verifyToken: maybe(verifyToken) };

const Endpoint = Type.Object(
  {
    id: idParams.properties.id,
    surface: Type.String({ description: 'In whose words.' }),
    app,
    url,
    types,
    enabled: flag('False: it failed for long, and nothing is sent to it until it is enabled again.'),
    disabledAt: maybe(ms('Since when nothing is sent to it.')),
    disabledReason: maybe(Type.String({ description: 'Why.' })),
    createdAt: ms('When it was made.'),
  },
  { $id: 'Endpoint' },
);
const toldOnce = maybe(Type.String({ description: 'Shown this once, and only when it was made here.' }));
const EndpointWithSecrets = Type.Object(
  {
    ...Endpoint.properties,
    secret: toldOnce,
    verifyToken: toldOnce,
  },
  { $id: 'EndpointWithSecrets' },
);

/** An endpoint in the words of the API: the app by its code. */
function told({ appId, types, ...endpoint }: ModelEndpoint, { apps }: Setup) {
  const app = appId === undefined ? undefined : (apps.get(appId)?.code ?? appId);
  return {
    ...endpoint,
    ...(types && { types: types as EventType[] }),
    enabled: endpoint.disabledAt === undefined,
    ...(app !== undefined && { app }),
  };
}

const endpointOf = ({ endpoints }: Setup, id: string) => known(endpoints.get(id), 'endpoint');

export const endpoints = [
  route({
    method: 'GET',
    path: '/endpoints',
    right: 'setup',
    summary: 'All webhook endpoints',
    query: PageQuery,
    answer: pageOf(Endpoint),
    async run({ setup, query }) {
      const all = await setup();
      return pageFrom(
        [...all.endpoints.values()].map((one) => told(one, all)),
        (one) => one.id,
        query,
      );
    },
  }),
  route({
    method: 'GET',
    path: '/endpoints/:id',
    right: 'setup',
    summary: 'One webhook endpoint',
    params: idParams,
    answer: Endpoint,
    async run({ setup, params }) {
      const all = await setup();
      return told(endpointOf(all, params.id), all);
    },
  }),
  route({
    method: 'POST',
    path: '/endpoints',
    right: 'setup',
    summary: 'Create a webhook endpoint',
    about:
      'Secrets that are not given are made. The same app, surface and address is the same endpoint again.',
    body: change({ url, surface: maybe(surface), app, types, ...ownSecrets }),
    creates: 'sometimes',
    answer: EndpointWithSecrets,
    async run({ core, businessId, body, made, setup }) {
      const { surface = 'parley', ...rest } = body;
      const put = await core.change.putEndpoint(businessId, { ...rest, surface });
      made(put.change);
      return withSecrets(put, await setup());
    },
  }),
  route({
    method: 'PATCH',
    path: '/endpoints/:id',
    right: 'setup',
    summary: 'Change a webhook endpoint',
    about: 'A new address takes a disabled endpoint back into use.',
    params: idParams,
    body: change({ url: maybe(url), types, ...ownSecrets }),
    answer: EndpointWithSecrets,
    async run({ core, businessId, params, body, setup }) {
      const { id, url, surface } = endpointOf(await setup(), params.id);
      const put = await core.change.putEndpoint(businessId, { url, ...body, id, surface });
      return withSecrets(put, await setup());
    },
  }),
  route({
    method: 'POST',
    path: '/endpoints/:id/rotate',
    right: 'setup',
    summary: 'Replace a secret of a webhook endpoint',
    about:
      'For a day, calls carry signatures of the replaced secret, too. A replaced verify token is out of use at once.',
    params: idParams,
    body: change({ what: oneOf(['secret', 'verifyToken'], 'Which one.') }),
    answer: EndpointWithSecrets,
    async run({ core, businessId, params, body, setup }) {
      const { id, url, surface } = endpointOf(await setup(), params.id);
      const replaced =
        body.what === 'secret' ? { secret: newEndpointSecret() } : { verifyToken: newVerifyToken() };
      const put = await core.change.putEndpoint(businessId, { id, url, surface, ...replaced });
      return withSecrets({ ...put, ...replaced }, await setup());
    },
  }),
  route({
    method: 'POST',
    path: '/endpoints/:id/enable',
    right: 'setup',
    summary: 'Take a disabled webhook endpoint back into use',
    about: 'What was held back for it is told now, in its order.',
    params: idParams,
    answer: Endpoint,
    async run({ core, businessId, params, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      return told(await core.change.enableEndpoint(businessId, id), await setup());
    },
  }),
  route({
    method: 'DELETE',
    path: '/endpoints/:id',
    right: 'setup',
    summary: 'Remove a webhook endpoint',
    about: 'What was on its way to it is given up.',
    params: idParams,
    answer: Removed,
    async run({ core, businessId, params }) {
      await core.change.remove(businessId, 'endpoints', params.id);
      return { removed: true };
    },
  }),
];

function withSecrets(
  { value, secret, verifyToken }: { value: ModelEndpoint; secret?: string; verifyToken?: string },
  setup: Setup,
) {
  return {
    ...told(value, setup),
    ...(secret !== undefined && { secret }),
    ...(verifyToken !== undefined && { verifyToken }),
  };
}

const Delivery = Type.Object(
  {
    seq: Type.Integer({ description: 'Number of the event in the log.' }),
    eventId: Type.String({ description: 'Its id, `webhook-id` of the call.' }),
    type: oneOf(eventTypes, 'Its type.'),
    state: oneOf(['pending', 'delivered', 'failed', 'held'], '`held`: the endpoint is disabled.'),
    attempt: Type.Integer({ description: 'How often it was tried.' }),
    answerStatus: maybe(Type.Integer({ description: 'HTTP status of the last answer.' })),
    answer: maybe(Type.String({ description: 'How the last answer began, or why there was none.' })),
    settledAt: maybe(ms('When the last try ended.')),
    dueAt: maybe(ms('When it is tried next.')),
  },
  { $id: 'Delivery' },
);

export const deliveries = [
  route({
    method: 'GET',
    path: '/endpoints/:id/deliveries',
    right: 'setup',
    summary: 'What was told to a webhook endpoint, newest first',
    params: idParams,
    query: numberedPageQuery(Number.MAX_SAFE_INTEGER),
    answer: pageOf(Delivery),
    async run({ core, businessId, params, query, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      const lines = await ofEndpoint(core.db, businessId, id, query);
      return pageRead(
        lines.map((line) => ({ ...line, type: line.type as EventType })),
        (line) => String(line.seq),
        query.limit,
      );
    },
  }),
];
