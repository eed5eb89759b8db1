import Type from 'typebox';
import { present } from '../../model/present.ts';
import type { Agent as ModelAgent, Queue as ModelQueue, Setup } from '../../model/setup.ts';
import type { Caller } from '../../pipeline/core.ts';
import { codeShown, isEndUser } from '../reach.ts';
import { byCode } from './by-code.ts';
import { code, maybe, name, oneOf } from './words.ts';

const text = (description: string) => maybe(Type.String({ description }));

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

/** A queue in the words of the API: the app by its code. */
function queueTold({ appId, ...queue }: ModelQueue, { apps }: Setup) {
  const app = appId === undefined ? undefined : apps.get(appId)?.code;
  return { ...queue, ...(app !== undefined && { app }) };
}

export const queues = byCode({
  noun: 'queues',
  one: 'queue',
  aOne: 'a queue',
  parts: queueParts,
  answer: Type.Object({ code, ...queueParts }, { $id: 'Queue' }),
  all: (setup) => setup.queues.values(),
  codeOf: (queue) => queue.code,
  told: queueTold,
  put: (core, by, code, body) => core.change.putQueue(by, { ...body, code }),
  removable: 'queues',
});

export const teams = byCode({
  noun: 'teams',
  one: 'team',
  aOne: 'a team',
  parts: { name: maybe(name) },
  answer: Type.Object({ code, name }, { $id: 'Team' }),
  all: (setup) => setup.teams.values(),
  codeOf: (team) => team.code,
  told: (team) => team,
  put: (core, by, code, body) => core.change.putTeam(by, { ...body, code }),
  removable: 'teams',
});

const agentParts = {
  name: maybe(name),
  displayName: text('How customers see it; empty takes it away.'),
  email: text('E-mail address; empty takes it away.'),
  role: text('A word of yours; `admin`, `supervisor` and `agent` have a meaning. Default: `agent`.'),
  status: text('A word of yours; `inactive` goes with `active: false`. Default: `active`.'),
  active: maybe(Type.Boolean({ description: 'Takes sessions.' })),
  imageUrl: text('Address of a picture; empty takes it away.'),
  lang: text('Language in which this person works; empty takes it away.'),
  platformType: text('Who vouches for this person. Default: `avocado`.'),
  platformId: text('What this person is called there. Default: the e-mail address, else the code.'),
  teams: maybe(Type.Array(Type.String(), { description: 'Codes of teams.' })),
  queues: maybe(
    Type.Array(Type.String(), {
      description: 'Codes of the queues that this person works in; none: every queue of agents.',
    }),
  ),
  skills: maybe(Type.Array(Type.String(), { description: 'What sessions can ask for.' })),
};

/** An agent as the caller may know it: end users learn names alone (amity-sessions.md 9). */
function agentTold(agent: ModelAgent, caller: Caller): ModelAgent | Pick<ModelAgent, 'code' | 'no' | 'name'> {
  if (!isEndUser(caller)) return agent;
  const { code, no, name, displayName } = agent;
  return present({ code: codeShown(caller, code) ?? String(no), no, name, displayName });
}

export const agents = byCode({
  noun: 'agents',
  one: 'agent',
  aOne: 'an agent',
  parts: agentParts,
  answer: Type.Object(
    {
      code: Type.String({ description: 'A code, or an e-mail address.', examples: ['ann'] }),
      no: Type.Integer({ description: 'Number, unique among agents and contacts.', examples: [40211] }),
      ...agentParts,
    },
    { $id: 'Agent' },
  ),
  all: (setup) => setup.agents.values(),
  codeOf: (agent) => agent.code,
  reach: 'application',
  told: (agent, _, caller) => agentTold(agent, caller),
  put: (core, by, code, body) => core.change.putAgent(by, { ...body, code }),
  removable: 'agents',
  aboutRemoval: 'Refused with CONFLICT while it holds an open session. Its contacts have no owner then.',
});
