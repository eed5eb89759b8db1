import Type, { type Static } from 'typebox';
import { cures } from '../../model/cure.ts';
import { eventTypes } from '../../model/event.ts';
import { type Failure, failureClasses } from '../../model/failure.ts';
import { isId, timeOf } from '../../model/ids.ts';
import type { Message } from '../../model/message.ts';
import type { Endpoint } from '../../model/setup.ts';
import { type Status, statusRanks } from '../../model/status.ts';
import { endpointName, endpointNameForAll } from '../../model/web-address.ts';
import type { Caller } from '../../pipeline/core.ts';
import type { Queryable } from '../../store/database.ts';
import { firstAt } from '../../store/events.ts';
import { told } from '../../store/message-told.ts';
import { type Standing, standing } from '../../store/message-trace.ts';
import { find } from '../../store/messages.ts';
import { Segments } from './preview.ts';
import { type Ask, route } from './route.ts';
import { type Channel, said, type Wait, waitKinds, waitOf } from './why-words.ts';
import { flag, idParams, known, maybe, ms, oneOf } from './words.ts';

const text = (description: string) => maybe(Type.String({ description }));

const FailureTold = Type.Object({
  class: Type.String({ description: 'What kind of failure it was.', examples: ['INVALID_RECIPIENT'] }),
  text: Type.String({ description: 'The same in plain words.' }),
  cure: Type.String({ description: 'What to do about it.' }),
  code: text("The provider's own code."),
  told: text("The provider's own words."),
});
const CallTold = Type.Object({
  at: ms('When it began.'),
  ms: Type.Integer({ description: 'How long it took, in milliseconds.' }),
  method: Type.String(),
  url: Type.String({ description: 'Secrets in it are hidden, as everywhere here.' }),
  request: text('What was said, cut after 1,500 characters; absent for messages that are to be hidden.'),
  status: maybe(Type.Integer({ description: 'HTTP status; absent: nothing was answered.' })),
  answer: text('What was answered.'),
  error: text('Why nothing was answered.'),
});
const DeliveryTold = Type.Object({
  endpointId: Type.String({ description: 'The webhook endpoint.' }),
  endpoint: Type.String({
    description:
      'Its name. Of one without: its address, to who may set the business up; else the surface in whose words it is told.',
  }),
  state: oneOf(['pending', 'delivered', 'failed', 'held'], '`held`: the endpoint is disabled.'),
  attempt: Type.Integer({ description: 'How often it was tried.' }),
  answerStatus: maybe(Type.Integer({ description: 'HTTP status of the last answer.' })),
  answer: text('How the last answer began; only to who may set the business up.'),
  settledAt: maybe(ms('When the last try ended.')),
  dueAt: maybe(ms('When it is tried next.')),
});
const EventTold = Type.Object({
  seq: Type.Integer({ description: 'Number of the event in the log.' }),
  type: oneOf(eventTypes, 'Its type.'),
  at: ms('When it happened.'),
  short: text('The short code of a status.'),
  deliveries: Type.Array(DeliveryTold, { description: 'How each webhook endpoint took it.' }),
});

const Why = Type.Object(
  {
    id: Type.String(),
    status: oneOf(Object.keys(statusRanks) as Status[], 'Where it stands.'),
    text: Type.String({ description: 'The same in plain words.' }),
    waits: text('What it waits for, while it is on its way.'),
    wait: maybe(
      Type.Object(
        {
          for: oneOf(waitKinds, 'What it waits for.'),
          until: maybe(ms('Until when.')),
          messageId: text('The message of its conversation that it waits behind.'),
          reason: text('Why its channel needs an administrator.'),
        },
        { description: 'The same for programs.' },
      ),
    ),
    failure: maybe(FailureTold),
    measure: maybe(Segments),
    steps: Type.Array(Type.Object({ at: ms('When.'), status: Type.String(), text: Type.String() }), {
      description: 'Every step of its life, in the order of time.',
    }),
    attempts: Type.Array(
      Type.Object({
        attempt: Type.Integer({ description: 'Which one it was.' }),
        at: ms('When it was handed to the channel.'),
        calls: Type.Array(CallTold, { description: 'What was said to the provider, and what it answered.' }),
        failure: maybe(FailureTold),
      }),
      { description: 'The last 10 attempts to send it.' },
    ),
    told: Type.Object(
      {
        complete: flag(
          'Everything since it came into being was looked through. Where much happened since then, only what came right after each step.',
        ),
        events: Type.Array(EventTold, { description: 'In the order in which it happened.' }),
      },
      { description: 'The events about it, and who was told of them, as long as the log keeps them.' },
    ),
  },
  { $id: 'Why' },
);

