import type { Button } from '../../model/message.ts';
import type { Template } from '../../model/setup.ts';
import { bareName, placeholderPaths, providerText } from '../../model/template.ts';
import { type FindingKind, finding, type TemplateFinding } from '../../model/template-finding.ts';
import type { TemplateDraft } from '../templates.ts';
import { carries } from './capabilities.ts';

/** Longest parts in characters, and how many of each (Meta: Template components). */
const most = { header: 60, body: 1024, footer: 60, label: 25, url: 2000, buttons: 10, urls: 2, phones: 1 };
/** The largest sample, bytes: it is in memory while it is handed over. */
const largestSample = 16 * 1024 * 1024;
/** What Meta takes as a sample above the text, and sends then (Meta: Resumable upload). */
const sampleTypes = {
  image: ['image/jpeg', 'image/png'],
  video: ['video/mp4'],
  document: ['application/pdf'],
};
/** Languages that put no spaces between words: there Meta's rule of words cannot be counted. */
const unspaced = new Set(['zh', 'ja', 'th', 'lo', 'km', 'my']);

/** What WhatsApp would not send, or Meta not approve, of a template. */
export function checkTemplate(draft: TemplateDraft): TemplateFinding[] {
  const { template } = draft;
  const { header, footer, media } = template;
  return [
    ...nameFindings(template),
    ...(media ? mediaFindings(draft) : textFindings('header', header)),
    ...(media && header !== undefined ? [finding('unapproved', 'header', 'HEADER_TWICE')] : []),
    ...(media ? [] : tooMany('header', header, 1)),
    ...bodyFindings(draft),
    ...textFindings('footer', footer),
    ...noVariables('footer', footer),
    ...buttonFindings(template.buttons),
    ...namedFindings(template),
    ...sampleFindings(draft),
  ];
}

/** Of a template whose variables have names at Meta: names that go there. */
function namedFindings({ named, header, body }: Template): TemplateFinding[] {
  if (!named) return [];
  const wrong = [...placeholderPaths(header), ...placeholderPaths(body)].find(
    (name) => !/^[a-z][a-z0-9_]*$/.test(name),
  );
  return wrong === undefined ? [] : [finding('unapproved', 'body', 'VARIABLE_NAME', { name: wrong })];
}

/** The category as Meta calls it; undefined where the template has none that Meta knows. */
export function categoryOf({ category, categoryType }: Pick<Template, 'category' | 'categoryType'>) {
  const known = ['MARKETING', 'UTILITY', 'AUTHENTICATION'];
  return [category, categoryType]
    .map((word) => word?.trim().toUpperCase())
    .find((word) => word !== undefined && known.includes(word));
}

/** Its name at Meta. */
export const nameOf = ({ providerName, code }: Pick<Template, 'providerName' | 'code'>) =>
  providerName ?? code;

function nameFindings(template: Template): TemplateFinding[] {
  const name = nameOf(template);
  const category = categoryOf(template);
  return [
    ...(/^[a-z0-9_]{1,512}$/.test(name)
      ? []
      : [
          finding('unapproved', template.providerName ? 'providerName' : 'code', 'NAME_NOT_ALLOWED', {
            name,
          }),
        ]),
    ...(category === undefined ? [finding('unapproved', 'category', 'CATEGORY_MISSING')] : []),
    ...(category === 'AUTHENTICATION'
      ? [finding('unapproved', 'category', 'CATEGORY_NOT_TAKEN', { category })]
      : []),
  ];
}

/** Header and footer: one short line. The header alone is looked at again when it is sent. */
function textFindings(field: 'header' | 'footer', text: string | undefined): TemplateFinding[] {
  if (text === undefined) return [];
  const isBroken = /[\n\r\t]| {5}/.test(text);
  return [
    ...tooLong(field === 'header' ? 'refused' : 'unapproved', field, providerText(text), most[field]),
    ...(isBroken ? [finding('unapproved', field, 'LINE_BREAK')] : []),
  ];
}

function bodyFindings({ template: { body, lang }, sample }: TemplateDraft): TemplateFinding[] {
  const paths = placeholderPaths(body);
  const filled = providerText(body).replace(/\{\{(\d+)\}\}/g, (_, n) => sample(paths[Number(n) - 1]!) ?? '');
  const long = tooLong('refused', 'body', providerText(body), most.body);
  return [
    ...long,
    ...(long.length === 0 && [...filled].length > most.body
      ? [finding('unapproved', 'body', 'TOO_LONG_FILLED', { max: most.body })]
      : []),
    ...gaps('body', paths),
    ...(/^\s*\{\{/.test(body) ? [finding('unapproved', 'body', 'VARIABLE_FIRST')] : []),
    ...(/\}\}\s*$/.test(body) ? [finding('unapproved', 'body', 'VARIABLE_LAST')] : []),
    ...fewWords(body, lang, paths.length),
  ];
}

/** Words beside the variables: twice as many as these, and one (Meta's error 2388293). */
function fewWords(body: string, lang: string, variables: number): TemplateFinding[] {
  if (variables === 0 || unspaced.has(lang.split('_')[0]!)) return [];
  const fixed = body.replace(/\{\{[^}]*\}\}/g, ' ').split(/\s+/);
  const words = fixed.filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  const needed = 2 * variables + 1;
  return words < needed ? [finding('unapproved', 'body', 'TOO_FEW_WORDS', { words, needed })] : [];
}

