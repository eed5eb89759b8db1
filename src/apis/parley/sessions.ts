import Type from 'typebox';
import type { Contact as ModelContact } from '../../model/contact.ts';
import { isId } from '../../model/ids.ts';
import { type Session as ModelSession, ticketOf } from '../../model/session.ts';
import type { Caller, Core } from '../../pipeline/core.ts';
import { pageOfSession } from '../../store/messages.ts';
import * as stored from '../../store/sessions.ts';
import { assertOwn, codeShown, isShown, ownContacts } from '../reach.ts';
import { Message, messageTold } from './messages.ts';
import { PageQuery, pageOf, pageQuery, pageRead } from './page.ts';
import { type Ask, route } from './route.ts';
import { flag, idParams, known, maybe, ms } from './words.ts';

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

const sessionTold = ({ agent, ...session }: ModelSession, caller: Caller) => {
  const shown = codeShown(caller, agent);
  return { ...session, ...(shown !== undefined && { agent: shown }), ticket: ticketOf(session.id) };
};

async function sessionOf(
  { core, caller, businessId }: Pick<Ask<unknown, unknown, unknown>, 'core' | 'caller' | 'businessId'>,
  id: string,
) {
  const found = isId(id) ? await stored.find(core.db, businessId, id) : undefined;
  await assertOwn(core, caller, found?.contactId);
  return known(found, 'session');
}

/** A page of the sessions of these contacts, newest first. */
async function ofContacts(
  core: Core,
  businessId: number,
  own: ModelContact[],
  page: Parameters<typeof stored.list>[2],
): Promise<ModelSession[]> {
  const wanted = own.filter(({ id }) => page.contactId === undefined || id === page.contactId);
  const lists = await Promise.all(
    wanted.map(({ id }) => stored.list(core.db, businessId, { ...page, contactId: id })),
  );
  return lists
    .flat()
    .sort((a, b) => (a.id > b.id ? -1 : 1))
    .slice(0, page.limit);
}

export const sessions = [
  route({
    method: 'GET',
    path: '/sessions',
    right: 'read',
    reach: 'own',
    summary: 'Sessions, newest first',
    query: Type.Object({
      ...pageQuery,
      open: maybe(flag('Only the open ones, or only the closed ones.')),
      queue: text('Only those in this queue.'),
      contactId: text('Only those of this person.'),
    }),
    answer: pageOf(Session),
    async run({ core, caller, businessId, query: { open, ...query } }) {
      const page = { ...query, isOpen: open };
      const own = await ownContacts(core, caller);
      const read = own
        ? await ofContacts(core, businessId, own, page)
        : await stored.list(core.db, businessId, page);
      return pageRead(
        read.map((one) => sessionTold(one, caller)),
        (session) => session.id,
        query.limit,
      );
    },
  }),
  route({
    method: 'GET',
    path: '/sessions/:id',
    right: 'read',
    reach: 'own',
    summary: 'One session',
    params: idParams,
    answer: Session,
    run: async (ask) => sessionTold(await sessionOf(ask, ask.params.id), ask.caller),
  }),
  route({
    method: 'GET',
    path: '/sessions/:id/messages',
    right: 'read',
    reach: 'own',
    summary: 'The messages of a session, in the order in which they came to us',
    params: idParams,
    query: PageQuery,
    answer: pageOf(Message),
    async run(ask) {
      const { id } = await sessionOf(ask, ask.params.id);
      const read = await pageOfSession(ask.core.db, ask.businessId, id, ask.query);
      const { items, ...page } = pageRead(read, (message) => message.id, ask.query.limit);
      return {
        items: items.filter((one) => isShown(ask.caller, one)).map((one) => messageTold(one, ask.caller)),
        ...page,
      };
    },
  }),
];
