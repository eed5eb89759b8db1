import { notFound, Problem } from '../model/problem.ts';
import { agentDesk } from '../model/setup.ts';
import * as cannedAnswers from '../store/canned-answers.ts';
import { setApprovals } from '../store/setup-templates.ts';
import * as store from '../store/setup-use.ts';
import { approvalDeed } from './approvals.ts';
import { deedOfAnswer } from './canned-answers.ts';
import type { Removable } from './setup.ts';
import type { Draft } from './setup-draft.ts';
import { removeEndpoint } from './setup-endpoints.ts';
import { assertUnused, usesOf } from './setup-uses.ts';

/** Takes a thing out of the setup, unless something still relies on it. */
export async function remove(draft: Draft, noun: Removable, key: string): Promise<void> {
  await removals[noun](draft, key);
  draft.changed.add('setup');
}

const removals: Record<Removable, (draft: Draft, key: string) => Promise<void>> = {
  apps: removeApp,
  queues: removeQueue,
  teams: removeTeam,
  agents: removeAgent,
  channels: removeChannel,
  templates: removeTemplate,
  vars: removeVar,
  endpoints: removeEndpoint,
  tags: removeTag,
  cannedAnswers: removeCannedAnswer,
  customFields: removeCustomField,
};

function unknown(noun: string): Problem {
  return notFound(noun, `${noun.toUpperCase()}_NOT_FOUND`, `There is no such ${noun}.`);
}

/** Every business has it: nothing else needs to be changed first, or can be. */
function indispensable(noun: string, message: string): Problem {
  return new Problem('conflict', message, { field: noun, code: 'INDISPENSABLE' });
}

async function removeApp(draft: Draft, key: string): Promise<void> {
  const { tx, businessId, setup } = draft;
  const app = setup.apps.get(key) ?? [...setup.apps.values()].find((one) => one.code === key);
  if (!app) throw unknown('app');
  assertUnused('app', await usesOf.app(draft, app.id));
  await store.remove(tx, businessId, 'app', app.id);
  setup.apps.delete(app.id);
}

async function removeQueue(draft: Draft, code: string): Promise<void> {
  const { tx, businessId, setup } = draft;
  const queue = setup.queues.get(code);
  if (!queue) throw unknown('queue');
  if (code === agentDesk) throw indispensable('queue', `Every business has the queue ${agentDesk}.`);
  if (queue.isDefault)
    throw indispensable('queue', 'A business has a default queue: make another one the default first.');
  assertUnused('queue', await usesOf.queue(draft, code));
  await store.remove(tx, businessId, 'queue', code);
  setup.queues.delete(code);
}

async function removeTeam(draft: Draft, code: string): Promise<void> {
  const { tx, businessId, setup } = draft;
  if (!setup.teams.has(code)) throw unknown('team');
  assertUnused('team', await usesOf.team(draft, code));
  await store.remove(tx, businessId, 'team', code);
  setup.teams.delete(code);
}

async function removeAgent(draft: Draft, code: string): Promise<void> {
  const { tx, businessId, setup } = draft;
  if (!setup.agents.has(code)) throw unknown('agent');
  assertUnused('agent', await usesOf.agent(draft, code));
  await store.removeAgent(tx, businessId, code);
  setup.agents.delete(code);
}

async function removeTag({ tx, businessId, setup }: Draft, key: string): Promise<void> {
  const id = Number(key);
  if (!setup.tags.has(id)) throw unknown('tag');
  await store.removeTag(tx, businessId, id);
  setup.tags.delete(id);
}

async function removeCannedAnswer({ tx, businessId, deeds }: Draft, code: string): Promise<void> {
  const gone = await cannedAnswers.drop(tx, businessId, '', code);
  if (!gone) throw notFound('cannedAnswer', 'CANNED_ANSWER_NOT_FOUND', 'There is no such canned answer.');
  deeds.push(deedOfAnswer(gone, undefined));
}

/** The values stay with the contacts: they are labels, which others may use. */
async function removeCustomField({ tx, businessId, setup }: Draft, key: string): Promise<void> {
  const id = Number(key);
  if (!setup.customFields.has(id))
    throw notFound('customField', 'CUSTOM_FIELD_NOT_FOUND', 'There is no such custom field.');
  await store.remove(tx, businessId, 'customField', key);
  setup.customFields.delete(id);
}

async function removeChannel(draft: Draft, id: string): Promise<void> {
  const { tx, businessId, setup, sealed, deeds } = draft;
  if (!setup.channels.has(id)) throw unknown('channel');
  assertUnused('channel', await usesOf.channel(draft, id));
  for (const [at, template] of setup.templates.entries()) {
    const approvals = template.approvals.filter((approval) => approval.channelId !== id);
    const was = template.approvals.find(({ channelId }) => channelId === id);
    if (!was) continue;
    deeds.push(approvalDeed(template, id, was, undefined));
    setup.templates[at] = { ...template, approvals };
    await setApprovals(tx, businessId, template.id, approvals);
  }
  await store.remove(tx, businessId, 'channel', id);
  setup.channels.delete(id);
  sealed.channels.delete(id);
}

async function removeTemplate({ tx, businessId, setup }: Draft, id: string): Promise<void> {
  const at = setup.templates.findIndex((one) => one.id === id || `${one.code}/${one.lang}` === id);
  const [template] = at < 0 ? [] : setup.templates.splice(at, 1);
  if (!template) throw unknown('template');
  await store.remove(tx, businessId, 'template', template.id);
}

async function removeVar({ tx, businessId, setup }: Draft, key: string): Promise<void> {
  const at = setup.vars.findIndex(
    (one) => one.id === key || (one.key === key && one.channelId === undefined),
  );
  const [found] = at < 0 ? [] : setup.vars.splice(at, 1);
  if (!found) throw unknown('var');
  await store.remove(tx, businessId, 'var', found.id);
}
