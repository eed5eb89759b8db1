import { isEmail } from '../model/email.ts';
import { newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { invalid, missing, notFound } from '../model/problem.ts';
import { type App, agentDesk, appModes, type Queue, type Team } from '../model/setup.ts';
import { withoutSecrets } from '../model/web-address.ts';
import * as store from '../store/setup-business.ts';
import type { Change } from './setup.ts';
import { checkCode, checkKnown, checkName, checkOneOf, checkStorable, same } from './setup-check.ts';
import { type Draft, settle } from './setup-draft.ts';

/** Finds an app by its code or its id. */
export function appNamed({ setup }: Pick<Draft, 'setup'>, name: string, field = 'app'): App {
  const byId = setup.apps.get(name);
  return (
    byId ?? checkKnown(new Map([...setup.apps.values()].map((app) => [app.code, app])), name, field, 'app')
  );
}

/** Creates or changes an app; with `id`, its code may change too. */
export async function putApp(draft: Draft, change: Partial<App> & { code: string }): Promise<Change<App>> {
  const apps = [...draft.setup.apps.values()];
  const before =
    change.id === undefined ? apps.find((app) => app.code === change.code) : draft.setup.apps.get(change.id);
  if (change.id !== undefined && !before) throw notFound('id', 'APP_NOT_FOUND', 'There is no such app.');
  if (apps.some((app) => app.code === change.code && app !== before)) {
    throw invalid('code', `Another app is called "${change.code}".`, {
      code: 'CODE_TAKEN',
      value: change.code,
    });
  }
  const infoUrl = change.contactInfoUrl ?? before?.contactInfoUrl;
  const value: App = present({
    id: before?.id ?? newId(),
    code: checkCode(change.code),
    name: checkName(change.name ?? before?.name ?? change.code),
    mode: checkOneOf(change.mode ?? before?.mode ?? 'WEBHOOK', appModes, 'mode'),
    type: checkCode(change.type ?? before?.type ?? 'DEFAULT', 'type'),
    contactInfoUrl: infoUrl
      ? checkTarget(draft, infoUrl, 'contactInfoUrl', infoUrl !== before?.contactInfoUrl)
      : undefined,
    props: checkStorable(change.props ?? before?.props ?? {}, 'props'),
  });
  return settle(draft, value, {
    exists: before !== undefined,
    differs: !same(before, value),
    async write() {
      await store.putApp(draft.tx, draft.businessId, value);
      draft.setup.apps.set(value.id, value);
    },
  });
}

/** Checks an address that we will call; one that stands already is left in peace. */
export function checkTarget(draft: Draft, url: string, field: string, isNew: boolean): string {
  const reason = isNew ? draft.tools.refuseTarget(url) : undefined;
  if (reason !== undefined)
    throw invalid(field, reason, { code: 'URL_REFUSED', value: withoutSecrets(url).slice(0, 500) });
  return url;
}

/** A queue as it is asked for; `app` is a code or an id, and empty takes the app away. */
export interface QueueChange {
  code: string;
  name?: string;
  type?: Queue['type'];
  app?: string;
  isDefault?: boolean;
}

/** Creates or changes a queue. Making it the default takes that from the one before. */
export async function putQueue(draft: Draft, change: QueueChange): Promise<Change<Queue>> {
  const before = draft.setup.queues.get(checkCode(change.code));
  const appId =
    change.app === undefined ? before?.appId : change.app === '' ? undefined : appNamed(draft, change.app).id;
  const value: Queue = present({
    code: change.code,
    name: checkName(change.name ?? before?.name ?? change.code),
    type: checkOneOf(change.type ?? before?.type ?? (appId ? 'BOT' : 'AGENT'), ['AGENT', 'BOT'], 'type'),
    appId,
    isDefault: change.isDefault ?? before?.isDefault ?? false,
  });
  if (value.code === agentDesk && value.type !== 'AGENT')
    throw invalid('type', `The queue ${agentDesk} is one of agents.`);
  if (value.type === 'BOT' && !appId)
    throw missing('app', 'A queue of type BOT needs the app that answers in it.');
  if (before?.isDefault && !value.isDefault) {
    throw invalid('isDefault', 'A business has one default queue: make another one the default instead.');
  }
  return settle(draft, value, {
    exists: before !== undefined,
    differs: !same(before, value),
    write: () => writeQueue(draft, value),
  });
}

async function writeQueue(draft: Draft, value: Queue): Promise<void> {
  await store.putQueue(draft.tx, draft.businessId, value);
  if (value.isDefault) {
    for (const queue of draft.setup.queues.values())
      if (queue.isDefault) draft.setup.queues.set(queue.code, { ...queue, isDefault: false });
  }
  draft.setup.queues.set(value.code, { ...value });
}

/** Creates or renames a team. */
export async function putTeam(draft: Draft, change: { code: string; name?: string }): Promise<Change<Team>> {
  const before = draft.setup.teams.get(checkCode(change.code));
  const value = { code: change.code, name: checkName(change.name ?? before?.name ?? change.code) };
  return settle(draft, value, {
    exists: before !== undefined,
    differs: !same(before, value),
    async write() {
      await store.putTeam(draft.tx, draft.businessId, value);
      draft.setup.teams.set(value.code, value);
    },
  });
}

/** An e-mail address in lower case. The mail server knows best: only what can be none is refused. */
export function checkEmail(value: string, field = 'email'): string {
  const email = value.toLowerCase();
  if (!isEmail(email)) throw invalid(field, `${field} is no e-mail address`, { value });
  return email;
}
