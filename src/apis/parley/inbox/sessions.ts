import Type, { type Static } from 'typebox';
import { isId } from '../../../model/ids.ts';
import { present } from '../../../model/present.ts';
import { invalid } from '../../../model/problem.ts';
import * as contacts from '../../../store/contacts.ts';
import * as inbox from '../../../store/inbox.ts';
import * as drafts from '../../../store/inbox-drafts.ts';
import type { InboxPage } from '../../../store/inbox-lists.ts';
import { Contact } from '../contacts.ts';
import { pageOf } from '../page.ts';
import { route } from '../route.ts';
import { flag, idParams, known, maybe } from '../words.ts';
import { sessionSeen } from './ask.ts';
import { Draft, InboxSession } from './schemas.ts';
import { rowTold } from './told.ts';

const text = (description: string) => maybe(Type.String({ description }));

const listQuery = Type.Object({
  view: Type.Unsafe<'mine' | 'unassigned' | 'all' | 'mentions'>({
    type: 'string',
    enum: ['mine', 'unassigned', 'all', 'mentions'],
    default: 'all',
    description:
      'Those that you hold, or held until they were resolved; that nobody holds; that you see; or in which a note mentions you.',
  }),
  state: Type.Unsafe<inbox.InboxState | 'any'>({
    type: 'string',
    enum: [...inbox.inboxStates, 'any'],
    default: 'open',
    description: 'How they stand.',
  }),
  queue: text('Code of the queue.'),
  team: text('Code of the team.'),
  agent: text('Code of the agent who holds them.'),
  channel: text('Id of the channel.'),
  tag: maybe(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'Id of a tag of the contact.' })),
  unread: maybe(flag('Only those with messages that you have not read.')),
  text: maybe(
    Type.String({
      maxLength: 200,
      description:
        'Only of contacts whose name, address or labels have these words, and the one whose ticket it is. Less than two letters narrow nothing; 10 words at most.',
      examples: ['1OS9XU8'],
    }),
  ),
  sort: Type.Unsafe<'latest' | 'waiting'>({
    type: 'string',
    enum: ['latest', 'waiting'],
    default: 'latest',
    description:
      'Latest activity first, or longest waiting first; who waits for nothing is not among the latter.',
  }),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50, description: 'How many at most.' }),
  after: Type.Optional(Type.String({ maxLength: 100, description: '`next` of the page before.' })),
});

/** Where a page goes on: time and id of its last row. */
const cursorOf = (at: number, id: string) => `${at.toString(36)}-${id}`;

function readCursor(after: string | undefined): { at: number; id: string } | undefined {
  if (after === undefined) return undefined;
  const [time = '', id = ''] = after.split('-');
  const at = Number.parseInt(time, 36);
  if (/^[0-9a-z]{1,10}$/.test(time) && isId(id) && at <= 8.64e15) return { at, id };
  throw invalid('after', 'after must be `next` of the page before', { value: after });
}

function pageAsked(query: Static<typeof listQuery>, me: string): InboxPage {
  const { view, state, agent, queue, team, channel, tag, unread, sort, limit, after } = query;
  const isMine = view === 'mine';
  if (isMine && agent !== undefined && agent !== me)
    throw invalid('agent', 'view=mine and another agent is nobody');
  const holder = isMine ? me : agent;
  return {
    view: view === 'mentions' || view === 'unassigned' ? view : holder === undefined ? 'all' : 'held',
    agent: holder,
    states: state === 'any' ? inbox.inboxStates : [state],
    ...{ queue, team, channel, tag, unread, sort, limit },
    after: readCursor(after),
  };
}

const counts = (of: string) =>
  Type.Record(Type.String(), Type.Integer(), { description: `Open ones by ${of}.` });

