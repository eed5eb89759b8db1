import { newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import { missing } from '../model/problem.ts';
import type { Template, Var } from '../model/setup.ts';
import * as store from '../store/setup-templates.ts';
import type { Change } from './setup.ts';
import { checkCode, checkKnown, checkName, checkStorable, same } from './setup-check.ts';
import { type Draft, settle } from './setup-draft.ts';
import { assertTaken } from './template-check.ts';
import { checkLang, type TemplateChange, templateOf } from './template-value.ts';

/** Creates or changes one language variant of a template. An empty text takes an optional part away. */
export async function putTemplate(draft: Draft, change: TemplateChange): Promise<Change<Template>> {
  const { templates } = draft.setup;
  const code = checkCode(change.code);
  const lang = checkLang(change.lang);
  const before = templates.find((one) => one.code === code && one.lang === lang);
  const value = templateOf({ ...change, code, lang }, before);
  const differs = !same(before, value);
  // What is there already may have been taken by an earlier release.
  if (differs) assertTaken(draft.tools.channels, draft.setup, value);
  return settle(draft, value, { exists: before !== undefined, differs, write: () => write(draft, value) });
}

async function write(draft: Draft, value: Template): Promise<void> {
  await store.put(draft.tx, draft.businessId, value);
  const { templates } = draft.setup;
  const at = templates.findIndex((one) => one.id === value.id);
  templates.splice(at < 0 ? templates.length : at, 1, value);
}

/** Creates or changes a `global.` variable, of the business or bound to one channel (decision D28). */
export async function putVar(draft: Draft, change: Partial<Var> & { key: string }): Promise<Change<Var>> {
  const key = checkCode(change.key, 'key');
  const { channelId } = change;
  if (channelId !== undefined) checkKnown(draft.setup.channels, channelId, 'channelId', 'channel');
  const { vars } = draft.setup;
  const before = vars.find((one) => one.key === key && one.channelId === channelId);
  if (change.value === undefined && !before) throw missing('value');
  const label = (field: 'type' | 'group' | 'description') => {
    const given = change[field];
    return given === undefined ? before?.[field] : given ? checkName(given, field) : undefined;
  };
  const value: Var = present({
    id: before?.id ?? newId(),
    key,
    channelId,
    value: checkStorable(change.value === undefined ? before?.value : change.value, 'value'),
    type: label('type'),
    group: label('group'),
    description: label('description'),
    shared: change.shared ?? before?.shared ?? false,
    disabled: change.disabled ?? before?.disabled ?? false,
  }) as Var;
  return settle(draft, value, {
    exists: before !== undefined,
    differs: !same(before, value),
    async write() {
      await store.putVar(draft.tx, draft.businessId, value);
      const at = vars.findIndex((one) => one.id === value.id);
      vars.splice(at < 0 ? vars.length : at, 1, value);
    },
  });
}
