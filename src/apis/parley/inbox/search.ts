import Type, { type Static } from 'typebox';
import { snippetOf } from '../../../model/fold.ts';
import { plainText } from '../../../model/message.ts';
import type { View } from '../../../model/policy.ts';
import type { Core } from '../../../pipeline/core.ts';
import * as contacts from '../../../store/contacts.ts';
import * as inbox from '../../../store/inbox.ts';
import { Contact } from '../contacts.ts';
import { pageOf } from '../page.ts';
import { route } from '../route.ts';
import { flag, maybe, ms, oneOf } from '../words.ts';
import { InboxSession } from './schemas.ts';
import { nameOf, rowTold } from './told.ts';

const FoundMessage = Type.Object(
  {
    id: Type.String({ description: 'Id of the message.' }),
    sessionId: Type.String({ description: 'The conversation.' }),
    channelId: Type.String({ description: 'The channel.' }),
    contact: Type.Object({
      id: Type.String({ description: 'Id of the contact.' }),
      name: Type.String({ description: 'What to call the person.' }),
    }),
    at: ms('When it was written.'),
    direction: oneOf(['I', 'O', 'N', 'L'], 'From the person, to the person, a note, a line.'),
    snippet: Type.Array(Type.Object({ text: Type.String(), hit: flag('It is what was searched for.') }), {
      description: 'The part of it in which it was found.',
    }),
  },
  { $id: 'FoundMessage' },
);

/** Searching in everything that was written, and in contacts. */
export const inboxSearch = [
  route({
    method: 'GET',
    path: '/inbox/search',
    right: 'agent',
    summary: 'Search in messages and contacts',
    about:
      'All words, each from its beginning, whatever its case and marks; Arabic letters that are written for each other, and digits of all scripts, are one. What was written is found within seconds.',
    query: Type.Object({
      q: Type.String({
        maxLength: 200,
        description: 'What to search for: 2 characters at least, 10 words at most.',
      }),
      in: Type.Unsafe<'all' | 'messages' | 'contacts'>({
        type: 'string',
        enum: ['all', 'messages', 'contacts'],
        default: 'all',
        description: 'Where to search.',
      }),
      limit: Type.Integer({
        minimum: 1,
        maximum: 100,
        default: 20,
        description: 'How many of each at most.',
      }),
      after: maybe(
        Type.String({ maxLength: 500, description: '`next` of the page before, with `in` the same.' }),
      ),
    }),
    answer: Type.Object(
      {
        messages: maybe(pageOf(FoundMessage)),
        contacts: maybe(pageOf(Contact)),
        sessions: maybe(
          Type.Array(InboxSession, { description: 'The session whose ticket it is, with `in: all`.' }),
        ),
      },
      { $id: 'Found' },
    ),
    async run({ core, businessId, query, me, setup }) {
      const { view } = await me();
      const { q, limit, after } = query;
      const words = core.search.wordsIn(q);
      const [messages, people, sessions, all] = await Promise.all([
        query.in === 'contacts'
          ? undefined
          : foundMessages(core, businessId, view, words, {
              limit,
              ...(after !== undefined && { before: after }),
            }),
        query.in === 'messages'
          ? undefined
          : foundContacts(core, businessId, view, words, {
              limit,
              ...(query.in === 'contacts' && after !== undefined && { after }),
            }),
        query.in === 'all' ? core.search.ofTicket(businessId, view, q) : [],
        setup(),
      ]);
      return {
        ...(messages && { messages }),
        ...(people && { contacts: people }),
        ...(sessions.length > 0 && { sessions: sessions.map((row) => rowTold(core, all, row)) }),
      };
    },
  }),
];

async function foundMessages(
  core: Core,
  businessId: number,
  view: View,
  words: string[],
  page: { limit: number; before?: string },
) {
  const rows = await core.search.messages(businessId, view, words, page);
  const items = rows.map(
    ({ contactId, contact, content, mask, ...row }): Static<typeof FoundMessage> => ({
      ...row,
      contact: { id: contactId, name: nameOf(contact) },
      snippet: mask ? [] : snippetOf(plainText(content), words),
    }),
  );
  const last = items.at(-1);
  return items.length < page.limit || !last ? { items } : { items, next: last.id };
}

async function foundContacts(
  core: Core,
  businessId: number,
  view: View,
  words: string[],
  page: { limit: number; after?: string },
) {
  const ids = await core.search.contacts(businessId, words, page);
  const found = await contacts.byIds(core.db, businessId, ids);
  const seen = view.all
    ? undefined
    : new Set(
        (await inbox.ofContacts(core.db, businessId, view, ids, { limit: 1000 })).map((one) => one.contactId),
      );
  const items = ids
    .flatMap((id) => found.get(id) ?? [])
    .filter((one) => !seen || seen.has(one.id) || one.owner === view.agent);
  const last = ids.at(-1);
  return ids.length < page.limit || last === undefined ? { items } : { items, next: last };
}
