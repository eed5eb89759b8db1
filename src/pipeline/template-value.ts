import { contactTypes, normalLang } from '../model/contact.ts';
import { newId } from '../model/ids.ts';
import { type Button, mediaTypes } from '../model/message.ts';
import { present } from '../model/present.ts';
import { invalid, missing } from '../model/problem.ts';
import type { Template } from '../model/setup.ts';
import { bareName } from '../model/template.ts';
import { checkName, checkOneOf, checkStorable } from './setup-check.ts';

const buttonTypes = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'LOCATION_REQUEST'] as const;
const longest = { header: 1024, body: 32_768, footer: 1024, title: 1024, desc: 1024 } as const;
const mostSamples = 100;

/** A variant as it is to be: what is left out stays as it was, an empty text and `media: null` take a part away. */
export type TemplateChange = Partial<Omit<Template, 'media'>> & {
  code: string;
  lang: string;
  body: string;
  media?: Template['media'] | null;
};

/** The variant that a change makes of the one before. Code and language are checked. Throws `Problem` naming the field. */
export function templateOf(change: TemplateChange, before: Template | undefined): Template {
  const value: Template = present({
    ...before,
    ...optionalParts(change, before),
    id: before?.id ?? newId(),
    code: change.code,
    lang: change.lang,
    name: checkName(change.name ?? before?.name ?? change.code),
    body: checkText(change.body, 'body'),
    buttons: (change.buttons ?? before?.buttons ?? []).map(checkButton),
    meta: checkStorable(change.meta ?? before?.meta ?? {}, 'meta'),
    approvals: before?.approvals ?? [],
    createdAt: before?.createdAt ?? Date.now(),
  });
  if (!value.body) throw missing('body');
  return value;
}

/** The parts that may be absent: given ones are checked, empty ones go, others stay as they were. */
function optionalParts(change: Partial<TemplateChange>, before: Template | undefined) {
  const part = <T extends string>(given: T | undefined, check: (value: T) => T, stood: T | undefined) =>
    given === undefined ? stood : given ? check(given) : undefined;
  const text = (field: keyof typeof longest) =>
    part(change[field], (value) => checkText(value, field), before?.[field]);
  const label = (field: 'category' | 'categoryType' | 'formatType' | 'providerName' | 'createdBy') =>
    part(change[field], (value) => checkName(value, field), before?.[field]);
  const media = change.media === undefined ? before?.media : (change.media ?? undefined);
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
    samples: change.samples === undefined ? before?.samples : checkSamples(change.samples),
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

/** Samples by the names of their placeholders; empty ones are none. Undefined when there is not one. */
function checkSamples(given: Record<string, string>): Record<string, string> | undefined {
  const samples = Object.entries(given).filter(([, value]) => value.trim() !== '');
  if (samples.length > mostSamples) throw invalid('samples', `There are at most ${mostSamples} samples`);
  for (const [name, value] of samples) {
    const field = `samples.${name}`;
    if (!/^[\p{L}\p{N}_.$-]{1,200}$/u.test(name))
      throw invalid(field, `${field} is no name of a placeholder`);
    if (value.length > 1024) throw invalid(field, `${field} must not be longer than 1024 characters`);
    checkStorable(value, field);
  }
  const named = samples.map(([name, value]) => [bareName(name), value] as const);
  return named.length > 0 ? Object.fromEntries(named) : undefined;
}
