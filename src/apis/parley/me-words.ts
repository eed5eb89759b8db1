import Type, { type Static } from 'typebox';
import { agentRoles, isAtLeast } from '../../model/policy.ts';
import { present } from '../../model/present.ts';
import type { Agent } from '../../model/setup.ts';
import type { Caller } from '../../pipeline/core.ts';
import * as accounts from '../../store/agent-passwords.ts';
import { heads } from '../../store/events.ts';
import * as preferences from '../../store/preferences.ts';
import type { Ask } from './route.ts';
import { flag, json, maybe, ms, oneOf } from './words.ts';

const text = (description: string) => maybe(Type.String({ description }));

/** An agent as colleagues see each other. */
export const AgentCard = Type.Object(
  {
    code: Type.String({ description: 'Code of the agent.', examples: ['ann'] }),
    no: Type.Integer({ description: 'Number of the agent.', examples: [40211] }),
    name: Type.String({ description: 'Name for colleagues.', examples: ['Ann'] }),
    displayName: text('How customers see this person.'),
    imageUrl: text('Address of a picture.'),
    role: oneOf(agentRoles, 'What this person may do.'),
    active: flag('Takes sessions, and may sign in.'),
  },
  { $id: 'AgentCard' },
);

/** Who is signed in. */
export const Me = Type.Object(
  {
    agent: Type.Object({
      ...AgentCard.properties,
      email: text('E-mail address.'),
      lang: text('Language in which this person works.'),
      teams: Type.Array(Type.String(), { description: 'Codes of teams.' }),
      queues: Type.Array(Type.String(), { description: 'Codes of queues; none: every queue of agents.' }),
    }),
    role: oneOf(agentRoles, 'What you may do.'),
    business: Type.Object({
      domain: Type.String({ description: 'First part of its host name.', examples: ['shop'] }),
      name: Type.String({ description: 'Name for people.' }),
      uuid: Type.String({ description: 'By what other systems know it.' }),
      lang: text('Its language.'),
    }),
    rights: Type.Object({
      seesAll: flag('You see every session of the business.'),
      setup: flag('You set the business up.'),
      simulate: flag('You play the customer on sandbox channels.'),
      assignOthers: flag('You give sessions to colleagues.'),
      cannedForAll: flag('You write canned answers for everybody.'),
    }),
    signIn: Type.Object({
      kind: oneOf(['cookie', 'token', 'access-token'], 'What you came in with.'),
      id: Type.String({ description: 'Its id.' }),
      expiresAt: maybe(ms('When it ends, unless you call before; absent for an access token.')),
    }),
    hasPassword: flag('You can sign in with a password.'),
    totp: flag('A code of a second device is asked for.'),
    preferences: json('What you chose for the screen.'),
    seq: Type.Integer({ description: 'Number of the last event: where the live socket goes on from.' }),
  },
  { $id: 'Me' },
);

/** An agent as colleagues see it; the role as it counts. */
export function cardOf({
  code,
  no,
  name,
  displayName,
  imageUrl,
  role,
  active,
}: Agent): Static<typeof AgentCard> {
  const counts = agentRoles.find((one) => one === role) ?? 'agent';
  return present({ code, no, name, displayName, imageUrl, role: counts, active }) as Static<typeof AgentCard>;
}

/** Who is signed in, with everything that the first screen needs to know of it. */
export async function meTold(
  { core, setup, me }: Pick<Ask<unknown, unknown, unknown>, 'core' | 'setup' | 'me'>,
  caller: Caller,
): Promise<Static<typeof Me>> {
  const { businessId } = caller;
  const [{ agent, role, view }, { business }, account, chosen, last] = await Promise.all([
    me(),
    setup(),
    accounts.find(core.db, businessId, caller.agent!.code),
    preferences.find(core.db, businessId, caller.agent!.code),
    heads(core.db, [businessId]),
  ]);
  const { email, lang, teams, queues } = agent;
  const { domain, name, uuid, settings } = business;
  const isAbove = isAtLeast(role, 'supervisor');
  return {
    agent: present({ ...cardOf(agent), email, lang, teams, queues }) as Static<typeof Me>['agent'],
    role,
    business: present({ domain, name, uuid, lang: settings.lang }) as Static<typeof Me>['business'],
    rights: {
      seesAll: view.all,
      setup: caller.tenantWide,
      simulate: true,
      assignOthers: true,
      cannedForAll: isAbove,
    },
    signIn: present({
      kind: caller.signIn?.kind ?? ('access-token' as const),
      id: caller.tokenId ?? '',
      expiresAt: caller.signIn?.expiresAt,
    }) as Static<typeof Me>['signIn'],
    hasPassword: account !== undefined,
    totp: account?.hasTotp ?? false,
    preferences: chosen,
    seq: last.get(businessId) ?? 0,
  };
}
