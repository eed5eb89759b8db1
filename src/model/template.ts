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

/** What stands after `|` is for whom nothing is known of: `{{contact.name|dear customer}}`. */
const withFallback = /\{\{\s*([\p{L}\p{N}_.$-]+)\s*(?:\|([^{}|]*))?\}\}/gu;

/** Fills what has a value, or a fallback; the rest stays as it stands there, and is named in `missing`. */
export function fillKnown(text: string, values: TemplateValues): { text: string; missing: string[] } {
  const missing = new Set<string>();
  const filled = text.replace(withFallback, (whole, path: string, fallback: string | undefined) => {
    const value = placeholderValue(path, values);
    if (value !== '') return value;
    if (fallback !== undefined) return fallback.trim();
    missing.add(bareName(path));
    return whole;
  });
  return { text: filled, missing: [...missing] };
}

/** `order` of `data.order`: values of the caller may be written either way. */
export const bareName = (path: string) => path.replace(/^data\./, '');

/**
 * The distinct placeholders of a text in the order in which a provider counts them: numbered ones by their number,
 * others as they first stand in it.
 */
export function placeholderPaths(text: string | undefined): string[] {
  const paths = [...new Set([...(text ?? '').matchAll(placeholder)].map((match) => match[1]!))];
  const isNumbered = paths.every((path) => /^\d+$/.test(bareName(path)));
  return isNumbered ? paths.sort((a, b) => Number(bareName(a)) - Number(bareName(b))) : paths;
}

/** The text as a provider has it: `{{1}}`, `{{2}}` … in place of all placeholders. */
export function providerText(text: string): string {
  const paths = placeholderPaths(text);
  return text.replace(placeholder, (_, path: string) => `{{${paths.indexOf(path) + 1}}}`);
}

/** The values of the placeholders of a text, in their order. */
function valuesIn(text: string | undefined, values: TemplateValues): string[] {
  return placeholderPaths(text).map((path) => placeholderValue(path, values));
}

/** The names of the same placeholders. */
function namesIn(text: string): string[] {
  return placeholderPaths(text).map((path) => path.replace(/^(data|contact|global)\./, ''));
}

/**
 * Values by the place of their placeholder instead of its name, each part of the template for itself: the
 * first of the body is not the first of the header (azeer.md 5.1).
 */
export interface PlacedValues {
  header?: string[];
  body?: string[];
  /** By button: what stands in its link, or what comes back when it is pressed. */
  buttons?: (string | undefined)[];
}

/**
 * The placeholders of a text that the caller fills, each once: numbered ones by their number, others in the
 * order in which they first stand in it. Those of the contact and of the business are not among them.
 */
export function callerPlaces(text: string | undefined): string[] {
  const all = [...(text ?? '').matchAll(placeholder)].map((match) => match[1]!.replace(/^data\./, ''));
  const places = [...new Set(all.filter((path) => !/^(contact|global)\../.test(path)))];
  const numbered = places.every((path) => /^\d+$/.test(path));
  return numbered ? places.sort((a, b) => Number(a) - Number(b)) : places;
}

/** The text with the placeholders that a caller fills as `{{1}}`, `{{2}}` …, by their place. */
export function numberedText(text: string): string {
  const places = callerPlaces(text);
  return text.replace(placeholder, (whole, path: string) => {
    const i = places.indexOf(path.replace(/^data\./, ''));
    return i < 0 ? whole : `{{${i + 1}}}`;
  });
}

/** The values for one text, those given by place among them. */
function placedIn(text: string | undefined, given: string[] | undefined, values: TemplateValues) {
  if (given === undefined) return values;
  const data: Record<string, unknown> = { ...values.data };
  callerPlaces(text).forEach((path, i) => {
    const steps = path.split('.');
    const last = steps.pop()!;
    let at = data;
    for (const step of steps) {
      const inner = Object.hasOwn(at, step) ? at[step] : undefined;
      at = at[step] = typeof inner === 'object' && inner !== null ? { ...inner } : {};
    }
    at[last] = given[i];
  });
  return { ...values, data };
}

/** A template variant with its placeholders filled. */
export function fillTemplate(
  template: Template,
  values: TemplateValues,
  media?: Media & { type: MediaType },
  placed: PlacedValues = {},
): TemplateUse {
  const above = media ?? template.media;
  const header = placedIn(template.header, placed.header, values);
  const body = placedIn(template.body, placed.body, values);
  const filled = (text: string | undefined, by = values) =>
    text === undefined ? undefined : fillText(text, by);
  return withoutUndefined({
    id: template.id,
    code: template.code,
    lang: template.lang,
    providerName: template.providerName,
    header: filled(template.header, header),
    body: fillText(template.body, body),
    footer: filled(template.footer),
    title: filled(template.title),
    headerValues: valuesIn(template.header, header),
    bodyValues: valuesIn(template.body, body),
    bodyNames: namesIn(template.body),
    ...(template.named && { named: true, headerNames: namesIn(template.header ?? '') }),
    buttonValues: template.buttons.map((button, i) =>
      button.url ? (valuesIn(button.url, linkValues(button, placed.buttons?.[i], values))[0] ?? null) : null,
    ),
    media: above && { ...above, ...(above.link !== undefined && { link: fillText(above.link, values) }) },
  }) as unknown as TemplateUse;
}

function linkValues({ url }: Button, given: string | undefined, values: TemplateValues): TemplateValues {
  return given === undefined ? values : placedIn(url, [given], values);
}

/** The template's own buttons with their placeholders filled. */
export function fillButtons(
  buttons: Button[],
  values: TemplateValues,
  placed: PlacedValues['buttons'] = [],
): Button[] {
  return buttons.map((button, i) => ({
    ...button,
    ...(button.type === 'QUICK_REPLY' && placed[i] !== undefined && { code: placed[i] }),
    label: fillText(button.label, values),
    ...(button.url !== undefined && { url: fillText(button.url, linkValues(button, placed[i], values)) }),
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
