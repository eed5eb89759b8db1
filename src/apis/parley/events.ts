import Type, { type Static } from 'typebox';
import { type EventType, eventTypes, type StoredEvent } from '../../model/event.ts';
import { hears } from '../../model/policy.ts';
import { after, first } from '../../store/events.ts';
import type { Recipient, RenderedEvent } from '../surface.ts';
import { contentTold } from './content.ts';
import { pageQuery } from './page.ts';
import { route } from './route.ts';
import { json, maybe, ms, oneOf } from './words.ts';

const Event = Type.Object(
  {
    id: Type.String({ description: 'Its id: the same each time that it is told. `webhook-id` of a call.' }),
    type: oneOf(eventTypes, 'What happened.'),
    seq: Type.Integer({ description: 'Its number in the business: grows by one with each event.' }),
    at: ms('When it happened.'),
    business: Type.String({ description: 'Domain of the business.' }),
    data: json('What is told of it, by its type.'),
  },
  {
    $id: 'Event',
    description: 'Something that happened: an item of the feed, and the body of a webhook call.',
  },
);

/** What each type of event tells in `data`, for the reference. Whom it is about is there wherever it is about a person. */
const told: Record<EventType, string> = {
  'message.accepted':
    'a message was accepted for sending: `message`, `template` (its code), `contact`, `session`',
  'message.received': 'a person wrote: `message`, `contact`, `session`',
  'message.status':
    'a message of ours reached a further status: `messageId`, `no`, `messageType`, `status`, `short` (SENT, DLVRD, READ, FAILD, DELTD), `before` (the `short` told last, or NONE), `timestamp`, `errors`, `template` (its code), `contact`, `session`',
  'message.deleted': 'a message was taken out of the store: `messageId`, `no`, `contact`, `session`',
  'session.opened': 'a conversation began: `contact`, `session`',
  'session.routed':
    'it was handed to a queue: `routing` (with `oldAgent`, `oldTeam` where somebody held it who does not any more), `contact`, `session`',
  'session.assigned':
    'who holds it has changed: `assignment` (with `oldQueue` where it went to another queue at once), `by` (of an agent), `contact`, `session`',
  'session.resolved':
    'it was marked as done, or reopened by the person (`session.resolved`): `by` (the agent who resolved it), `contact`, `session`',
  'session.snoozed':
    'it rests until `until`, or is awake again without it: `reason` (request, time, message), `by`, `contact`, `session`',
  'note.added': 'an agent wrote a note: `message`, `mentions` (codes of agents), `contact`, `session`',
  'session.closed': 'it ended: `reason` (request, inactivity), `contact`, `session`',
  'contact.created': 'a person became known: `contact`',
  'contact.assigned':
    'a contact got another owner, or none: `oldAgent`, `newAgent` (codes), `contact`, `session`',
  'contact.updated': 'something about a person was changed: `changed`, `contact`',
  'action.triggered': 'an action was triggered: `code`, `contact`, `session`',
  'channel.event':
    'a channel told something else: `channelId`, `code`, `data`, and `contact` if it is about one',
  'channel.attention': 'a channel needs an administrator, or no longer: `channelId`, `needed`, `reason`',
  'template.status':
    'a provider judged a template: `channelId`, `code`, `lang`, `status`, and `reason` if it gave one',
  'endpoint.failing': 'a webhook endpoint keeps failing: `endpointId`, `failures`, `disabled`, `reason`',
  'customer.event': 'the business pushed what a customer did: `name`, `id`, `data`, `links`',
};
const toldList = eventTypes.map((type) => `- \`${type}\`: ${told[type]}`).join('\n');

/** The event types that this surface tells: all. */
export const tells: readonly EventType[] = eventTypes;

/** An event in the words of the API, the same in the feed, on the live socket and in webhook calls. */
function eventTold(event: StoredEvent, business: string): Static<typeof Event> {
  const { id, type, seq, at } = event;
  return { id, type, seq, at, business, data: dataTold(event) };
}

type OfMessage = Extract<StoredEvent, { type: 'message.received' | 'message.accepted' | 'note.added' }>;

/** It carries what a message says. */
function isOfMessage(event: StoredEvent): event is OfMessage {
  return (
    event.type === 'message.received' || event.type === 'message.accepted' || event.type === 'note.added'
  );
}

function dataTold(event: StoredEvent): Record<string, unknown> {
  if (!isOfMessage(event)) return { ...event.data };
  const { message, ...about } = event.data;
  return { ...about, message: { ...message, content: contentTold(message.content) } };
}

/** The body of a webhook call. A file of ours has a link there, which needs no key. */
export function render(event: StoredEvent, { business, mediaLink }: Recipient): RenderedEvent {
  const body = eventTold(event, business.domain);
  if (!isOfMessage(event)) return { body };
  const { message } = event.data;
  const { media, attachments, ...content } = contentTold(message.content);
  if (!media?.id && !attachments) return { body };
  const linked = <M extends { id?: string }>(file: M) =>
    file.id === undefined ? file : { ...file, link: mediaLink(file.id, false) };
  const files = {
    ...(media && { media: linked(media) }),
    ...(attachments && { attachments: attachments.map(linked) }),
  };
  return {
    body: { ...body, data: { ...body.data, message: { ...message, content: { ...content, ...files } } } },
  };
}

export const events = [
  route({
    method: 'GET',
    path: '/events',
    right: 'listen',
    summary: 'What happened, from a number on',
    about: `Every event of the business, in order and without gaps: ask again with \`after\` set to \`next\`, and nothing is missed. An agent who sees a part of the sessions gets what happened in these: pages are shorter then, or empty, and \`next\` goes on all the same. What \`data\` holds, by type:\n\n${toldList}`,
    query: Type.Object({
      limit: pageQuery.limit,
      after: Type.Integer({
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        default: 0,
        description: 'Number of the last event seen.',
      }),
    }),
    answer: Type.Object({
      items: Type.Array(Event),
      next: Type.Integer({ description: 'Give it as `after` the next time; it is always there.' }),
      oldest: maybe(
        Type.Integer({
          description:
            'Number of the oldest event that is kept. When it is beyond `after + 1`, what lay between is forgotten.',
        }),
      ),
    }),
    async run({ core, caller, businessId, query, setup, me }) {
      const { domain } = (await setup()).business;
      const view = caller.agent && (await me()).view;
      const [read, oldest] = await Promise.all([
        after(core.db, businessId, query.after, query.limit),
        first(core.db, businessId),
      ]);
      return {
        items: read.filter((event) => !view || hears(view, event)).map((event) => eventTold(event, domain)),
        next: read.at(-1)?.seq ?? query.after,
        ...(oldest !== undefined && { oldest }),
      };
    },
  }),
];
