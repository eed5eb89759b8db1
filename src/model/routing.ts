import { invalid } from './problem.ts';
import { type Agent, agentDesk, type Queue, type Setup } from './setup.ts';

/** What a caller wants of a session (decision D50). */
export interface RoutingWish {
  queue?: string;
  agent?: string;
  team?: string;
  skills?: string[];
}

/** Where a session goes, and why this agent. */
export interface RoutingDecision {
  queue: Queue;
  agent?: string;
  team?: string;
  reason: string;
}

/**
 * Decides where a session goes. The queue may be left out when an agent, a team or skills are named:
 * then it stays in its agent queue, or goes to the agents' desk. Agent, team and skills count only for
 * agent queues. `openSessions` tells how many sessions each agent holds. Throws `Problem` for unknown
 * names, with the possible ones.
 */
export function decideRouting(
  setup: Setup,
  current: string,
  wish: RoutingWish,
  openSessions: Map<string, number>,
): RoutingDecision {
  const queue = queueOf(setup, current, wish);
  if (queue.type !== 'AGENT') return { queue, reason: 'the queue has no agents' };
  if (wish.team !== undefined && !setup.teams.has(wish.team)) {
    throw invalid('team', 'There is no such team', {
      code: 'UNKNOWN_TEAM',
      possibleValues: [...setup.teams.keys()],
      value: wish.team,
    });
  }
  const team = wish.team === undefined ? {} : { team: wish.team };
  if (wish.agent !== undefined) {
    checkAgent(setup, wish.agent);
    return { queue, ...team, agent: wish.agent, reason: 'named by the caller' };
  }
  if (!wish.skills?.length)
    return { queue, ...team, reason: wish.team ? 'waits for the team' : 'waits for an agent' };
  const agent = leastBusy(candidates(setup, wish), openSessions);
  return agent
    ? {
        queue,
        ...team,
        agent: agent.code,
        reason: `has the skills ${wish.skills.join(', ')} and the fewest open sessions`,
      }
    : { queue, ...team, reason: `no active agent has the skills ${wish.skills.join(', ')}` };
}

function queueOf(setup: Setup, current: string, wish: RoutingWish): Queue {
  if (wish.queue !== undefined) {
    const queue = setup.queues.get(wish.queue);
    if (queue) return queue;
    throw invalid('queue', 'There is no such queue', {
      code: 'UNKNOWN_QUEUE',
      possibleValues: [...setup.queues.keys()],
      value: wish.queue,
    });
  }
  const here = setup.queues.get(current);
  return here?.type === 'AGENT' ? here : setup.queues.get(agentDesk)!;
}

function checkAgent(setup: Setup, code: string): void {
  if (setup.agents.get(code)?.active) return;
  throw invalid('agent', 'There is no such agent, or the agent is not active', {
    code: 'UNKNOWN_AGENT',
    possibleValues: [...setup.agents.values()].filter((agent) => agent.active).map((agent) => agent.code),
    value: code,
  });
}

/** Agents who could take a session that asks for these skills. */
export function candidates(setup: Setup, { team, skills = [] }: RoutingWish): Agent[] {
  return [...setup.agents.values()].filter(
    (agent) =>
      agent.active &&
      (team === undefined || agent.teams.includes(team)) &&
      skills.every((skill) => agent.skills.includes(skill)),
  );
}

function leastBusy(agents: Agent[], openSessions: Map<string, number>): Agent | undefined {
  const load = (agent: Agent) => openSessions.get(agent.code) ?? 0;
  return [...agents].sort((a, b) => load(a) - load(b) || (a.code < b.code ? -1 : 1))[0];
}
