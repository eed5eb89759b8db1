import Type, { type Static } from 'typebox';
import { isId } from '../../model/ids.ts';
import type { Message as ModelMessage } from '../../model/message.ts';
import { invalid } from '../../model/problem.ts';
import type { Setup } from '../../model/setup.ts';
import type { Caller, Core, SendRequest } from '../../pipeline/core.ts';
import { findOnce } from '../../pipeline/idempotency.ts';
import { sentBefore } from '../../pipeline/send.ts';
import * as store from '../../store/messages.ts';
import { Message, messageId } from './content.ts';
import { inWords } from './errors.ts';
import { ourField } from './message-fields.ts';
import { approvalDoors, lanesOf } from './people.ts';
import { type Ask, route } from './route.ts';
import { templateWanted } from './template-block.ts';
import { digitsOf, done, envelope, idParams, known, maybe, number, numberOf, text } from './words.ts';
import { contentOf } from './words-content.ts';
import { templateRequest } from './words-template.ts';

const tag = 'Messages';

const Sent = Type.Object(
  {
    success: Type.Boolean({ examples: [true] }),
    message: text('What was done.'),
    id: text('Its id, as `id` of the webhooks.', '65f0c0ffee65f0c0ffee65f0'),
    message_id: number('Its number, as `message_id` of the webhooks.', 880145),
  },
  { $id: 'Sent' },
);

/** Who a message comes from: the agent whose token it is, else the app of the key. */
function senderOf({ agent, appId }: Caller, { apps }: Setup): SendRequest['sender'] {
  if (agent) return { type: 'AGENT', code: agent.code };
  const app = apps.get(appId);
  return { type: app?.mode === 'BOT' ? 'BOT' : 'API', ...(app && { code: app.code }) };
}

/** What to do about it is said where this surface has an answer to it. */
const sayings = {
  WINDOW_CLOSED: {
    field: 'to',
    message: 'to: the 24-hour window of this person is closed: only a template can be sent',
  },
  UNKNOWN_CONTACT: {
    field: 'to',
    message: 'to: there is no contact with this number; create=true makes one',
  },
};

/**
 * The messages that these ids name, each once, in their order: by number, by our id, or by the provider's
 * (azeer.md 5.2). One statement for each kind of id.
 */
async function messagesNamed(
  core: Core,
  businessId: number,
  given: readonly (string | number)[],
): Promise<ModelMessage[]> {
  const ids = [...new Set(given.map(String))];
  const numbers = ids.flatMap((id) => numberOf(id) ?? []);
  const words = ids.filter((id) => numberOf(id) === undefined);
  const { channels } = await core.setup(businessId);
  const keys = words
    .filter((id) => !isId(id))
    .flatMap((providerId) =>
      [...channels.keys()].map((channelId) => ({ businessId, channelId, providerId })),
    );
  const [byNumber, byId, byProviderId] = await Promise.all([
    store.byNumbers(core.db, businessId, numbers),
    store.byIds(core.db, businessId, words.filter(isId)),
    store.byProviderId(core.db, keys),
  ]);
  const found = new Map<string, ModelMessage>();
  for (const one of byNumber) found.set(String(one.no), one);
  for (const one of byId) found.set(one.id, one);
  for (const one of byProviderId) found.set(one.providerId!, one);
  const named = ids.flatMap((id) => found.get(String(numberOf(id) ?? id)) ?? []);
  return [...new Map(named.map((one) => [one.id, one])).values()];
}

const told = ({ id, no }: Pick<ModelMessage, 'id' | 'no'>) => ({ id, message_id: no });
const DeletedMessage = Type.Object(
  { id: Sent.properties.id, message_id: Sent.properties.message_id },
  { $id: 'DeletedMessage' },
);

