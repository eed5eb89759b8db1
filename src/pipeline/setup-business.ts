import { differences } from '../model/audit.ts';
import { type AgentView, agentViews } from '../model/policy.ts';
import { present } from '../model/present.ts';
import { invalid, missing } from '../model/problem.ts';
import { agentDesk, type Business, type BusinessSettings } from '../model/setup.ts';
import type { Queryable, Transaction } from '../store/database.ts';
import { knownZone } from '../store/figures.ts';
import { businessByDomain } from '../store/setup.ts';
import * as store from '../store/setup-business.ts';
import { elsewhere } from './audit.ts';
import type { Caller } from './core.ts';
import type { Change } from './setup.ts';
import { checkKnown, checkName, checkOneOf, checkStorable, same } from './setup-check.ts';
import { type Draft, openDraft, type SetupTools } from './setup-draft.ts';
import { checkEndUsers } from './setup-end-users.ts';
import { putApp, putQueue } from './setup-people.ts';
import { checkLang } from './template-value.ts';

/** A business as it is asked for; its domain is its natural key. */
export interface BusinessChange {
  domain: string;
  name?: string;
  settings?: Record<string, unknown>;
  /** Code of the first queue of new sessions. */
  defaultQueue?: string;
}

/** The business and the draft of its setup, in which more can be changed. */
export type BusinessPut = Change<Business> & { draft: Draft };

/** Creates a business with what every one has: an app, a default queue for it, and the agents' desk. */
export async function putBusiness(
  tools: SetupTools,
  tx: Transaction,
  by: Partial<Caller>,
  change: BusinessChange,
): Promise<BusinessPut> {
  const domain = checkDomain(change.domain);
  const known = await businessByDomain(tx, domain);
  if (known) return changeBusiness(await openDraft(tools, tx, elsewhere(by, known.id)), change);
  const made = await store.insert(tx, {
    domain,
    name: checkName(change.name ?? domain),
    settings: await withZone(tx, checkSettings(change.settings ?? {}, {})),
  });
  // Another process made it in this moment: its transaction is committed now, so the row can be seen.
  if (!made) return putBusiness(tools, tx, by, change);
  const draft = await openDraft(tools, tx, elsewhere(by, made.id));
  draft.deeds.push({
    what: 'business.created',
    id: domain,
    name: made.name,
    changes: differences(undefined, { domain, name: made.name, settings: made.settings }),
  });
  const app = await putApp(draft, { code: 'default', name: 'Default', mode: 'WEBHOOK' });
  await putQueue(draft, {
    code: 'default',
    name: 'Default',
    type: 'BOT',
    app: app.value.id,
    isDefault: true,
  });
  await putQueue(draft, { code: agentDesk, name: 'Agents', type: 'AGENT' });
  return { value: made, change: 'created', draft };
}

/** Changes name and settings of a business, and which queue is its default. */
export async function changeBusiness(
  draft: Draft,
  change: Omit<BusinessChange, 'domain'>,
): Promise<BusinessPut> {
  const before = draft.setup.business;
  const value: Business = {
    ...before,
    name: checkName(change.name ?? before.name),
    settings: await withZone(
      draft.tx,
      checkSettings(change.settings ?? {}, before.settings),
      before.settings,
    ),
  };
  const queue = await defaultTo(draft, change.defaultQueue);
  if (same(before, value)) return { value, change: queue, draft };
  await store.update(draft.tx, value);
  draft.setup.business = value;
  draft.changed.add('setup');
  return { value, change: 'changed', draft };
}

async function defaultTo(draft: Draft, code: string | undefined): Promise<Change<unknown>['change']> {
  if (code === undefined) return 'none';
  checkKnown(draft.setup.queues, code, 'defaultQueue', 'queue');
  return (await putQueue(draft, { code, isDefault: true })).change;
}

function checkDomain(domain: string): string {
  if (!domain) throw missing('domain');
  const lower = domain.toLowerCase();
  // The first label of the host under which clients reach this business (decision D1).
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(lower)) {
    throw invalid(
      'domain',
      'domain must be 1 to 63 letters, digits or "-", like the first part of a host name',
      {
        value: domain,
      },
    );
  }
  return lower;
}

const settingNames = [
  'lang',
  'sessionHours',
  'agentSeats',
  'agentsSee',
  'endUsers',
  'timeZone',
] as const satisfies readonly (keyof BusinessSettings)[];

/** Settings that are given replace those that stood; null takes one away. */
function checkSettings(given: Record<string, unknown>, before: BusinessSettings): BusinessSettings {
  for (const name of Object.keys(given)) {
    if (settingNames.some((known) => known === name)) continue;
    throw invalid(`settings.${name}`, `A business has no setting "${name}".`, {
      possibleValues: settingNames,
    });
  }
  const { lang, sessionHours, agentSeats, agentsSee, timeZone } = {
    ...before,
    ...checkStorable(given, 'settings'),
  };
  return present({
    lang: checkLangSetting(lang),
    sessionHours: checkHours(sessionHours),
    agentSeats: checkSeats(agentSeats),
    agentsSee: checkView(agentsSee),
    endUsers: checkEndUsers(given.endUsers, before.endUsers),
    timeZone: checkZoneName(timeZone),
  });
}

/** A name such as Asia/Kolkata; empty: none, as of the language. Offsets and short names mean one thing here and another thing in the database. */
function checkZoneName(zone: unknown): string | undefined {
  if (zone === undefined || zone === null || zone === '') return undefined;
  const isName = typeof zone === 'string' && (/^UTC$/i.test(zone) || /^[a-z]+(\/[a-z0-9_+-]+)+$/i.test(zone));
  if (isName && isZone(zone)) return zone;
  throw unknownZone(zone);
}

function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

const unknownZone = (value: unknown) =>
  invalid('settings.timeZone', 'settings.timeZone must be a time zone such as Asia/Dubai, or UTC', { value });

/** The database counts days by it, so it must know it too; it says how the name is written. */
async function withZone(
  tx: Queryable,
  settings: BusinessSettings,
  before: BusinessSettings = {},
): Promise<BusinessSettings> {
  const { timeZone } = settings;
  if (timeZone === undefined || timeZone === before.timeZone) return settings;
  const known = await knownZone(tx, timeZone);
  if (known === undefined) throw unknownZone(timeZone);
  return { ...settings, timeZone: known };
}

function checkLangSetting(lang: unknown): string | undefined {
  if (lang === undefined || lang === null || lang === '') return undefined;
  if (typeof lang !== 'string') throw invalid('settings.lang', 'settings.lang must be text');
  return checkLang(lang, 'settings.lang');
}

function checkView(view: unknown): AgentView | undefined {
  if (view === undefined || view === null) return undefined;
  return checkOneOf(String(view), agentViews, 'settings.agentsSee');
}

function checkSeats(seats: unknown): number | undefined {
  if (seats === undefined || seats === null || seats === 0) return undefined;
  if (typeof seats !== 'number' || !Number.isInteger(seats) || seats < 0 || seats > 1_000_000) {
    throw invalid(
      'settings.agentSeats',
      'settings.agentSeats must be a whole number from 0, for any number of agents, to 1000000',
      { value: seats },
    );
  }
  return seats;
}

function checkHours(hours: unknown): number | undefined {
  if (hours === undefined || hours === null) return undefined;
  if (typeof hours !== 'number' || !(hours > 0 && hours <= 8760)) {
    throw invalid('settings.sessionHours', 'settings.sessionHours must be more than 0 and at most 8760', {
      value: hours,
    });
  }
  return hours;
}
