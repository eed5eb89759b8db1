import Type, { type Static } from 'typebox';
import { fold } from '../../model/fold.ts';
import { isId } from '../../model/ids.ts';
import type { Message as ModelMessage } from '../../model/message.ts';
import * as contacts from '../../store/contacts.ts';
import { newest, ofContacts } from '../../store/message-lists.ts';
import { byNumbers, byProviderId, find } from '../../store/messages.ts';
import { nameOf } from './inbox/told.ts';
import { Message, messageTold } from './messages.ts';
import { pageOf, pageQuery, pageRead } from './page.ts';
import { type Ask, route } from './route.ts';
import { maybe } from './words.ts';

const Listed = Type.Object(
  {
    ...Message.properties,
    contactName: Type.String({ description: 'What the person is called.' }),
  },
  { $id: 'ListedMessage' },
);

const query = Type.Object({
  ...pageQuery,
  q: maybe(
    Type.String({
      maxLength: 200,
      description:
        'Only the message of this id, of this number (`#880145`), or of this id of its provider; or what was written last with people of this number, address or name.',
      examples: ['+966 51 234 0001'],
    }),
  ),
});
type ListAsk = Ask<unknown, Static<typeof query>, unknown>;

/** People whose messages are told, at most: whoever finds more says more of them. */
const mostPeople = 20;

/** Messages across all conversations. */
export const messageLists = [
  route({
    method: 'GET',
    path: '/messages',
    right: 'read',
    summary: 'Messages, newest first',
    about:
      'Of all conversations, in both directions; lines of the log and notes are not among them. With `q` the newest of those that are meant by it, on one page.',
    query,
    answer: pageOf(Listed),
    async run(ask) {
      const { core, businessId, query } = ask;
      const { q, limit, after: before } = query;
      if (q === undefined || q.trim() === '') {
        const page = await newest(core.db, businessId, { before, limit });
        return pageRead(await listed(ask, page), ({ id }) => id, limit);
      }
      const found = [...(await named(ask, q.trim())), ...(await withPeople(ask, q.trim()))];
      const each = new Map(found.map((message) => [message.id, message]));
      const newestFirst = [...each.values()].sort((a, b) => (a.id > b.id ? -1 : 1));
      return { items: await listed(ask, newestFirst.slice(0, limit)) };
    },
  }),
];

/** Messages that somebody names: by our id, by number, or as their provider does. */
async function named({ core, businessId, setup }: ListAsk, q: string): Promise<ModelMessage[]> {
  if (isId(q)) {
    const found = await find(core.db, businessId, q);
    return found ? [found] : [];
  }
  const no = /^#?(\d{1,12})$/.exec(fold(q))?.[1];
  const numbered = no === undefined ? [] : await byNumbers(core.db, businessId, [Number(no)]);
  if (/\s/.test(q)) return numbered;
  const channels = [...(await setup()).channels.keys()];
  const keys = channels.map((channelId) => ({ businessId, channelId, providerId: q }));
  return [...numbered, ...(await byProviderId(core.db, keys))];
}

/** What was written with people who are meant: a telephone number in any form of writing, an address, a name. */
async function withPeople({ core, businessId, query }: ListAsk, q: string): Promise<ModelMessage[]> {
  const digits = fold(q).replace(/[\s().+-]/g, '');
  const text = /^\d{3,}$/.test(digits) ? digits : q;
  // An id, and what is too short to be searched for, is nobody.
  if (isId(q) || text.replace(/[^\p{L}\p{N}]/gu, '').length < 2) return [];
  const ids = await core.search.contacts(businessId, core.search.wordsIn(text), { limit: mostPeople });
  return ofContacts(core.db, businessId, ids, query.limit);
}

async function listed({ core, caller, businessId }: ListAsk, messages: ModelMessage[]) {
  const people = await contacts.byIds(core.db, businessId, [
    ...new Set(messages.map(({ contactId }) => contactId)),
  ]);
  return messages.map((message) => {
    const person = people.get(message.contactId);
    return { ...messageTold(message, caller), contactName: person ? nameOf(person) : message.contactId };
  });
}
