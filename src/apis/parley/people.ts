import Type from 'typebox';
import type { Queue as ModelQueue, Setup } from '../../model/setup.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { route } from './route.ts';
import { change, code, codeParams, known, maybe, name, oneOf, Removed } from './words.ts';

const queueParts = {
  name: maybe(name),
  type: maybe(oneOf(['AGENT', 'BOT'], 'Who answers in it.')),
  app: maybe(Type.String({ description: 'Code of the app that receives what comes in.' })),
  isDefault: maybe(
    Type.Boolean({
      description: 'First queue of new sessions. There is one; setting it takes it from the other.',
    }),
  ),
};
const Queue = Type.Object({ code, ...queueParts }, { $id: 'Queue' });
const Team = Type.Object({ code, name }, { $id: 'Team' });
const agentParts = {
  name: maybe(name),
  email: maybe(Type.String({ description: 'E-mail address; empty takes it away.' })),
  teams: maybe(Type.Array(Type.String(), { description: 'Codes of teams.' })),
  skills: maybe(Type.Array(Type.String(), { description: 'What sessions can ask for.' })),
  active: maybe(Type.Boolean({ description: 'Takes sessions.' })),
};
const Agent = Type.Object({ code, ...agentParts }, { $id: 'Agent' });

/** A queue in the words of the API: the app by its code. */
function queueTold({ appId, ...queue }: ModelQueue, { apps }: Setup) {
  const app = appId === undefined ? undefined : apps.get(appId)?.code;
  return { ...queue, ...(app !== undefined && { app }) };
}

const removal = (noun: 'queues' | 'teams' | 'agents', one: string) =>
  route({
    method: 'DELETE',
    path: `/${noun}/:code`,
    right: 'setup',
    summary: `Remove ${one}`,
    params: codeParams,
    answer: Removed,
    about: 'Refused with CONFLICT while something relies on it.',
    async run({ core, businessId, params }) {
      await core.change.remove(businessId, noun, params.code);
      return { removed: true };
    },
  });

export const queues = [
  route({
    method: 'GET',
    path: '/queues',
    right: 'read',
    summary: 'All queues',
    query: PageQuery,
    answer: pageOf(Queue),
    async run({ setup, query }) {
      const all = await setup();
      return pageFrom(
        [...all.queues.values()].map((queue) => queueTold(queue, all)),
        (queue) => queue.code,
        query,
      );
    },
  }),
  route({
    method: 'GET',
    path: '/queues/:code',
    right: 'read',
    summary: 'One queue',
    params: codeParams,
    answer: Queue,
    async run({ setup, params }) {
      const all = await setup();
      return queueTold(known(all.queues.get(params.code), 'queue'), all);
    },
  }),
  route({
    method: 'PUT',
    path: '/queues/:code',
    right: 'setup',
    summary: 'Create or change a queue',
    params: codeParams,
    body: change(queueParts),
    answer: Queue,
    async run({ core, businessId, params, body, made, setup }) {
      const put = await core.change.putQueue(businessId, { ...body, code: params.code });
      made(put.change);
      return queueTold(put.value, await setup());
    },
  }),
  removal('queues', 'a queue'),
];

export const teams = [
  route({
    method: 'GET',
    path: '/teams',
    right: 'read',
    summary: 'All teams',
    query: PageQuery,
    answer: pageOf(Team),
    run: async ({ setup, query }) => pageFrom((await setup()).teams.values(), (team) => team.code, query),
  }),
  route({
    method: 'GET',
    path: '/teams/:code',
    right: 'read',
    summary: 'One team',
    params: codeParams,
    answer: Team,
    run: async ({ setup, params }) => known((await setup()).teams.get(params.code), 'team'),
  }),
  route({
    method: 'PUT',
    path: '/teams/:code',
    right: 'setup',
    summary: 'Create or rename a team',
    params: codeParams,
    body: change({ name: maybe(name) }),
    answer: Team,
    async run({ core, businessId, params, body, made }) {
      const put = await core.change.putTeam(businessId, { ...body, code: params.code });
      made(put.change);
      return put.value;
    },
  }),
  removal('teams', 'a team'),
];

export const agents = [
  route({
    method: 'GET',
    path: '/agents',
    right: 'read',
    summary: 'All agents',
    query: PageQuery,
    answer: pageOf(Agent),
    run: async ({ setup, query }) => pageFrom((await setup()).agents.values(), (agent) => agent.code, query),
  }),
  route({
    method: 'GET',
    path: '/agents/:code',
    right: 'read',
    summary: 'One agent',
    params: codeParams,
    answer: Agent,
    run: async ({ setup, params }) => known((await setup()).agents.get(params.code), 'agent'),
  }),
  route({
    method: 'PUT',
    path: '/agents/:code',
    right: 'setup',
    summary: 'Create or change an agent',
    params: codeParams,
    body: change(agentParts),
    answer: Agent,
    async run({ core, businessId, params, body, made }) {
      const put = await core.change.putAgent(businessId, { ...body, code: params.code });
      made(put.change);
      return put.value;
    },
  }),
  removal('agents', 'an agent'),
];
