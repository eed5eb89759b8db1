import { contactTypes, normalLang } from '../model/contact.ts';
import { newId } from '../model/ids.ts';
import { type Button, mediaTypes } from '../model/message.ts';
import { present } from '../model/present.ts';
import { invalid, missing } from '../model/problem.ts';
import type { Template, Var } from '../model/setup.ts';
import * as store from '../store/setup-templates.ts';
import type { Change } from './setup.ts';
import { checkCode, checkKnown, checkName, checkOneOf, checkStorable, same } from './setup-check.ts';
import { type Draft, settle } from './setup-draft.ts';

const buttonTypes = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'LOCATION_REQUEST'] as const;
const longest = { header: 1024, body: 32_768, footer: 1024, title: 1024, desc: 1024 } as const;

/** Creates or changes one language variant of a template. An empty text takes an optional part away. */
export async function putTemplate(
  draft: Draft,
  change: Partial<Template> & { code: string; lang: string; body: string },
): Promise<Change<Template>> {
  const code = checkCode(change.code);
  const lang = checkLang(change.lang);
  const before = draft.setup.templates.find((one) => one.code === code && one.lang === lang);
  const value: Template = present({
    ...before,
    ...optionalParts(change, before),
    id: before?.id ?? newId(),
    code,
    lang,
    name: checkName(change.name ?? before?.name ?? code),
    body: checkText(change.body, 'body'),
    buttons: (change.buttons ?? before?.buttons ?? []).map(checkButton),
    meta: checkStorable(change.meta ?? before?.meta ?? {}, 'meta'),
    approvals: before?.approvals ?? [],
    createdAt: before?.createdAt ?? Date.now(),
  });
  if (!value.body) throw missing('body');
  return settle(draft, value, {
    exists: before !== undefined,
    differs: !same(before, value),
    write: () => write(draft, value),
  });
}

async function write(draft: Draft, value: Template): Promise<void> {
  await store.put(draft.tx, draft.businessId, value);
  const { templates } = draft.setup;
  const at = templates.findIndex((one) => one.id === value.id);
  templates.splice(at < 0 ? templates.length : at, 1, value);
}

/** The parts that may be absent: given ones are checked, empty ones go, others stay as they were. */
function optionalParts(change: Partial<Template>, before: Template | undefined) {
  const part = <T extends string>(given: T | undefined, check: (value: T) => T, stood: T | undefined) =>
    given === undefined ? stood : given ? check(given) : undefined;
  const text = (field: keyof typeof longest) =>
    part(change[field], (value) => checkText(value, field), before?.[field]);
  const label = (field: 'category' | 'categoryType' | 'formatType' | 'providerName' | 'createdBy') =>
    part(change[field], (value) => checkName(value, field), before?.[field]);
  const media = change.media ?? before?.media;
  return {
    desc: text('desc'),
    title: text('title'),
    header: text('header'),
    footer: text('footer'),
    category: label('category'),
    categoryType: label('categoryType'),
    formatType: label('formatType'),
    providerName: label('providerName'),
    createdBy: label('createdBy'),
    contactType: part(
      change.contactType,
      (value) => checkOneOf(value, contactTypeNames, 'contactType'),
      before?.contactType,
    ),
    media: media && {
      ...checkStorable(media, 'media'),
      type: checkOneOf(media.type, mediaTypes, 'media.type'),
    },
  };
}

const contactTypeNames = Object.keys(contactTypes) as (keyof typeof contactTypes)[];

/** A language in the form in which it is stored. */
export function checkLang(lang: string, field = 'lang'): string {
  if (!lang) throw missing(field);
  const normal = normalLang(lang);
  if (normal === undefined) throw invalid(field, `${field} must look like "en" or "en_US"`, { value: lang });
  return normal;
}

/** Text with placeholders: each `{{` must begin one, so that no half-written one reaches a customer. */
function checkText(text: string, field: keyof typeof longest | `buttons[${number}].${string}`): string {
  const limit = field in longest ? longest[field as keyof typeof longest] : 2048;
  if (text.length > limit) throw invalid(field, `${field} must not be longer than ${limit} characters`);
  checkStorable(text, field);
  const rest = text.replace(/\{\{\s*[\p{L}\p{N}_.$-]+\s*\}\}/gu, '');
  const broken = /\{\{.{0,30}/su.exec(rest)?.[0];
  if (broken !== undefined) {
    throw invalid(field, `${field} has a placeholder that is not one: ${broken}`, {
      code: 'BAD_PLACEHOLDER',
      value: broken,
    });
  }
  return text;
}

function checkButton(button: Button, index: number): Button {
  const at = (name: string) => `buttons[${index}].${name}` as const;
  const type = checkOneOf(button.type ?? 'QUICK_REPLY', buttonTypes, at('type'));
  const label = button.label ?? '';
  if (!label.trim() && type !== 'LOCATION_REQUEST') throw missing(at('label'));
  if (type === 'URL' && !button.url) throw missing(at('url'));
  if (type === 'PHONE_NUMBER' && !button.phone) throw missing(at('phone'));
  if (button.url) checkText(button.url, at('url'));
  return checkStorable(
    { ...button, type, label: checkText(label, at('label')), code: button.code || label || type },
    `buttons[${index}]`,
  );
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
