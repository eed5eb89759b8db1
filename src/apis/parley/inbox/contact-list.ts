import Type, { type Static } from 'typebox';
import { contactTypes } from '../../../model/contact.ts';
import { present } from '../../../model/present.ts';
import { invalid } from '../../../model/problem.ts';
import type { ContactRow } from '../../../store/contact-lists.ts';
import { inboxStates } from '../../../store/inbox.ts';
import { pageOf, pageQuery } from '../page.ts';
import { route } from '../route.ts';
import { flag, maybe, ms, oneOf } from '../words.ts';
import { nameOf } from './told.ts';

const text = (description: string) => maybe(Type.String({ description }));

const ListedContact = Type.Object(
  {
    id: Type.String({ description: 'Its id.' }),
    no: Type.Integer({ description: 'Its number: the list is in their order, highest first.' }),
    name: Type.String({ description: 'What to call the person; the address when nothing is known.' }),
    imageUrl: text('Address of a picture.'),
    type: oneOf(Object.keys(contactTypes) as (keyof typeof contactTypes)[], 'What kind of address it is.'),
    lane: Type.String({ description: 'Our side.' }),
    csid: Type.String({ description: 'Address of the person.' }),
    channelId: Type.String({ description: 'The channel that last carried a message.' }),
    phone: text('Phone number.'),
    email: text('E-mail address.'),
    tags: Type.Array(Type.Integer(), { description: 'Ids of tags.' }),
    owner: text('Code of the agent whose customer this is.'),
    optedOut: flag('The person wants no messages.'),
    lastInboundAt: maybe(ms('When the person last wrote.')),
    session: maybe(
      Type.Object(
        {
          id: Type.String({ description: 'Its id.' }),
          state: oneOf(inboxStates, 'How it stands.'),
          activeAt: ms('When somebody last wrote.'),
        },
        { description: 'The newest session of the person that you see.' },
      ),
    ),
  },
  { $id: 'ListedContact' },
);

const query = Type.Object({
  text: maybe(
    Type.String({
      maxLength: 200,
      description:
        'Only those with these words in name, number, e-mail address or labels: 2 characters at least, 10 words at most. Of a number any part of its digits will do.',
      examples: ['منى'],
    }),
  ),
  tag: maybe(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'Only those with this tag.' })),
  owner: text('Only the customers of this agent.'),
  unowned: maybe(flag('Only those who are nobody’s customers.')),
  channel: text('Only those to whom this channel last carried a message, or from whom.'),
  id: text('Only this one, if it is among them.'),
  limit: pageQuery.limit,
  after: maybe(Type.String({ maxLength: 16, description: '`next` of the page before.' })),
});

const Listed = Type.Object(
  {
    ...pageOf(ListedContact).properties,
    total: maybe(
      Type.Integer({
        description:
          'How many there are under these filters. On the first page, for who sees all, and up to 100,000.',
      }),
    ),
  },
  { $id: 'ListedContacts' },
);

function told(row: ContactRow): Static<typeof ListedContact> {
  const { id, no, type, lane, csid, channelId, tags, optedOut, profile, businessProfile } = row;
  const { sessionId, state, activeAt } = row;
  return present({
    ...{ id, no, name: nameOf(row), imageUrl: businessProfile.imageUrl, type, lane, csid, channelId },
    phone: businessProfile.phone || profile.phone,
    email: businessProfile.email || profile.email,
    tags,
    owner: row.owner ?? undefined,
    optedOut,
    lastInboundAt: row.lastInboundAt ?? undefined,
    session: sessionId === null ? undefined : { id: sessionId, state, activeAt },
  }) as Static<typeof ListedContact>;
}

function afterOf(after: string | undefined): number | undefined {
  if (after === undefined) return undefined;
  if (/^\d{1,15}$/.test(after)) return Number(after);
  throw invalid('after', 'after must be `next` of the page before', { value: after });
}

/** Everybody whom somebody sees, as a screen lists them. */
export const inboxContactList = [
  route({
    method: 'GET',
    path: '/inbox/contacts',
    right: 'agent',
    summary: 'The contacts that you see, as a screen lists them',
    about:
      'Who came last stands first. With the setting `agentsSee: own` agents see the people of the sessions that they see, and their own customers. A page may be short, and even empty, while there are more: `next` tells. New words of a person are found within seconds.',
    query,
    answer: Listed,
    async run({ core, businessId, query, me }) {
      const { view } = await me();
      const { text, owner, unowned, after, limit, tag, channel, id } = query;
      if (unowned && owner !== undefined) throw invalid('unowned', 'unowned and an owner is nobody');
      const { rows, next, total } = await core.search.people(businessId, view, {
        ...{ tag, channel, id, limit, owner: unowned ? null : owner, after: afterOf(after) },
        words: text === undefined ? undefined : core.search.wordsIn(text, 'text'),
      });
      return present({
        items: rows.map(told),
        next: next === undefined ? undefined : String(next),
        total,
      }) as Static<typeof Listed>;
    },
  }),
];
