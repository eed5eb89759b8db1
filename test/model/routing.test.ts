import { describe, expect, it } from 'vitest';
import { Problem } from '../../src/model/problem.ts';
import { candidates, decideRouting, type RoutingWish } from '../../src/model/routing.ts';
import type { Agent, Queue, Setup } from '../../src/model/setup.ts';

const queue = (code: string, type: Queue['type']): [string, Queue] => [
  code,
  { code, name: code, type, isDefault: false },
];
const agent = (code: string, teams: string[], skills: string[], active = true): [string, Agent] => [
  code,
  {
    ...{ code, no: 1, name: code, teams, queues: [], skills, active },
    ...{ role: 'agent', status: active ? 'active' : 'inactive', platformType: 'avocado', platformId: code },
  },
];
const setup: Setup = {
  business: {
    id: 1,
    uuid: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b',
    domain: 'shop',
    name: 'Shop',
    settings: {},
    createdAt: 1_700_000_000_000,
  },
  apps: new Map(),
  queues: new Map([queue('agent_desk', 'AGENT'), queue('vip', 'AGENT'), queue('greeter', 'BOT')]),
  teams: new Map([
    ['sales', { code: 'sales', name: 'Sales' }],
    ['care', { code: 'care', name: 'Care' }],
  ]),
  agents: new Map([
    agent('zoe', ['sales'], ['arabic', 'refunds']),
    agent('ali', ['sales', 'care'], ['arabic']),
    agent('ben', ['care'], ['refunds']),
    agent('old', ['sales'], ['arabic', 'refunds'], false),
  ]),
  tags: new Map(),
  customFields: new Map(),
  channels: new Map(),
  templates: [],
  vars: [],
  endpoints: new Map(),
};
const loads = new Map([
  ['zoe', 3],
  ['ali', 1],
]);

function decide(wish: RoutingWish, current = 'greeter') {
  const { queue: target, ...rest } = decideRouting(setup, current, wish, loads);
  return { queue: target.code, ...rest };
}

describe('the queue', () => {
  it.each([
    ['the one that is named', { queue: 'vip' }, 'greeter', 'vip'],
    ['the one that is named, out of an agent queue into a bot', { queue: 'greeter' }, 'vip', 'greeter'],
    ['the agents’ desk when a bot hands over to an agent', { agent: 'ali' }, 'greeter', 'agent_desk'],
    ['the agents’ desk when a bot hands over to a team', { team: 'care' }, 'greeter', 'agent_desk'],
    ['the agent queue where the session is', { team: 'care' }, 'vip', 'vip'],
    ['the agents’ desk when its queue is gone', { skills: ['arabic'] }, 'removed', 'agent_desk'],
  ] as [string, RoutingWish, string, string][])('is %s', (_, wish, current, expected) => {
    expect(decide(wish, current).queue).toBe(expected);
  });
});

describe('the agent', () => {
  it.each([
    ['who is named', { agent: 'ben' }, { agent: 'ben', reason: 'named by the caller' }],
    [
      'who is named, and the team',
      { agent: 'ali', team: 'care' },
      { agent: 'ali', team: 'care', reason: 'named by the caller' },
    ],
    [
      'with the skill and the fewest open sessions',
      { skills: ['arabic'] },
      { agent: 'ali', reason: 'has the skills arabic and the fewest open sessions' },
    ],
    [
      'who has never had a session, before those who hold some',
      { skills: ['refunds'] },
      { agent: 'ben', reason: 'has the skills refunds and the fewest open sessions' },
    ],
    [
      'with all the skills',
      { skills: ['refunds', 'arabic'] },
      { agent: 'zoe', reason: 'has the skills refunds, arabic and the fewest open sessions' },
    ],
    [
      'of the team that has the skill',
      { team: 'sales', skills: ['refunds'] },
      { team: 'sales', agent: 'zoe', reason: 'has the skills refunds and the fewest open sessions' },
    ],
    ['nobody, for a team alone', { team: 'sales' }, { team: 'sales', reason: 'waits for the team' }],
    ['nobody, for a queue alone', { queue: 'vip' }, { queue: 'vip', reason: 'waits for an agent' }],
    ['nobody, for no skills', { queue: 'vip', skills: [] }, { queue: 'vip', reason: 'waits for an agent' }],
    [
      'nobody, when no active agent has the skill',
      { team: 'care', skills: ['arabic', 'refunds'] },
      { team: 'care', reason: 'no active agent has the skills arabic, refunds' },
    ],
    // Agent, team and skills count only for agent queues (decision D50): even unknown ones are let pass.
    [
      'nobody, in the queue of a bot',
      { queue: 'greeter', agent: 'nobody', team: 'none', skills: ['arabic'] },
      { queue: 'greeter', reason: 'the queue has no agents' },
    ],
  ] as [string, RoutingWish, object][])('is one %s', (_, wish, expected) => {
    expect(decide(wish)).toEqual({ queue: 'agent_desk', ...expected });
  });

  it('is the same one each time when several are equally busy', () => {
    const reversed = { ...setup, agents: new Map([...setup.agents].reverse()) };
    for (const one of [setup, reversed])
      expect(decideRouting(one, 'vip', { skills: ['arabic'] }, new Map()).agent).toBe('ali');
  });
});

describe('an unknown name', () => {
  it.each([
    [{ queue: 'nowhere' }, 'queue', 'UNKNOWN_QUEUE', ['agent_desk', 'vip', 'greeter']],
    [{ team: 'none' }, 'team', 'UNKNOWN_TEAM', ['sales', 'care']],
    [{ agent: 'nobody' }, 'agent', 'UNKNOWN_AGENT', ['zoe', 'ali', 'ben']],
    [{ agent: 'old' }, 'agent', 'UNKNOWN_AGENT', ['zoe', 'ali', 'ben']],
  ] as [RoutingWish, string, string, string[]][])(
    '%j is refused with what is possible',
    (wish, field, code, possibleValues) => {
      const refusal = (() => {
        try {
          return decide(wish);
        } catch (error) {
          return error as Problem;
        }
      })();
      expect(refusal).toBeInstanceOf(Problem);
      expect(refusal).toMatchObject({
        kind: 'invalid',
        details: [{ field, code, possibleValues, value: Object.values(wish)[0] }],
      });
    },
  );
});

describe('candidates', () => {
  it.each([
    [{}, ['zoe', 'ali', 'ben']],
    [{ team: 'care' }, ['ali', 'ben']],
    [{ skills: ['arabic'] }, ['zoe', 'ali']],
    [{ team: 'care', skills: ['arabic'] }, ['ali']],
    [{ skills: ['chess'] }, []],
  ] as [RoutingWish, string[]][])('for %j are %j', (wish, expected) => {
    expect(candidates(setup, wish).map(({ code }) => code)).toEqual(expected);
  });
});