const Counts = Type.Object(
  {
    mine: Type.Integer({ description: 'Open ones that you hold.' }),
    unassigned: Type.Integer({ description: 'Open ones that nobody holds.' }),
    all: Type.Integer({ description: 'Open ones that you see.' }),
    mentions: Type.Integer({ description: 'Open ones in which a note mentions you.' }),
    unread: Type.Integer({ description: 'Open ones that you hold, with messages that you have not read.' }),
    snoozed: Type.Integer({ description: 'Those that rest.' }),
    byQueue: counts('queue'),
    byTeam: counts('team'),
    byAgent: counts('agent'),
    byChannel: counts('channel'),
  },
  { $id: 'InboxCounts' },
);

function countsOf(rows: inbox.Counted[], me: string) {
  const open = rows.filter(({ state }) => state === 'open');
  const sum = (some: inbox.Counted[]) => some.reduce((all, { many }) => all + many, 0);
  const by = (key: 'queue' | 'team' | 'agent' | 'channel') => {
    const sums: Record<string, number> = {};
    for (const row of open) if (row[key] !== null) sums[row[key]] = (sums[row[key]] ?? 0) + row.many;
    return sums;
  };
  return {
    mine: sum(open.filter(({ agent }) => agent === me)),
    unassigned: sum(open.filter(({ agent }) => agent === null)),
    all: sum(open),
    snoozed: sum(rows) - sum(open),
    byQueue: by('queue'),
    byTeam: by('team'),
    byAgent: by('agent'),
    byChannel: by('channel'),
  };
}

/** Lists of sessions. */
export const inboxSessions = [
  route({
    method: 'GET',
    path: '/inbox/sessions',
    right: 'agent',
    summary: 'A page of the inbox',
    about: 'One that moves up meanwhile may come twice: tell them apart by id.',
    query: listQuery,
    answer: pageOf(InboxSession),
    async run({ core, businessId, query, me, setup }) {
      const { agent, view } = await me();
      const all = await setup();
      const page = pageAsked(query, agent.code);
      const rows = await core.search.inbox(businessId, view, query.text ?? '', page);
      const items = rows.map((row) => rowTold(core, all, row));
      const last = rows.at(-1);
      if (!last || rows.length < query.limit) return { items };
      const isWaiting = page.sort === 'waiting' && page.view !== 'mentions';
      return { items, next: cursorOf((isWaiting ? last.waitingSince : last.activeAt) ?? 0, last.id) };
    },
  }),
  route({
    method: 'GET',
    path: '/inbox/counts',
    right: 'agent',
    summary: 'How many sessions there are in each view',
    answer: Counts,
    async run({ core, businessId, me }) {
      const { agent, view } = await me();
      const [rows, own] = await Promise.all([
        inbox.count(core.db, businessId, view),
        inbox.countOwn(core.db, businessId, view),
      ]);
      return { ...countsOf(rows, agent.code), ...own };
    },
  }),
  route({
    method: 'GET',
    path: '/inbox/sessions/:id',
    right: 'agent',
    summary: 'One session of the inbox, with the person and your drafts',
    params: idParams,
    answer: Type.Object(
      {
        ...InboxSession.properties,
        person: Contact,
        drafts: Type.Object({ reply: maybe(Draft), note: maybe(Draft) }),
      },
      { $id: 'InboxSessionWhole' },
    ),
    async run(ask) {
      const { core, businessId, setup, me } = ask;
      const row = await sessionSeen(ask, ask.params.id);
      const { agent } = await me();
      const [people, kept, all] = await Promise.all([
        contacts.byIds(core.db, businessId, [row.contactId]),
        drafts.of(core.db, businessId, agent.code, row.id),
        setup(),
      ]);
      const told = kept.map(({ mode, data, ...rest }) => [
        mode,
        present({ ...rest, data: data ?? undefined }),
      ]);
      return {
        ...rowTold(core, all, row),
        person: known(people.get(row.contactId), 'contact'),
        drafts: Object.fromEntries(told),
      };
    },
  }),
];