/** Numbered variables run from 1 without a gap: callers who fill them by their place would be one off. */
function gaps(field: string, paths: string[]): TemplateFinding[] {
  const numbers = paths.map(bareName).filter((path) => /^\d+$/.test(path));
  const gap = numbers.findIndex((number, i) => Number(number) !== i + 1);
  return gap < 0 ? [] : [finding('unapproved', field, 'VARIABLE_GAP', { number: gap + 1 })];
}

function tooMany(field: string, text: string | undefined, max: number): TemplateFinding[] {
  const isMore = placeholderPaths(text).length > max;
  return isMore ? [finding('unapproved', field, 'TOO_MANY_VARIABLES', { max })] : [];
}

function noVariables(field: string, text: string | undefined): TemplateFinding[] {
  return placeholderPaths(text).length > 0 ? [finding('unapproved', field, 'VARIABLE_NOT_ALLOWED')] : [];
}

function tooLong(kind: FindingKind, field: string, text: string, max: number): TemplateFinding[] {
  const { length } = [...text];
  return length > max ? [finding(kind, field, 'TOO_LONG', { max, length })] : [];
}

function buttonFindings(buttons: Button[]): TemplateFinding[] {
  const count = (type: Button['type']) => buttons.filter((one) => one.type === type).length;
  const kinds = buttons.map(({ type }) => type === 'QUICK_REPLY');
  // Where choices and others change more than once, one of them is torn apart.
  const turns = kinds.filter((kind, i) => i > 0 && kind !== kinds[i - 1]).length;
  const over = (max: number) => [finding('unapproved', 'buttons', 'TOO_MANY_BUTTONS', { max })];
  return [
    ...(buttons.length > most.buttons ? over(most.buttons) : []),
    ...(count('URL') > most.urls ? over(most.urls) : []),
    ...(count('PHONE_NUMBER') > most.phones ? over(most.phones) : []),
    ...(turns > 1 ? [finding('unapproved', 'buttons', 'BUTTONS_MIXED')] : []),
    ...buttons.flatMap((button, i) => oneButton(button, `buttons[${i}]`)),
  ];
}

function oneButton({ type, label, url, phone }: Button, at: string): TemplateFinding[] {
  if (type === 'LOCATION_REQUEST') return [finding('unapproved', at, 'BUTTON_NOT_TAKEN')];
  return [
    ...tooLong('unapproved', `${at}.label`, label, most.label),
    ...noVariables(`${at}.label`, label),
    ...(type === 'URL' ? linkFindings(url ?? '', `${at}.url`) : []),
    ...(type === 'PHONE_NUMBER' ? phoneFindings(phone ?? '', `${at}.phone`) : []),
  ];
}

function linkFindings(url: string, at: string): TemplateFinding[] {
  const paths = placeholderPaths(url);
  const isAtEnd = paths.length !== 1 || /\{\{[^}]*\}\}$/.test(url);
  return [
    ...tooLong('unapproved', at, url, most.url),
    ...tooMany(at, url, 1),
    ...(/^https?:\/\/[^\s{]/i.test(url) ? [] : [finding('unapproved', at, 'BAD_URL')]),
    ...(isAtEnd ? [] : [finding('unapproved', at, 'VARIABLE_NOT_AT_END')]),
  ];
}

function phoneFindings(phone: string, at: string): TemplateFinding[] {
  const isNumber = /^\+?\d{5,20}$/.test(phone.replace(/[\s().-]/g, ''));
  if (placeholderPaths(phone).length > 0) return noVariables(at, phone);
  return isNumber ? [] : [finding('unapproved', at, 'BAD_PHONE')];
}

function mediaFindings({ template: { media }, file = {} }: TemplateDraft): TemplateFinding[] {
  const { type, link } = media!;
  if (type !== 'image' && type !== 'video' && type !== 'document')
    return [finding('refused', 'media.type', 'MEDIA_KIND', { kinds: 'image, video, document' })];
  const rule = carries.media![type]!;
  const { mime, sizeBytes } = file;
  const types = (list: readonly string[], kind: FindingKind) =>
    mime !== undefined && list.length > 0 && !list.includes(mime)
      ? [finding(kind, 'media.link', 'MEDIA_TYPE', { type: mime, types: list.join(', ') })]
      : [];
  const unsendable = types(rule.mimes, 'refused');
  return [
    ...(link ? [] : [finding('unapproved', 'media.link', 'MEDIA_MISSING')]),
    ...(unsendable.length > 0 ? unsendable : types(sampleTypes[type], 'unapproved')),
    ...(sizeBytes !== undefined && sizeBytes > rule.maxBytes ? [tooLarge('refused', rule.maxBytes)] : []),
    ...(sizeBytes !== undefined && sizeBytes > largestSample && sizeBytes <= rule.maxBytes
      ? [tooLarge('unapproved', largestSample)]
      : []),
  ];
}

const tooLarge = (kind: FindingKind, bytes: number) =>
  finding(kind, 'media.link', 'MEDIA_TOO_LARGE', { max: bytes / 1024 / 1024 });

/** A sample for each variable, which could stand in its place. */
function sampleFindings({ template, sample }: TemplateDraft): TemplateFinding[] {
  const { header, body, buttons, media } = template;
  const texts = [media ? media.link : header, body, ...buttons.map(({ url }) => url)];
  return [...new Set(texts.flatMap(placeholderPaths))].flatMap((path) => {
    const name = bareName(path);
    const given = sample(path);
    if (given === undefined) return [finding('unapproved', `samples.${name}`, 'SAMPLE_MISSING', { name })];
    return /[\n\r\t]| {5}/.test(given) ? [finding('unapproved', `samples.${name}`, 'LINE_BREAK')] : [];
  });
}
