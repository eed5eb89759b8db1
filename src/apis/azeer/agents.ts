import Type, { type Static } from 'typebox';
import { present } from '../../model/present.ts';
import { invalid } from '../../model/problem.ts';
import type { Agent as ModelAgent, Setup } from '../../model/setup.ts';
import { findOnce } from '../../pipeline/idempotency.ts';
import { inWords } from './errors.ts';
import { route } from './route.ts';
import { done, envelope, filled, ident, idParams, known, maybe, number, numberOf, text } from './words.ts';

const tag = 'Agents';

/** An agent as this API tells one (azeer.md 3.3). Agents and contacts are one kind of record. */
export const Agent = Type.Object(
  {
    id: number('Its number.', 40212),
    platform_id: text('Who it is on its platform: the e-mail of its login.', 'lina@shop.example'),
    platform: text('Always `WhatsApp`.', 'WhatsApp'),
    is_agent: Type.Boolean({ description: 'Told from contacts.', examples: [true] }),
    business_id: text('The business, a UUID.', '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b'),
    role: text('`admin` and `agent` have a meaning; others are kept.', 'admin'),
    email: maybe(text('Left out for readers that may not see it.', 'lina@shop.example')),
    name: text('Its name.', 'Lina Saleh'),
    display_name: text('The name that is shown.', 'Lina'),
    status: text('`inactive`: takes no conversations.', 'active'),
  },
  { $id: 'Agent' },
);

/** An agent in the words of the API; to an end user without what tells who it is elsewhere. */
export function agentTold(agent: ModelAgent, { business }: Setup, isGuest = false): Static<typeof Agent> {
  const { no, platformId, role, email, name, displayName, status } = agent;
  return present({
    id: no,
    platform_id: isGuest && platformId.includes('@') ? String(no) : platformId,
    platform: 'WhatsApp',
    is_agent: true,
    business_id: business.uuid,
    role,
    email: isGuest ? undefined : (email ?? ''),
    name,
    display_name: displayName ?? name,
    status,
  });
}

/** The agent that a caller names: by its platform id first, then by its number (azeer.md 3.3, 3.5). */
export function agentNamed({ agents }: Setup, given: string | number): ModelAgent | undefined {
  const named = String(given).trim();
  const all = [...agents.values()];
  const lower = named.toLowerCase();
  const no = numberOf(named);
  return (
    all.find(({ platformId }) => platformId === named) ??
    all.find(({ platformId, email }) => platformId.toLowerCase() === lower || email === lower) ??
    (no === undefined ? undefined : all.find((agent) => agent.no === no))
  );
}

const parts = {
  role: filled('`admin`, `agent` or another one.', 'admin'),
  email: filled('E-mail address, by which it is known here.', 'lina@shop.example'),
  name: filled('Its name.', 'Lina Saleh'),
  display_name: filled('The name that is shown.', 'Lina'),
  status: filled('`active`, `inactive` or another one.', 'active'),
};
const NewAgent = Type.Object(parts, { $id: 'NewAgent' });
const AgentChange = Type.Object(
  {
    role: maybe(parts.role),
    email: maybe(parts.email),
    name: maybe(parts.name),
    display_name: maybe(parts.display_name),
    status: maybe(parts.status),
  },
  { $id: 'AgentChange' },
);
const AgentPut = envelope(
  'AgentPut',
  Type.Array(Type.Object({ agent_id: Type.String({ description: 'Its number.', examples: ['40212'] }) })),
);

const told = { platform: 'WhatsApp', is_agent: true, business_id: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b' };
const sample = {
  role: 'admin',
  email: 'lina@shop.example',
  name: 'Lina Saleh',
  display_name: 'Lina',
  status: 'active',
};
const record = { id: 40212, platform_id: 'lina@shop.example', ...told, ...sample };
const put = (message: string) => done(message, [{ agent_id: '40212' }]);

/** The change of an agent in our words. An agent made here is named in XMS by its e-mail in lower case. */
function changeOf({ role, email, name, display_name, status }: Static<typeof AgentChange>) {
  const address = email?.trim().toLowerCase();
  return present({
    role,
    name,
    displayName: display_name,
    status,
    email: address,
  });
}

const ourNames = { displayName: 'display_name', code: 'email', platformId: 'email' };

/** An e-mail that another agent of the business has already is refused (azeer.md 3.1). */
function assertFree({ agents }: Setup, email: string | undefined, own?: ModelAgent): void {
  if (email === undefined) return;
  const taken = [...agents.values()].some(
    (agent) => agent !== own && (agent.email === email || agent.platformId.toLowerCase() === email),
  );
  if (taken) throw invalid('email', 'email: another agent has this address', { code: 'EMAIL_TAKEN' });
}

const update = (method: 'PUT' | 'PATCH') =>
  route({
    method,
    path: '/agent/:id',
    right: 'setup',
    tag,
    summary: method === 'PUT' ? 'Change an agent' : 'Change an agent, likewise',
    about: 'What is left out stays as it is. Its code, by which XMS names it, stays, too.',
    params: idParams,
    body: AgentChange,
    answer: AgentPut,
    example: { request: { display_name: 'Lina', status: 'inactive' }, response: put('agent updated') },
    async run({ core, caller, params, body, setup }) {
      const change = changeOf(body);
      const code = await findOnce(async () => {
        const all = await setup();
        const before = known(agentNamed(all, params.id), 'agent');
        assertFree(all, change.email, before);
        return before.code;
      });
      const { value } = await core.change.putAgent(caller, { ...change, code }).catch(inWords(ourNames));
      return done('agent updated', [{ agent_id: String(value.no) }]);
    },
  });

export const agents = [
  route({
    method: 'POST',
    path: '/agent',
    right: 'setup',
    tag,
    summary: 'Create an agent',
    about:
      'Answers 402 when every seat of the business is taken: the setting `agentSeats` of the business says ' +
      'how many there are; unset, there is no limit.',
    body: NewAgent,
    answer: AgentPut,
    example: { request: sample, response: put('agent created') },
    async run({ core, caller, body, setup }) {
      const change = changeOf(body);
      await findOnce(async () => assertFree(await setup(), change.email));
      const { value } = await core.change
        .putAgent(caller, { ...change, code: change.email!, isNew: true })
        .catch(inWords(ourNames));
      return done('agent created', [{ agent_id: String(value.no) }]);
    },
  }),
  update('PUT'),
  update('PATCH'),
  route({
    method: 'GET',
    path: '/agent/:id',
    right: 'read',
    reach: 'application',
    tag,
    summary: 'One agent, by its number or its platform id',
    params: idParams,
    answer: Agent,
    example: { response: record },
    async run({ params, setup, isGuest }) {
      const all = await setup();
      const found = agentNamed(all, params.id);
      // Who may not see an e-mail must not be able to ask for one either.
      const isAsked = !isGuest || String(found?.no) === params.id;
      return agentTold(known(isAsked ? found : undefined, 'agent'), all, isGuest);
    },
  }),
  route({
    method: 'GET',
    path: '/agent',
    right: 'read',
    reach: 'application',
    tag,
    summary: 'All agents, active and inactive',
    answer: Type.Array(Agent),
    example: { response: [record] },
    async run({ setup, isGuest }) {
      const all = await setup();
      const list = [...all.agents.values()].sort((a, b) => a.no - b.no);
      return list.map((agent) => agentTold(agent, all, isGuest));
    },
  }),
];

/** The agent of an assignment. */
export const assignee = ident('E-mail of the agent, or its number.', 'lina@shop.example');
