import type { StoredEvent } from './event.ts';
import type { Agent, BusinessSettings, Queue, Setup } from './setup.ts';

/**
 * What people of a business may do: one policy for every door. `agent`: works on conversations; `supervisor`: on all
 * of them; `admin`: sets the business up, too. Any other word of the business for a role counts as `agent`.
 */
export const agentRoles = ['agent', 'supervisor', 'admin'] as const;
export type AgentRole = (typeof agentRoles)[number];

/** The role that an agent's word for it means. */
export function roleOf({ role }: Pick<Agent, 'role'>): AgentRole {
  return role === 'admin' || role === 'supervisor' ? role : 'agent';
}

/** True for a role that is this one or above it. */
export function isAtLeast(role: AgentRole, least: AgentRole): boolean {
  return agentRoles.indexOf(role) >= agentRoles.indexOf(least);
}

/** Which sessions agents of the lowest role see: all, or their own and what waits for them. */
export const agentViews = ['all', 'own'] as const;
export type AgentView = (typeof agentViews)[number];

/** The sessions that somebody sees. */
export interface View {
  /** Every session of the business. */
  all: boolean;
  /** Code of the agent. */
  agent: string;
  /** Sessions of these teams, whoever holds them. */
  teams: readonly string[];
  /** Sessions in these queues, whoever holds them. */
  queues: readonly string[];
  /** What nobody holds in these queues. */
  waiting: readonly string[];
}

/** What an agent sees: by the role, and by what the business lets agents see. */
export function viewOf(
  agent: Pick<Agent, 'code' | 'role' | 'teams' | 'queues'>,
  {
    business,
    queues,
  }: { business: { settings: Pick<BusinessSettings, 'agentsSee'> }; queues: Setup['queues'] },
): View {
  const { code, teams } = agent;
  const all = isAtLeast(roleOf(agent), 'supervisor') || business.settings.agentsSee !== 'own';
  return { all, agent: code, teams, queues: agent.queues, waiting: waitingFor(agent, queues.values()) };
}

/** Who has no queue named works in all that agents answer in. */
function waitingFor({ queues }: Pick<Agent, 'queues'>, all: Iterable<Queue>): string[] {
  if (queues.length > 0) return [...queues];
  return [...all].filter(({ type }) => type === 'AGENT').map(({ code }) => code);
}

/** Who holds a session, or held it when it was resolved. */
export interface Held {
  queue: string;
  agent?: string | undefined;
  team?: string | undefined;
  resolvedBy?: string | undefined;
}

/** True when a session is among those that somebody sees. */
export function sees(view: View, { queue, agent, team, resolvedBy }: Held): boolean {
  if (view.all || agent === view.agent || resolvedBy === view.agent) return true;
  if (team !== undefined && view.teams.includes(team)) return true;
  if (view.queues.includes(queue)) return true;
  return agent === undefined && team === undefined && view.waiting.includes(queue);
}

/**
 * True for an event that somebody hears of. Who sees a part of the sessions hears of these, of those that were seen until
 * now, and of nothing else.
 */
export function hears(view: View, { data }: Pick<StoredEvent, 'data'>): boolean {
  if (view.all) return true;
  const session = 'session' in data ? (data.session as Held | undefined) : undefined;
  if (!session) return false;
  const before = heldBefore(session, data);
  return sees(view, session) || (before !== undefined && sees(view, before));
}

/** Where a session was and who held it, until it was assigned anew, or routed. */
function heldBefore(session: Held, data: StoredEvent['data']): Held | undefined {
  if ('assignment' in data) {
    const { oldAgent, oldTeam, oldQueue = session.queue } = data.assignment;
    return { ...session, queue: oldQueue, agent: oldAgent, team: oldTeam };
  }
  if (!('routing' in data) || data.routing.sourceQueue === undefined) return undefined;
  // Nobody is told of it who did not see it: that nobody held it, and somebody does now, tells the assignment.
  const { sourceQueue, oldAgent = session.agent, oldTeam = session.team } = data.routing;
  return { ...session, queue: sourceQueue, agent: oldAgent, team: oldTeam };
}
