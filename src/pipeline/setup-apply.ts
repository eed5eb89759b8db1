import { present } from '../model/present.ts';
import { invalid, Problem } from '../model/problem.ts';
import type { Endpoint, Template } from '../model/setup.ts';
import type { Transaction } from '../store/database.ts';
import { list as keysOf } from '../store/keys.ts';
import type { By } from './audit.ts';
import { putCannedAnswer } from './canned-answers.ts';
import { nextChange } from './idempotency.ts';
import { createKey } from './keys.ts';
import type { Applied, Apply, Change, EndpointChange } from './setup.ts';
import { putAgent } from './setup-agents.ts';
import { approveTemplate } from './setup-approvals.ts';
import { type BusinessPut, changeBusiness, putBusiness } from './setup-business.ts';
import { putChannel } from './setup-channels.ts';
import { checkDocument, type SetupDocument } from './setup-document.ts';
import { type Draft, finish, openDraft, type SetupTools } from './setup-draft.ts';
import { type EndpointPut, putEndpoint } from './setup-endpoints.ts';
import { appNamed, putApp, putQueue, putTeam } from './setup-people.ts';
import { putCustomField, putTag } from './setup-tags.ts';
import { putTemplate, putVar } from './setup-templates.ts';

/** Thrown to take everything back after a dry run. */
class DryRun extends Error {}

/**
 * Makes a setup what a document says: all of it in one transaction, or nothing. Applying it again changes
 * nothing. Problems name the place in the document: `queues[2].app`.
 */
export function makeApply(tools: SetupTools): Apply {
  return async (given, { dryRun, by }) => {
    const document = checkDocument(given);
    const once = nextChange();
    if (once?.known) return once.known.result as Applied;
    let applied: Applied | undefined;
    try {
      await tools.db.transaction(async (tx) => {
        const put = await within(
          'business',
          {
            'settings.lang': 'lang',
            'settings.sessionHours': 'sessionHours',
            'settings.agentSeats': 'agentSeats',
            'settings.agentsSee': 'agentsSee',
            'settings.timeZone': 'timeZone',
            ...endUserWords,
          },
          () => theBusiness(tools, tx, document.business ?? {}, by),
        );
        applied = await applyTo(put, document, dryRun);
        if (dryRun) throw new DryRun();
        await finish(put.draft);
        await once?.keep(tx, applied);
      });
    } catch (error) {
      if (!(error instanceof DryRun)) throw error;
    }
    return dryRun ? { ...applied!, keys: [], endpoints: [] } : applied!;
  };
}

const endUserWords = Object.fromEntries(
  ['dailyReads', 'tokenDays'].map((name) => [`settings.endUsers.${name}`, `endUsers.${name}`]),
);

async function theBusiness(
  tools: SetupTools,
  tx: Transaction,
  wanted: NonNullable<SetupDocument['business']>,
  by: By,
): Promise<BusinessPut> {
  const { domain, name, lang, sessionHours, agentSeats, agentsSee, endUsers, timeZone } = wanted;
  const change = present({
    name,
    settings: present({ lang, sessionHours, agentSeats, agentsSee, endUsers, timeZone }),
  });
  const own = await openDraft(tools, tx, by);
  if (domain === undefined || domain.toLowerCase() === own.setup.business.domain)
    return changeBusiness(own, change);
  if (!by.installation) {
    throw new Problem(
      'forbidden',
      `This key is of the business "${own.setup.business.domain}", not of "${domain}".`,
      {
        field: 'domain',
        code: 'OTHER_BUSINESS',
      },
    );
  }
  return putBusiness(tools, tx, by, { domain, ...change });
}

async function applyTo(put: BusinessPut, document: SetupDocument, dryRun: boolean): Promise<Applied> {
  const { draft } = put;
  const applied: Applied = { business: put.value.domain, dryRun, changes: [], keys: [], endpoints: [] };
  const note = <C extends Change<unknown>>(noun: string, name: string, done: C): C => {
    if (done.change !== 'none') applied.changes.push({ change: done.change, noun, name });
    return done;
  };
  note('business', put.value.domain, put);
  await each('apps', document.apps, async ({ webhook: _, keys: __, ...app }) => {
    note('app', app.code, await putApp(draft, app));
  });
  await applyPeople(draft, document, note);
  await each('cannedAnswers', document.cannedAnswers, async (answer) => {
    note('canned answer', answer.code, await putCannedAnswer(draft, '', answer));
  });
  await each('channels', document.channels, async (channel) => {
    note('channel', `${channel.type}:${channel.lane}`, await putChannel(draft, channel));
  });
  await applyTemplates(draft, document, note);
  await each('vars', document.vars, async ({ channel, ...rest }) => {
    const change = present({ ...rest, channelId: channel });
    note(
      'var',
      channel ? `${rest.key} of ${channel}` : rest.key,
      await within('', { channelId: 'channel' }, () => putVar(draft, change)),
    );
  });
  await applyEndpoints(draft, document, (done) => {
    note('endpoint', done.value.url, done);
    const { secret, verifyToken, value } = done;
    if (secret ?? verifyToken)
      applied.endpoints.push(present({ id: value.id, url: value.url, secret, verifyToken }));
  });
  await applyKeys(draft, document, (name, key) => {
    note('key', `${key.app}/${name}`, { value: key, change: 'created' });
    applied.keys.push(key);
  });
  return applied;
}

