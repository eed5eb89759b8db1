import Type, { type Static, type TObject } from 'typebox';
import { type EventType, eventTypes } from '../../model/event.ts';
import { present } from '../../model/present.ts';
import { deliveryStates, find, ofEndpoint } from '../../store/delivery-log.ts';
import { endpointOf } from './endpoints.ts';
import { numberedPageQuery, pageOf } from './page.ts';
import { route } from './route.ts';
import { change, flag, idParams, known, maybe, ms, oneOf } from './words.ts';

const Delivery = Type.Object(
  {
    seq: Type.Integer({ description: 'Number of the event in the log.' }),
    eventId: Type.String({ description: 'Its id, `webhook-id` of the call.' }),
    type: oneOf(eventTypes, 'Its type.'),
    at: ms('When it happened.'),
    state: oneOf(deliveryStates, '`held`: the endpoint is disabled.'),
    attempt: Type.Integer({ description: 'How often it was tried.' }),
    answerStatus: maybe(Type.Integer({ description: 'HTTP status of the last answer.' })),
    answer: maybe(Type.String({ description: 'How the last answer began, or why there was none.' })),
    ms: maybe(Type.Integer({ description: 'How long the last try took, in milliseconds.', examples: [38] })),
    settledAt: maybe(ms('When the last try ended.')),
    dueAt: maybe(ms('When it is tried next.')),
  },
  { $id: 'Delivery' },
);

export const Try = Type.Object({
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
          headers: Type.Record(Type.String(), Type.String(), {
            description: 'With stars where a secret is sent as it is.',
            examples: [{ 'webhook-id': '65f0c0ffee65f0c0ffee65f1' }],
          }),
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

const ReplayCount = Type.Object(
  {
    fresh: Type.Integer({ description: 'Events that it was never told: they are from before it was there.' }),
    again: Type.Integer({ description: 'Events that it took already.' }),
    failed: Type.Integer({ description: 'Events that it never took.' }),
    more: flag('There are more events in the range than were looked at.'),
  },
  { $id: 'ReplayCount' },
);

const range = {
  from: maybe(seq('Number of the first event; the oldest one when absent.')),
  to: maybe(seq('Number of the last event; the newest one when absent.')),
  since: maybe(ms('Only what happened from then on.')),
  until: maybe(ms('Only what happened until then.')),
  failed: maybe(flag('Only what the endpoint never took.')),
};

/** A range as the pipeline has it: all when nothing is said. */
function rangeOf({
  from = 1,
  to = Number.MAX_SAFE_INTEGER,
  failed = false,
  since,
  until,
}: Static<TObject<typeof range>>) {
  return { ...present({ since, until }), from, to, failed };
}

export const deliveries = [
  route({
    method: 'GET',
    path: '/endpoints/:id/deliveries',
    right: 'setup',
    summary: 'What was told to a webhook endpoint, newest first',
    params: idParams,
    about:
      'With a filter a page may be shorter, or empty, and `next` goes on all the same: each looks at 5,000 deliveries at ' +
      'most to find those of a type.',
    query: Type.Object({
      ...numberedPageQuery(Number.MAX_SAFE_INTEGER).properties,
      state: maybe(oneOf(deliveryStates, 'Only in this state.')),
      type: maybe(oneOf(eventTypes, 'Only of this type.')),
    }),
    answer: pageOf(Delivery),
    async run({ core, businessId, params, query, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      const { lines, next } = await ofEndpoint(core.db, businessId, id, query);
      const items = lines.map((line) => ({ ...line, type: line.type as EventType }));
      return { items, ...(next !== undefined && { next: String(next) }) };
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
      'made are told, too. At most 10,000 at once, of 100,000 events that are looked at: go on from `next`.',
    params: idParams,
    body: change(range),
    answer: Replayed,
    async run({ core, caller, params, body, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      return core.replay(caller, id, rangeOf(body));
    },
  }),
  route({
    method: 'GET',
    path: '/endpoints/:id/replay',
    right: 'setup',
    summary: 'See what telling a webhook endpoint again would do',
    about: 'How many events of a range it would be told, as far as the first 10,000 of them tell.',
    params: idParams,
    query: Type.Object(range),
    answer: ReplayCount,
    async run({ core, businessId, params, query, setup }) {
      const { id } = endpointOf(await setup(), params.id);
      return core.replayCount(businessId, id, rangeOf(query));
    },
  }),
];