export const why = [
  route({
    method: 'GET',
    path: '/messages/:id/why',
    right: 'read',
    summary: 'The whole life of one message, and why it is where it is',
    params: idParams,
    answer: Why,
    async run(ask) {
      const { core, businessId, params } = ask;
      const { id } = params;
      const [stands, message] = known(
        isId(id) ? await asItStands(core.db, businessId, id) : undefined,
        'message',
      );
      const [states, measure, told] = await Promise.all([
        core.change.channelStates(businessId),
        core.measure({ ...message, businessId }),
        toldOf(ask, message),
      ]);
      const setup = (await core.setup(businessId)).channels.get(message.channelId);
      const channel = setup && { enabled: setup.enabled, ...states.get(setup.id) };
      const why = whyOf(message, stands, channel, Date.now());
      return { ...why, told, ...(measure && !message.mask && { measure }) };
    },
  }),
];

/** Looks of which the second saw nothing move are about the same moment. */
const mostLooks = 5;

/** A message and where it stands, at one moment: what an attempt came to is told with the attempt. */
async function asItStands(
  db: Queryable,
  businessId: number,
  id: string,
): Promise<[Standing, Message] | undefined> {
  for (let looks = 1; ; looks++) {
    const stands = await standing(db, businessId, id);
    const message = await find(db, businessId, id);
    if (!stands || !message) return undefined;
    if (stands.status === message.status || looks === mostLooks) return [stands, message];
  }
}

function whyOf(
  message: Message,
  stands: Standing,
  channel: Channel | undefined,
  now: number,
): Omit<Static<typeof Why>, 'told' | 'measure'> {
  const steps = (Object.entries(message.stamps) as [Status, number][])
    .map(([status, at]) => ({ at, status, text: said[status] }))
    .sort((a, b) => a.at - b.at || statusRanks[a.status as Status] - statusRanks[b.status as Status]);
  const wait = waitOf(message, stands, channel, now);
  return {
    id: message.id,
    status: message.status,
    text: said[message.status],
    ...(wait && waitTold(wait)),
    ...(message.failure && { failure: failureTold(message.failure) }),
    steps,
    attempts: stands.trace.map(({ failure, calls, ...one }) => ({
      ...one,
      calls: calls as Static<typeof CallTold>[],
      ...(failure && { failure: failureTold(failure) }),
    })),
  };
}

function failureTold({ class: kind, code, text: told }: Failure): Static<typeof FailureTold> {
  return {
    class: kind,
    text: failureClasses[kind].text,
    cure: cures[kind],
    ...(code !== undefined && { code }),
    ...(told && { told }),
  };
}

function waitTold({ text, ...wait }: Wait): Pick<Static<typeof Why>, 'wait' | 'waits'> {
  return { waits: text, wait };
}

/** The events about a message, with what webhook endpoints made of them. */
async function toldOf(
  {
    core,
    caller,
    businessId,
    setup,
  }: Pick<Ask<unknown, unknown, unknown>, 'core' | 'caller' | 'businessId' | 'setup'>,
  { id, contactId, stamps }: Message,
): Promise<Static<typeof Why>['told']> {
  // Clocks of processes differ a little, and what was noted is told a moment later.
  const times = [timeOf(id), ...Object.values(stamps)].map((at) => at - 2000).sort((a, b) => a - b);
  const from = await Promise.all(times.map((at) => firstAt(core.db, businessId, at)));
  const { endpoints } = await setup();
  const { events, complete } = await told(core.db, { businessId, contactId, id }, [...new Set(from)]);
  return {
    complete,
    events: events.map(({ deliveries, ...event }) => ({
      ...event,
      deliveries: deliveries.map(({ answer, ...delivery }) => {
        const endpoint = endpoints.get(delivery.endpointId);
        return {
          ...delivery,
          endpoint: endpoint ? endpointTold(endpoint, caller) : delivery.endpointId,
          ...(answer !== undefined && caller.tenantWide && { answer }),
        };
      }),
    })),
  };
}

/** What an endpoint is called: where it is stands with what is set up, which not everybody reads. */
function endpointTold(endpoint: Endpoint, { tenantWide }: Caller): string {
  return tenantWide ? endpointName(endpoint) : endpointNameForAll(endpoint);
}