type Note = (noun: string, name: string, done: Change<unknown>) => unknown;

async function applyPeople(draft: Draft, document: SetupDocument, note: Note): Promise<void> {
  await each(
    'teams',
    document.teams,
    async (team) => void note('team', team.code, await putTeam(draft, team)),
  );
  await each('queues', document.queues, async (queue) => {
    note('queue', queue.code, await putQueue(draft, queue));
  });
  await each(
    'agents',
    document.agents,
    async (agent) => void note('agent', agent.code, await putAgent(draft, agent)),
  );
  await each('tags', document.tags, async (tag) => void note('tag', tag.name, await putTag(draft, tag)));
  await each('customFields', document.customFields, async (field) => {
    note('custom field', field.key, await putCustomField(draft, field));
  });
}

async function applyTemplates(draft: Draft, document: SetupDocument, note: Note): Promise<void> {
  await each('templates', document.templates, async ({ variants, approvals = [], ...shared }) => {
    const providerName = onlyName(approvals.map((approval) => approval.providerName));
    for (const [i, variant] of variants.entries()) {
      const change = present({ ...shared, ...variant, providerName }) as Partial<Template> &
        typeof variant & { code: string };
      const done = await within(`variants[${i}]`, {}, () => putTemplate(draft, change));
      let { change: verdict } = done;
      for (const [j, { channel, status, templateId }] of approvals.entries()) {
        const approval = present({ channelId: channel, status, templateId });
        const approved = await within(`approvals[${j}]`, { channelId: 'channel' }, () =>
          approveTemplate(draft, done.value.id, approval),
        );
        if (verdict === 'none') verdict = approved.change;
      }
      note('template', `${shared.code}/${done.value.lang}`, { value: done.value, change: verdict });
    }
  });
}

/** A template has one name at providers: two different ones in a file would undo each other. */
function onlyName(names: (string | undefined)[]): string | undefined {
  const distinct = [...new Set(names.filter((name) => name !== undefined))];
  if (distinct.length > 1)
    throw invalid('approvals', 'A template has one providerName: make a template per name.');
  return distinct[0];
}

async function applyEndpoints(
  draft: Draft,
  document: SetupDocument,
  done: (put: EndpointPut) => void,
): Promise<void> {
  await each('apps', document.apps, async ({ code, webhook }) => {
    if (webhook === undefined) return;
    const { url, surface = 'xms', ...secrets } = typeof webhook === 'string' ? { url: webhook } : webhook;
    const appId = appNamed(draft, code).id;
    const standing = [...draft.setup.endpoints.values()].find(
      (one) => one.appId === appId && one.surface === surface && !one.types,
    );
    const change = { ...(standing && { id: standing.id }), surface, app: appId, url, ...secrets };
    const name =
      typeof webhook === 'string' ? { url: 'webhook' } : { url: 'webhook.url', surface: 'webhook.surface' };
    done(await within('', name, () => putEndpoint(draft, change)));
  });
  await each('endpoints', document.endpoints, async ({ surface = 'parley', ...endpoint }) => {
    const standing =
      endpoint.topic === undefined ? undefined : topicEndpoint(draft, { surface, ...endpoint });
    done(await putEndpoint(draft, { ...(standing && { id: standing.id }), surface, ...endpoint }));
  });
}

/** Several endpoints of one event may have one address; a document means the same one each time. */
function topicEndpoint(draft: Draft, wanted: EndpointChange): Endpoint | undefined {
  const appId = wanted.app === undefined ? undefined : appNamed(draft, wanted.app).id;
  return [...draft.setup.endpoints.values()].find(
    ({ topic, surface, url, ...one }) =>
      one.appId === appId && topic === wanted.topic && surface === wanted.surface && url === wanted.url,
  );
}

async function applyKeys(
  draft: Draft,
  document: SetupDocument,
  made: (name: string, key: Applied['keys'][number]) => void,
): Promise<void> {
  const standing = (await keysOf(draft.tx, draft.businessId)).filter(
    (key) => key.revokedAt === undefined && (key.expiresAt ?? Number.POSITIVE_INFINITY) > Date.now(),
  );
  await each('apps', document.apps, async ({ code, keys }) => {
    const appId = appNamed(draft, code).id;
    await each('keys', keys, async ({ expiresAt, ...request }) => {
      if (standing.some((key) => key.appId === appId && key.name === request.name.trim())) return;
      const until = expiresAt === undefined ? undefined : Date.parse(expiresAt);
      const { key, token } = await createKey(draft, present({ ...request, app: appId, expiresAt: until }));
      made(request.name, present({ app: code, name: request.name, key, token }));
    });
  });
}

/** Does one after the other; problems name the place: `queues[2]`. */
async function each<T>(
  name: string,
  items: T[] | undefined,
  work: (item: T) => Promise<void>,
): Promise<void> {
  for (const [i, item] of (items ?? []).entries()) await within(`${name}[${i}]`, {}, () => work(item));
}

/** Problems inside are about a place in the document, in the words of the document. */
async function within<T>(place: string, words: Record<string, string>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const details = error.details.map((detail) => {
      const field = detail.field && (words[detail.field] ?? detail.field);
      return { ...detail, field: [place, field].filter((part) => part).join('.') };
    });
    throw new Problem(error.kind, error.message, details);
  }
}
