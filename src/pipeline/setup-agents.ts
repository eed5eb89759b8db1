import { sameId } from '../model/email.ts';
import { present } from '../model/present.ts';
import { invalid, missing, Problem } from '../model/problem.ts';
import type { Agent } from '../model/setup.ts';
import * as store from '../store/setup-people.ts';
import type { AgentChange, Change } from './setup.ts';
import { checkCode, checkKnown, checkName, checkText, same } from './setup-check.ts';
import { type Draft, settle } from './setup-draft.ts';
import { checkEmail } from './setup-people.ts';
import { checkLang } from './template-value.ts';

/** Who vouches for an agent that nobody else vouches for. */
const ownPlatform = 'avocado';

/** Creates or changes an agent; an empty text takes an optional part away. */
export async function putAgent(draft: Draft, change: AgentChange): Promise<Change<Agent>> {
  const { agents } = draft.setup;
  const code = checkAgentCode(change.code);
  const before = agents.get(code);
  if (before && change.isNew) throw taken('code', code);
  const value: Agent = agentOf(draft, code, change, before);
  const teams = draft.setup.teams;
  value.teams.forEach((team, i) => void checkKnown(teams, team, `teams[${i}]`, 'team'));
  value.queues.forEach((queue, i) => void checkKnown(draft.setup.queues, queue, `queues[${i}]`, 'queue'));
  assertSeat(draft, value, before);
  value.skills.forEach((skill, i) => void checkCode(skill, `skills[${i}]`));
  return settle(draft, value, {
    exists: before !== undefined,
    differs: !same(before, value),
    async write() {
      value.no = await store.putAgent(draft.tx, draft.businessId, value);
      agents.set(code, value);
    },
  });
}

function agentOf(draft: Draft, code: string, change: AgentChange, before: Agent | undefined): Agent {
  const label = (field: 'displayName' | 'imageUrl') => {
    const given = change[field];
    return given === undefined ? before?.[field] : given ? checkText(given, field) : undefined;
  };
  const email = (change.email ?? before?.email)?.trim();
  const lang = change.lang ?? before?.lang;
  const named = { code, email: email ? checkEmail(email) : undefined };
  return present({
    ...named,
    // Numbers are given by the store.
    no: before?.no ?? 0,
    name: checkName(change.name ?? before?.name ?? code),
    displayName: label('displayName'),
    role: checkName(change.role ?? before?.role ?? 'agent', 'role'),
    ...standingOf(change, before),
    imageUrl: label('imageUrl'),
    lang: lang ? checkLang(lang) : undefined,
    ...platformOf(draft, named, change, before),
    teams: [...new Set(change.teams ?? before?.teams ?? [])],
    queues: [...new Set(change.queues ?? before?.queues ?? [])],
    skills: [...new Set(change.skills ?? before?.skills ?? [])],
  }) as Agent;
}

/** A code as others have it, or a mail address: surfaces that know no codes use that. */
function checkAgentCode(code: string): string {
  return code.includes('@') ? checkEmail(code, 'code') : checkCode(code);
}

/** `inactive` and `active: false` are one thing said twice; of two that disagree the newer word counts. */
function standingOf(
  { status, active }: AgentChange,
  before: Agent | undefined,
): Pick<Agent, 'status' | 'active'> {
  if (status === '') throw missing('status');
  if (status !== undefined) {
    if (active !== undefined && active !== (status !== 'inactive'))
      throw invalid('status', 'status and active disagree: "inactive" goes with active = false', {
        value: status,
      });
    return { status: checkName(status, 'status'), active: status !== 'inactive' };
  }
  const isActive = active ?? before?.active ?? true;
  if (before && isActive === before.active) return { status: before.status, active: isActive };
  return { status: isActive ? 'active' : 'inactive', active: isActive };
}

/**
 * Who the agent is elsewhere: by default the mail address while nobody else is called so, else the code. It changes
 * with the mail address only when it is that address: whoever is known by another id stays who it is.
 */
function platformOf(
  { setup }: Draft,
  { code, email }: { code: string; email: string | undefined },
  change: AgentChange,
  before: Agent | undefined,
): Pick<Agent, 'platformType' | 'platformId'> {
  const others = [...setup.agents.values()].filter((one) => one.code !== code);
  const platformType = checkName(change.platformType ?? before?.platformType ?? ownPlatform, 'platformType');
  const holder = (id: string) =>
    others.find((one) => one.platformType === platformType && one.platformId === id);
  const isOwn = !before || (before.email !== undefined && sameId(before.platformId, before.email));
  const isNewEmail = email !== before?.email;
  const usual = email !== undefined && !holder(email) ? email : code;
  const platformId = checkName(
    change.platformId || (isOwn && isNewEmail ? usual : (before?.platformId ?? usual)),
    'platformId',
  );
  if (holder(platformId)) throw taken('platformId', platformId);
  return { platformType, platformId };
}

/** Whoever becomes active takes a seat, where they are counted (azeer.md 3.1). */
function assertSeat({ setup }: Draft, value: Agent, before: Agent | undefined): void {
  const { agentSeats = 0 } = setup.business.settings;
  if (agentSeats === 0 || !value.active || before?.active) return;
  const seated = [...setup.agents.values()].filter(({ active }) => active).length;
  if (seated < agentSeats) return;
  throw new Problem('conflict', `All ${agentSeats} seats of the business are taken`, {
    code: 'NO_SEAT_LEFT',
  });
}

function taken(field: string, value: string) {
  return invalid(field, `${field} is another agent's already: "${value}"`, { code: 'TAKEN', value });
}
