import Type from 'typebox';
import { type EventType, eventTypes } from '../../model/event.ts';
import { deliveryPolicies, type Endpoint as ModelEndpoint, type Setup } from '../../model/setup.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
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
const typesAgain = maybe(
  Type.Union([Type.Array(oneOf(eventTypes, 'A type of events.')), Type.Null()], {
    description: 'Event types wanted; `null`: all that the surface tells.',
    examples: [['message.received']],
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
const topic = maybe(
  Type.String({
    description: 'Only where the surface has endpoints of one event each (`azeer`): which one.',
    examples: ['incoming_msg'],
  }),
);
const manner = {
  name: maybe(Type.String({ description: 'Name for people; empty takes it away.' })),
  description: maybe(Type.String({ description: 'What it is for; empty takes it away.' })),
  policy: maybe(
    oneOf(
      deliveryPolicies,
      'How often a call is tried: `schedule` for about 70 hours (default), `retry` 5 times at most, `once`.',
    ),
  ),
  enabled: maybe(flag('False: nothing is told to it, and nothing kept for later. Default: true.')),
};
const ownSecrets = { secret: maybe(secret), verifyToken: maybe(verifyToken) };

const Endpoint = Type.Object(
  {
    id: idParams.properties.id,
    surface: Type.String({ description: 'In whose words.' }),
    app,
    url,
    types,
    topic,
    ...manner,
    enabled: flag(
      'False: it was switched off; or it failed for long (`disabledAt`), and what there is to tell is held back until it is enabled again.',
    ),
    disabledAt: maybe(ms('Since when it is out of use for its failures.')),
    disabledReason: maybe(Type.String({ description: 'Why.' })),
    createdAt: ms('When it was made.'),
    updatedAt: ms('When it was changed.'),
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
    enabled: endpoint.enabled && endpoint.disabledAt === undefined,
    ...(app !== undefined && { app }),
  };
}

/** The endpoint that an address names, or NOT_FOUND. */
export const endpointOf = ({ endpoints }: Setup, id: string) => known(endpoints.get(id), 'endpoint');

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
    thing: ({ params }) => ({ noun: 'endpoints', key: params.id }),
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
      'Secrets that are not given are made. The same app, surface and address is the same endpoint again, unless it has a topic.',
    body: change({
      url,
      surface: maybe(surface),
      app,
      types,
      topic,
      ...manner,
      ...ownSecrets,
      isNew: maybe(flag('It must not be there yet: refused on `url` with TAKEN. Default: false.')),
    }),
    creates: 'sometimes',
    answer: EndpointWithSecrets,
    async run({ core, caller, body, made, setup }) {
      const { surface = 'parley', ...rest } = body;
      const put = await core.change.putEndpoint(caller, { ...rest, surface });
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
    body: change({ url: maybe(url), types: typesAgain, topic, ...manner, ...ownSecrets }),
    answer: EndpointWithSecrets,
    thing: ({ params }) => ({ noun: 'endpoints', key: params.id }),
    async run({ core, caller, params, body, setup }) {
      const put = await core.change.putEndpoint(caller, { ...body, id: params.id });
      return withSecrets(put, await setup());
    },
  }),
  route({
    method: 'POST',
    path: '/endpoints/:id/rotate',
    right: 'setup',
    summary: 'Replace a secret of a webhook endpoint',
    about:
      'For a day, calls carry signatures of the replaced secret, too, unless `overlap` is false. A replaced verify token is ' +
      'out of use at once.',
    params: idParams,
    body: change({
      what: oneOf(['secret', 'verifyToken'], 'Which one.'),
      overlap: maybe(
        flag(
          'False: somebody else knows the replaced secret, and nothing more is signed with it. Default: true.',
        ),
      ),
    }),
    answer: EndpointWithSecrets,
    async run({ core, caller, params, body, setup }) {
      const { what, overlap } = body;
      const put = await core.change.putEndpoint(caller, {
        id: params.id,
        rotate: what,
        ...(what === 'secret' && overlap === false && { overlap }),
      });
      return withSecrets(put, await setup());
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
    async run({ core, caller, params, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      return told(await core.change.enableEndpoint(caller, id), await setup());
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
    thing: ({ params }) => ({ noun: 'endpoints', key: params.id }),
    async run({ core, caller, params }) {
      await core.change.remove(caller, 'endpoints', params.id);
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
