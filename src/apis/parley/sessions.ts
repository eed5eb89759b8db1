import Type from 'typebox';
import { contactTypes } from '../../model/contact.ts';
import { isId } from '../../model/ids.ts';
import { type Session as ModelSession, ticketOf } from '../../model/session.ts';
import * as storedContacts from '../../store/contacts.ts';
import { pageOfSession } from '../../store/messages.ts';
import * as stored from '../../store/sessions.ts';
import { Message, messageTold } from './messages.ts';
import { PageQuery, pageOf, pageQuery, pageRead } from './page.ts';
import { type Ask, route } from './route.ts';
import { flag, idParams, known, maybe, ms, oneOf } from './words.ts';

const text = (description: string) => maybe(Type.String({ description }));

const Session = Type.Object(
  {
    id: Type.String({ description: 'Its id.' }),
    contactId: Type.String({ description: 'The person.' }),
    channelId: Type.String({ description: 'The channel.' }),
    startedAt: ms('When it began.'),
    closedAt: maybe(ms('When it ended; absent while it is open.')),
    resolved: flag('Marked as done; the person reopens it by writing.'),
    queue: Type.String({ description: 'Code of the queue that it is in.' }),
    routingId: Type.String({ description: 'New at each routing.' }),
    agent: text('Code of the agent who holds it.'),
    team: text('Code of the team that it waits for.'),
    version: Type.Integer({ description: 'Grows with every change.' }),
    started: flag('The person has written in it.'),
    first: flag('The first one ever of this person.'),
    ticket: Type.String({ description: 'Short reference that people can read out.' }),
  },
  { $id: 'Session' },
);

const sessionTold = (session: ModelSession) => ({ ...session, ticket: ticketOf(session.id) });

async function sessionOf(
  { core, businessId }: Pick<Ask<unknown, unknown, unknown>, 'core' | 'businessId'>,
  id: string,
) {
  return known(isId(id) ? await stored.find(core.db, businessId, id) : undefined, 'session');
}

export const sessions = [
  route({
    method: 'GET',
    path: '/sessions',
    right: 'read',
    summary: 'Sessions, newest first',
    query: Type.Object({
      ...pageQuery,
      open: maybe(flag('Only the open ones, or only the closed ones.')),
      queue: text('Only those in this queue.'),
      contactId: text('Only those of this person.'),
    }),
    answer: pageOf(Session),
    async run({ core, businessId, query: { open, ...query } }) {
      const read = await stored.list(core.db, businessId, { ...query, isOpen: open });
      return pageRead(read.map(sessionTold), (session) => session.id, query.limit);
    },
  }),
  route({
    method: 'GET',
    path: '/sessions/:id',
    right: 'read',
    summary: 'One session',
    params: idParams,
    answer: Session,
    run: async (ask) => sessionTold(await sessionOf(ask, ask.params.id)),
  }),
  route({
    method: 'GET',
    path: '/sessions/:id/messages',
    right: 'read',
    summary: 'The messages of a session, in the order in which they came to us',
    params: idParams,
    query: PageQuery,
    answer: pageOf(Message),
    async run(ask) {
      const { id } = await sessionOf(ask, ask.params.id);
      const read = await pageOfSession(ask.core.db, ask.businessId, id, ask.query);
      return pageRead(read.map(messageTold), (message) => message.id, ask.query.limit);
    },
  }),
];

const Profile = Type.Object(
  { name: text('Name.'), email: text('E-mail address.'), phone: text('Phone number.') },
  { $id: 'Profile' },
);
const Contact = Type.Object(
  {
    id: Type.String({ description: 'Its id.' }),
    type: oneOf(Object.keys(contactTypes) as (keyof typeof contactTypes)[], 'What kind of address it is.'),
    lane: Type.String({ description: 'Our side: number, page, site, mailbox.' }),
    csid: Type.String({ description: "The channel's own id of the person." }),
    channelId: Type.String({ description: 'The channel that last carried a message.' }),
    profile: Profile,
    businessProfile: Type.Object(
      { ...Profile.properties, profileId: text("The person's id in your own system.") },
      { $id: 'BusinessProfile', description: 'What the business says of the person.' },
    ),
    labels: Type.Array(
      Type.Object({
        key: Type.String({ description: 'Unique for a person.' }),
        value: Type.Unknown({ description: 'Any JSON.' }),
        name: text('Name for people.'),
        type: maybe(oneOf(['TEXT', 'DATE', 'NUMBER', 'LIST'], 'How to read the value.')),
        format: text('How to show the value.'),
      }),
      { description: 'What the business noted about the person.' },
    ),
    lang: text('Preferred language.'),
    optedOut: flag('The person wants no messages.'),
    lastInboundAt: maybe(ms('When the person last wrote.')),
  },
  { $id: 'Contact' },
);

export const contacts = [
  route({
    method: 'GET',
    path: '/contacts',
    right: 'read',
    summary: 'All contacts, in the order of their ids',
    query: PageQuery,
    answer: pageOf(Contact),
    async run({ core, businessId, query }) {
      return pageRead(await storedContacts.list(core.db, businessId, query), (one) => one.id, query.limit);
    },
  }),
  route({
    method: 'GET',
    path: '/contacts/:id',
    right: 'read',
    summary: 'One contact',
    params: idParams,
    answer: Contact,
    async run({ core, businessId, params }) {
      const found = await storedContacts.byIds(core.db, businessId, [params.id]);
      return known(found.get(params.id), 'contact');
    },
  }),
];
