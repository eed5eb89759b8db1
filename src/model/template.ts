import type { Contact } from './contact.ts';
import type { Button, Media, MediaType, TemplateUse } from './message.ts';
import type { Template } from './setup.ts';

/** Where the values of placeholders come from (xms.md section 7, decision D45). */
export interface TemplateValues {
  data: Record<string, unknown>;
  contact: Record<string, unknown>;
  global: Record<string, unknown>;
}

const placeholder = /\{\{\s*([\p{L}\p{N}_.$-]+)\s*\}\}/gu;

/** The value of `{{path}}`: bare names are read as `data.name`; what is missing or an object is blank. */
export function placeholderValue(path: string, values: TemplateValues): string {
  const steps = path.split('.');
  const from =
    steps.length > 1 && (steps[0] === 'data' || steps[0] === 'contact' || steps[0] === 'global')
      ? (steps.shift() as keyof TemplateValues)
      : 'data';
  let value: unknown = values[from];
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return '';
    value = (value as Record<string, unknown>)[step];
  }
  return value === null || value === undefined || typeof value === 'object' ? '' : String(value);
}

/** Fills the placeholders of one text, once: values are not expanded again (decision D45). */
export function fillText(text: string, values: TemplateValues): string {
  return text.replace(placeholder, (_, path: string) => placeholderValue(path, values));
}

/** The values of the distinct placeholders of a text, in the order in which they first stand in it. */
function valuesIn(text: string | undefined, values: TemplateValues): string[] {
  const paths = new Set([...(text ?? '').matchAll(placeholder)].map((match) => match[1]!));
  return [...paths].map((path) => placeholderValue(path, values));
}

/** A template variant with its placeholders filled. */
export function fillTemplate(
  template: Template,
  values: TemplateValues,
  media?: Media & { type: MediaType },
): TemplateUse {
  const header = media ?? template.media;
  const filled = (text: string | undefined) => (text === undefined ? undefined : fillText(text, values));
  return withoutUndefined({
    id: template.id,
    code: template.code,
    lang: template.lang,
    providerName: template.providerName,
    header: filled(template.header),
    body: fillText(template.body, values),
    footer: filled(template.footer),
    title: filled(template.title),
    headerValues: valuesIn(template.header, values),
    bodyValues: valuesIn(template.body, values),
    buttonValues: template.buttons.map((button) =>
      button.url ? (valuesIn(button.url, values)[0] ?? null) : null,
    ),
    media: header && { ...header, ...(header.link !== undefined && { link: fillText(header.link, values) }) },
  }) as unknown as TemplateUse;
}

/** The template's own buttons with their placeholders filled. */
export function fillButtons(buttons: Button[], values: TemplateValues): Button[] {
  return buttons.map((button) => ({
    ...button,
    label: fillText(button.label, values),
    ...(button.url !== undefined && { url: fillText(button.url, values) }),
    ...(button.phone !== undefined && { phone: fillText(button.phone, values) }),
  }));
}

function withoutUndefined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** What templates may say of a contact: the business's word goes before the channel's. */
export function contactValues(contact: Partial<Contact>, name?: string): Record<string, unknown> {
  const { profile = {}, businessProfile = {}, labels = [] } = contact;
  return {
    ...profile,
    ...businessProfile,
    ...(contact.lang && { lang: contact.lang }),
    ...(contact.csid && { csid: contact.csid }),
    ...(contact.id && { contactId: contact.id }),
    labels: Object.fromEntries(labels.map((label) => [label.key, label.value])),
    ...(name && { name }),
  };
}

/**
 * Chooses among the variants of a template (decision D44): exactly the wanted language, the same
 * language in another region, the contact's, the business's, and at last the only one there is.
 */
export function chooseVariant(
  variants: Template[],
  wanted: { lang?: string | undefined; contactLang?: string | undefined; businessLang?: string | undefined },
): Template | undefined {
  for (const lang of [wanted.lang, wanted.contactLang, wanted.businessLang]) {
    if (!lang) continue;
    const found =
      variants.find((variant) => sameLang(variant.lang, lang)) ??
      variants.find((variant) => languageOf(variant.lang) === languageOf(lang));
    if (found) return found;
  }
  return variants.length === 1 ? variants[0] : undefined;
}

function sameLang(a: string, b: string): boolean {
  return a.replace('-', '_').toLowerCase() === b.replace('-', '_').toLowerCase();
}

function languageOf(lang: string): string {
  return lang.split(/[-_]/)[0]!.toLowerCase();
}
