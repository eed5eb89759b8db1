import Type from 'typebox';
import { type EventType, eventTypes } from '../../model/event.ts';
import { find, ofEndpoint } from '../../store/endpoint-deliveries.ts';
import { endpointOf } from './endpoints.ts';
import { numberedPageQuery, pageOf, pageRead } from './page.ts';
import { route } from './route.ts';
import { change, flag, idParams, known, maybe, ms, oneOf } from './words.ts';

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

const Try = Type.Object({
  attempt: Type.Integer({ description: 'Which try it was.' }),
  at: ms('When the call began.'),
  ms: Type.Integer({ description: 'How long it took, in milliseconds.', examples: [38] }),
  status: maybe(Type.Integer({ description: 'HTTP status; absent: nothing was answered.', examples: [200] })),
  answer: maybe(
    Type.String({ description: 'How the answer began, or why there was none.', examples: ['ok'] }),
  ),
});
const DeliveryDetail = Type.Object(
  {
    ...Delivery.properties,
    tries: Type.Array(Try, { description: 'The last 20 tries, oldest first.' }),
    request: maybe(
      Type.Object(
        {
          url: Type.String({ description: 'Where it is told.' }),
          body: Type.Unknown({ description: 'What is told, in the words of its surface.', examples: [{}] }),
        },
        { description: 'As it would be told now; absent: the surface does not tell it.' },
      ),
    ),
  },
  { $id: 'DeliveryDetail' },
);

const seq = (description: string) =>
  Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description });
const Replayed = Type.Object(
  {
    queued: Type.Integer({ description: 'How many deliveries are due again.' }),
    next: maybe(Type.Integer({ description: 'There is more: give it as `from` and ask again.' })),
  },
  { $id: 'Replayed' },
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
  route({
    method: 'GET',
    path: '/endpoints/:id/deliveries/:seq',
    right: 'setup',
    summary: 'One delivery: what is told, and what each try was answered',
    params: Type.Object({
      id: idParams.properties.id,
      seq: Type.String({ description: 'Number of the event.', examples: ['17'] }),
    }),
    answer: DeliveryDetail,
    async run({ core, businessId, params, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      const line = known(
        /^\d{1,15}$/.test(params.seq) ? await find(core.db, businessId, id, Number(params.seq)) : undefined,
        'delivery',
      );
      const request = await core.webhookRequest(businessId, id, line.seq);
      return { ...line, type: line.type as EventType, ...(request && { request }) };
    },
  }),
  route({
    method: 'POST',
    path: '/endpoints/:id/replay',
    right: 'setup',
    summary: 'Tell a webhook endpoint again',
    about:
      'One event (`from` and `to` the same), a range, or, with `failed`, of a range only what it never took. Each ' +
      'is told under the same id as before, in the order of its conversation. Events from before the endpoint was ' +
      'made are told, too. At most 10,000 at once: go on from `next`.',
    params: idParams,
    body: change({
      from: maybe(seq('Number of the first event; the oldest one when absent.')),
      to: maybe(seq('Number of the last event; the newest one when absent.')),
      failed: maybe(flag('Only what the endpoint never took.')),
    }),
    answer: Replayed,
    async run({ core, caller, params, body, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      const { from = 1, to = Number.MAX_SAFE_INTEGER, failed = false } = body;
      return core.replay(caller, id, { from, to, failed });
    },
  }),
];
