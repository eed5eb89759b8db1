import Type, { type Static } from 'typebox';
import { cures } from '../../model/cure.ts';
import { type Failure, failureClasses } from '../../model/failure.ts';
import { isId } from '../../model/ids.ts';
import type { Message } from '../../model/message.ts';
import { type Status, statusRanks } from '../../model/status.ts';
import type { ChannelState } from '../../pipeline/channel-states.ts';
import { type Standing, standing } from '../../store/message-trace.ts';
import { find } from '../../store/messages.ts';
import { Segments } from './preview.ts';
import { route } from './route.ts';
import { idParams, known, maybe, ms, oneOf } from './words.ts';

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
const Why = Type.Object(
  {
    id: Type.String(),
    status: oneOf(Object.keys(statusRanks) as Status[], 'Where it stands.'),
    text: Type.String({ description: 'The same in plain words.' }),
    waits: text('What it waits for, while it is on its way.'),
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
  },
  { $id: 'Why' },
);

/** Each status as a person would say it. */
const said: Readonly<Record<Status, string>> = {
  STATUS_FORWARD_ERR: 'A status could not be told to the app’s webhook.',
  SCHLD: 'It was accepted, to be sent later.',
  CRTD: 'It was accepted and stored.',
  INIT: 'It was its turn.',
  SENT: 'It was handed to the channel.',
  RECEIVD: 'It came in from the person.',
  FORWARD_ERR: 'The app’s webhook did not take it.',
  FORWARDED: 'The app’s webhook took it.',
  SENTX: 'The provider took it.',
  NSENT: 'It was not sent.',
  LIMIT: 'A limit of the channel kept it from being sent.',
  SENT_EXC: 'Nobody knows whether it was sent.',
  SENT_ERR: 'The provider refused it.',
  FAILD: 'It could not be sent in its life.',
  SENTX_ERR: 'The provider took it, and could not deliver it.',
  CCWIN: 'It was outside the care window.',
  BLCKD: 'The recipient does not want it.',
  DLVRD: 'It reached the recipient’s device.',
  READ: 'The recipient has seen it.',
  DELTD: 'It was deleted.',
};

export const why = [
  route({
    method: 'GET',
    path: '/messages/:id/why',
    right: 'read',
    summary: 'The whole life of one message, and why it is where it is',
    params: idParams,
    answer: Why,
    async run({ core, businessId, params: { id } }) {
      const message = known(isId(id) ? await find(core.db, businessId, id) : undefined, 'message');
      const [stands, states, measure] = await Promise.all([
        standing(core.db, businessId, id),
        core.change.channelStates(businessId),
        core.measure({ ...message, businessId }),
      ]);
      const setup = (await core.setup(businessId)).channels.get(message.channelId);
      const channel = setup && { enabled: setup.enabled, ...states.get(setup.id) };
      const told = whyOf(message, known(stands, 'message'), channel, Date.now());
      return measure && !message.mask ? { ...told, measure } : told;
    },
  }),
];

type Channel = { enabled: boolean } & Partial<ChannelState>;

function whyOf(
  message: Message,
  stands: Standing,
  channel: Channel | undefined,
  now: number,
): Static<typeof Why> {
  const steps = (Object.entries(message.stamps) as [Status, number][])
    .map(([status, at]) => ({ at, status, text: said[status] }))
    .sort((a, b) => a.at - b.at || statusRanks[a.status as Status] - statusRanks[b.status as Status]);
  const waits = waitsFor(message, stands, channel, now);
  return {
    id: message.id,
    status: message.status,
    text: said[message.status],
    ...(waits !== undefined && { waits }),
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

/** What stands between a message and its next attempt; undefined when there is none to come. */
function waitsFor(
  { status }: Message,
  { dueAt, leaseUntil, behind }: Standing,
  channel: Channel | undefined,
  now: number,
): string | undefined {
  if (dueAt === null) return undefined;
  if (status === 'SCHLD' && dueAt > now) return `For its time: ${new Date(dueAt).toISOString()}.`;
  if (leaseUntil !== null && leaseUntil > now)
    return 'For the provider’s answer: it is being sent at this moment.';
  if (behind !== null) return `For an earlier message of its conversation: ${behind}.`;
  if (!channel?.enabled) return 'For its channel, which is switched off or gone.';
  if (channel.attention)
    return `For an administrator: its channel needs attention. ${channel.attention.reason}`;
  if (channel.pausedUntil !== undefined && channel.pausedUntil > now)
    return `For its channel: the provider asked for a pause until ${new Date(channel.pausedUntil).toISOString()}.`;
  if (dueAt > now) return `For its next attempt at ${new Date(dueAt).toISOString()}.`;
  return 'For its turn: it is due.';
}