/** Sends to a phone number. Throws in the words of this API. */
async function sendTo({
  core,
  caller,
  query,
  body,
  setup,
}: Ask<unknown, { create?: boolean }, Static<typeof Message>>) {
  const to = digitsOf(body.to, 'to');
  const all = await setup();
  const content = contentOf(body);
  const wanted = body.type === 'template' ? templateWanted(body.template ?? {}) : undefined;
  const [channel] = await lanesOf(core, all, [to], () => 'to');
  const doors = approvalDoors(core, all);
  const door = doors.find((one) => one.channel.id === channel!.id)!;
  const said = wanted ? templateRequest(wanted, all.templates, door) : { content };
  return core
    .send(caller, {
      to: { phone: to },
      channelId: channel!.id,
      ...said,
      onlyKnown: !query.create,
      onlyInWindow: true,
      sender: senderOf(caller, all),
    })
    .catch(inWords((field) => ourField(field, body), sayings));
}

/** How many messages a call may delete. */
const mostDeleted = 1000;

export const messages = [
  route({
    method: 'POST',
    path: '/message/send',
    right: 'write',
    tag,
    summary: 'Send a message to a person',
    about:
      'Stored and due when this answers; webhooks tell what becomes of it. Everything but a template needs an ' +
      'open 24-hour window, where the channel has one: it is refused at once otherwise. It goes out on the WhatsApp ' +
      'channel on which the number was heard last, else on the first one.',
    query: Type.Object({
      create: maybe(Type.Boolean({ description: 'Make the contact when there is none.', default: false })),
    }),
    body: Message,
    answer: Sent,
    example: {
      request: {
        to: '966512340001',
        type: 'template',
        template: { template_id: 'order_ready', language: 'en', argument: { BODY: ['Huda', 'A-1007'] } },
      },
      response: {
        success: true,
        message: 'message sent successfully',
        id: '65f0c0ffee65f0c0ffee65f0',
        message_id: 880145,
      },
    },
    async run(ask) {
      const { id, no } = sentBefore(ask.caller) ?? (await sendTo(ask));
      return { success: true, message: 'message sent successfully', id, message_id: no };
    },
  }),
  route({
    method: 'DELETE',
    path: '/message/:id',
    right: 'write',
    tag,
    summary: 'Delete a message here',
    about:
      'By its number or its id. One that still waits is never sent; what was sent stays with the person. Answers 409 ' +
      'while it is being sent.',
    params: idParams,
    answer: envelope('MessageDeleted', DeletedMessage),
    example: {
      response: done('message deleted', { id: '65f0c0ffee65f0c0ffee65f0', message_id: 880145 }),
    },
    async run({ core, caller, businessId, params }) {
      const message = await findOnce(async () => {
        const [named] = await messagesNamed(core, businessId, [params.id]);
        const { id, no } = known(named, 'message');
        return { id, no };
      });
      const [deleted] = await core.deleteMessages(caller, [message.id], { refuseBusy: true });
      known(deleted, 'message');
      return done('message deleted', told(message));
    },
  }),
  route({
    method: 'DELETE',
    path: '/message',
    right: 'write',
    tag,
    summary: 'Delete messages here',
    about:
      'Unknown ones are passed over, and so are those that are being sent at this moment; those that were deleted ' +
      'are listed.',
    body: Type.Object(
      {
        message_ids: Type.Array(messageId, {
          minItems: 1,
          description: `Up to ${mostDeleted} messages, by their numbers or their ids.`,
        }),
      },
      { $id: 'MessageIds' },
    ),
    answer: envelope('MessagesDeleted', Type.Array(DeletedMessage)),
    example: {
      request: { message_ids: [880145, 880146] },
      response: done('messages deleted', [{ id: '65f0c0ffee65f0c0ffee65f0', message_id: 880145 }]),
    },
    async run({ core, caller, businessId, body }) {
      const { message_ids: ids } = body;
      if (ids.length > mostDeleted) {
        throw invalid('message_ids', `message_ids may hold at most ${mostDeleted} ids`, { code: 'TOO_MANY' });
      }
      const named = await findOnce(async () =>
        (await messagesNamed(core, businessId, ids)).map(({ id, no }) => ({ id, no })),
      );
      const found = new Map(named.map((one) => [one.id, one]));
      const deleted = found.size > 0 ? await core.deleteMessages(caller, [...found.keys()]) : [];
      return done(
        'messages deleted',
        deleted.map((id) => told(found.get(id)!)),
      );
    },
  }),
];
