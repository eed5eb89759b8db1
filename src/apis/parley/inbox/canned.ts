import Type from 'typebox';
import { fold } from '../../../model/fold.ts';
import * as store from '../../../store/canned-answers.ts';
import { route } from '../route.ts';
import { change, flag, known, maybe, Removed } from '../words.ts';

const text = (description: string) => maybe(Type.String({ description }));
const params = Type.Object({ code: Type.String({ description: 'Its code: what agents type after `/`.' }) });
const parts = {
  title: text('Name for people; the code when absent.'),
  text: text(
    'The text, with `{{contact.name}}` and other variables, `{{contact.name|dear customer}}` where it may be unknown: at most 10,000 characters.',
  ),
  lang: text('Language that it is in; empty: any.'),
  team: text('Code of the team that uses it; empty: everybody.'),
  media: maybe(
    Type.Array(
      Type.Object(
        { id: Type.String({ description: 'Id of a file of ours.' }), filename: text('How it is called.') },
        { additionalProperties: false },
      ),
      { description: 'Files that go with it.' },
    ),
  ),
};
const CannedAnswer = Type.Object(
  {
    code: Type.String({ description: 'Its code.', examples: ['hours'] }),
    own: flag('It is yours alone.'),
    ...parts,
    title: Type.String({ description: 'Name for people.' }),
    text: Type.String({ description: 'The text.' }),
  },
  { $id: 'CannedAnswer' },
);
const List = Type.Object({ items: Type.Array(CannedAnswer) }, { $id: 'CannedAnswers' });

const told = ({ owner, ...answer }: store.CannedAnswer & { owner: string }) => ({
  ...answer,
  own: owner !== '',
});

/** Texts that agents answer with. */
export const cannedAnswers = [
  route({
    method: 'GET',
    path: '/inbox/canned-answers',
    right: 'agent',
    summary: 'Canned answers: those of the business that are for you, and your own',
    query: Type.Object({ text: text('Only those with this in their code, title or text.') }),
    answer: List,
    async run({ core, businessId, me, query }) {
      const { agent } = await me();
      const all = await store.list(core.db, businessId, agent.code);
      const wanted = fold(query.text ?? '');
      const mine = all.filter(({ team }) => team === undefined || agent.teams.includes(team));
      const found = mine.filter((one) => fold(`${one.code} ${one.title} ${one.text}`).includes(wanted));
      return { items: found.map(told) };
    },
  }),
  route({
    method: 'PUT',
    path: '/inbox/canned-answers/:code',
    right: 'agent',
    summary: 'Create or change an answer of my own',
    params,
    body: change(parts),
    answer: CannedAnswer,
    async run({ core, caller, businessId, params, body, made }) {
      const put = await core.cannedAnswers.put(businessId, caller.agent!.code, { ...body, ...params });
      made(put.change);
      return { ...put.value, own: true };
    },
  }),
  route({
    method: 'DELETE',
    path: '/inbox/canned-answers/:code',
    right: 'agent',
    summary: 'Remove an answer of my own',
    params,
    answer: Removed,
    async run({ core, caller, businessId, params }) {
      const gone = await core.cannedAnswers.remove(businessId, caller.agent!.code, params.code);
      known(gone || undefined, 'canned answer');
      return { removed: true };
    },
  }),
  route({
    method: 'GET',
    path: '/canned-answers',
    right: 'read',
    summary: 'All canned answers of the business',
    answer: List,
    run: async ({ core, businessId }) => ({ items: (await store.list(core.db, businessId, '')).map(told) }),
  }),
  route({
    method: 'GET',
    path: '/canned-answers/:code',
    right: 'read',
    summary: 'One canned answer of the business',
    params,
    answer: CannedAnswer,
    thing: ({ params }) => ({ noun: 'cannedAnswers', key: params.code }),
    async run({ core, businessId, params }) {
      const found = await store.find(core.db, businessId, '', params.code);
      return { ...known(found, 'canned answer'), own: false };
    },
  }),
  route({
    method: 'PUT',
    path: '/canned-answers/:code',
    right: 'lead',
    summary: 'Create or change a canned answer of the business',
    params,
    body: change(parts),
    answer: CannedAnswer,
    thing: ({ params }) => ({ noun: 'cannedAnswers', key: params.code }),
    async run({ core, caller, params, body, made }) {
      const put = await core.change.putCannedAnswer(caller, { ...body, ...params });
      made(put.change);
      return { ...put.value, own: false };
    },
  }),
  route({
    method: 'DELETE',
    path: '/canned-answers/:code',
    right: 'lead',
    summary: 'Remove a canned answer of the business',
    params,
    answer: Removed,
    thing: ({ params }) => ({ noun: 'cannedAnswers', key: params.code }),
    async run({ core, caller, params }) {
      await core.change.remove(caller, 'cannedAnswers', params.code);
      return { removed: true };
    },
  }),
];
