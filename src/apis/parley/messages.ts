import Type, { type Static } from 'typebox';
import { isId } from '../../model/ids.ts';
import type { Content, Message as ModelMessage } from '../../model/message.ts';
import { type Status, statusRanks } from '../../model/status.ts';
import type { Caller } from '../../pipeline/core.ts';
import { find } from '../../store/messages.ts';
import { assertOwn, codeShown, isShown } from '../reach.ts';
import { BulkAnswer, mostAtOnce, sendAll } from './bulk.ts';
import { contentTold, ToldContent } from './content.ts';
import { route } from './route.ts';
import { Accepted, inOurWords, OutgoingMessage, senderOf, sendRequestOf } from './sending.ts';
import { change, flag, idParams, known, maybe, ms, oneOf, Removed } from './words.ts';

const text = (description: string) => maybe(Type.String({ description }));

const statuses = Object.keys(statusRanks) as Status[];

export const Message = Type.Object(
  {
    id: Type.String({ description: 'Its id.' }),
    no: Type.Integer({ description: 'Its number.', examples: [880145] }),
    direction: oneOf(
      ['I', 'O', 'L', 'N'],
      'I: from the person, O: to the person, L: a line of the log, N: a note of an agent.',
    ),
    contactId: Type.String({ description: 'The person.' }),
    channelId: Type.String({ description: 'The channel.' }),
    sessionId: Type.String({ description: 'The conversation.' }),
    content: ToldContent,
    status: oneOf(statuses, 'The furthest status that it has reached.'),
    stamps: Type.Record(Type.String(), Type.Integer(), {
      description:
        'Every status that it has reached, with the time at which it first did, in epoch milliseconds.',
    }),
    errors: Type.Array(
      Type.Object({
        code: Type.String({ description: 'Code of the failure.' }),
        title: Type.String({ description: 'What failed.' }),
        details: text('More about it.'),
        href: text('Where it is explained.'),
      }),
      { description: 'Why it failed, as webhooks tell it.' },
    ),
    failure: maybe(
      Type.Object(
        {
          class: Type.String({ description: 'What kind of failure it was.', examples: ['RATE_LIMITED'] }),
          code: text("The provider's own code."),
          subcode: text('Its second code.'),
          text: text('Its own words.'),
          traceId: text('By which the provider finds it.'),
          retryAfterMs: maybe(Type.Integer({ description: 'How long the provider asked to wait.' })),
          scope: maybe(oneOf(['channel', 'recipient'], 'Whom a rate limit concerns.')),
        },
        { description: 'The last failed attempt.' },
      ),
    ),
    providerId: text("The channel's own id of it."),
    replyId: text('The message that it answers.'),
    replyIdExt: text("The channel's own id of that."),
    appId: text('The app that sent it.'),
    senderType: maybe(oneOf(['API', 'BOT', 'AGENT'], 'Who wrote it.')),
    senderCode: text('Code of the app or the agent.'),
    mask: flag('What it says is hidden once it is handed over.'),
    timestamp: ms('When it was accepted, or written by the person.'),
  },
  { $id: 'Message' },
);

/** A message in the words of the API. What is to be hidden is hidden from the start (decision D37). */
export function messageTold(
  { content, senderCode, ...rest }: ModelMessage,
  caller: Caller,
): Static<typeof Message> {
  const shown: Content = rest.mask ? { type: content.type } : content;
  const sender = codeShown(caller, senderCode);
  return {
    ...rest,
    ...(sender !== undefined && { senderCode: sender }),
    content: contentTold(shown),
    stamps: { ...rest.stamps } as Record<string, number>,
  };
}

export const messages = [
  route({
    method: 'POST',
    path: '/messages',
    right: 'write',
    summary: 'Send a message',
    about: 'It is stored and due when this answers; what becomes of it is told by `message.status` events.',
    body: OutgoingMessage,
    creates: 'always',
    answer: Accepted,
    async run({ core, caller, body, setup, made }) {
      const sender = senderOf(caller, (await setup()).apps);
      const accepted = await core
        .send(caller, { ...sendRequestOf(body), sender })
        .catch((error: unknown) => Promise.reject(inOurWords(error, body)));
      made('created');
      return accepted;
    },
  }),
  route({
    method: 'POST',
    path: '/messages/bulk',
    right: 'write',
    summary: 'Send many messages',
    about:
      'All that can be sent are stored and due when this answers, in one go and in the order given; each of the ' +
      'others has its error in its place, and does not keep them from it.',
    body: change({
      messages: Type.Array(Type.Unknown(), {
        minItems: 1,
        maxItems: mostAtOnce,
        description: `Up to ${mostAtOnce} messages, each as for \`POST /messages\`.`,
        examples: [
          [{ channelId: 'sms:966500000000', to: { phone: '966500000001' }, content: { text: 'Hello' } }],
        ],
      }),
    }),
    answer: BulkAnswer,
    async run({ core, caller, body, setup }) {
      const sender = senderOf(caller, (await setup()).apps);
      return sendAll(core, caller, body.messages, sender);
    },
  }),
  route({
    method: 'GET',
    path: '/messages/:id',
    right: 'read',
    reach: 'own',
    summary: 'One message with its whole history',
    params: idParams,
    answer: Message,
    async run({ core, caller, businessId, params: { id } }) {
      const found = isId(id) ? await find(core.db, businessId, id) : undefined;
      await assertOwn(core, caller, found && isShown(caller, found) ? found.contactId : undefined);
      return messageTold(known(found, 'message'), caller);
    },
  }),
  route({
    method: 'DELETE',
    path: '/messages/:id',
    right: 'write',
    summary: 'Delete a message',
    about:
      'The person keeps what was sent; what still waited is never sent. Refused with CONFLICT while it is being sent. The log of events keeps what happened.',
    params: idParams,
    answer: Removed,
    async run({ core, caller, params }) {
      const [id] = await core.deleteMessages(caller, [params.id], { refuseBusy: true });
      known(id, 'message');
      return { removed: true };
    },
  }),
  route({
    method: 'POST',
    path: '/messages/delete',
    right: 'write',
    summary: 'Delete messages',
    about: 'Those that are not there are passed over, and so are those that are being sent at this moment.',
    body: change({ ids: Type.Array(Type.String(), { maxItems: 1000, description: 'Ids of messages.' }) }),
    answer: Type.Object(
      { deleted: Type.Array(Type.String(), { description: 'Ids of those that are gone.' }) },
      { $id: 'MessagesDeleted' },
    ),
    run: async ({ core, caller, body }) => ({ deleted: await core.deleteMessages(caller, body.ids) }),
  }),
];
