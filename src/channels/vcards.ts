import type { ContactCard } from '../model/message.ts';
import { present } from '../model/present.ts';

/** Contact cards in a file of vCards (RFC 6350, and the versions before it). What is broken is left out. */
export function cardsIn(text: string): ContactCard[] {
  const lines = text
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]/g, '')
    .split('\n');
  const cards: ContactCard[] = [];
  let properties: Property[] | undefined;
  for (const line of lines) {
    if (/^begin:vcard$/i.test(line.trim())) properties = [];
    else if (/^end:vcard$/i.test(line.trim())) {
      const card = properties && cardOf(properties);
      if (card && Object.keys(card).length > 0) cards.push(card);
      properties = undefined;
    } else if (properties) properties.push(...propertyOf(line));
    if (cards.length >= mostCards) break;
  }
  return cards;
}

const mostCards = 100;

interface Property {
  name: string;
  type?: string;
  value: string;
}

/** `item1.TEL;TYPE=CELL:+49…`: a group in front and parameters behind the name. */
function propertyOf(line: string): Property[] {
  const [, head, value] = /^((?:"[^"]*"|[^":])*):(.*)$/.exec(line) ?? [];
  if (head === undefined || value === undefined || value === '') return [];
  const [name = '', ...parameters] = head.split(';');
  const types = parameters.flatMap((one) => {
    const [key = '', given] = one.split('=');
    if (given === undefined) return /^(cell|home|work|fax|voice|main|iphone)$/i.test(key) ? [key] : [];
    return /^type$/i.test(key) ? given.replaceAll('"', '').split(',') : [];
  });
  const type = types.find((one) => !/^(pref|voice|internet)$/i.test(one))?.toUpperCase();
  return [present({ name: name.split('.').at(-1)!.toUpperCase(), type, value })];
}

/** Parts of a value with `;` between them; a backslash takes the meaning from the character behind it. */
function partsOf(value: string): string[] {
  return value.split(/(?<!\\);/).map(plain);
}

function plain(value: string): string {
  return value
    .replace(/\\n/gi, '\n')
    .replace(/\\([,;:\\])/g, '$1')
    .trim();
}

function cardOf(properties: Property[]): ContactCard {
  const all = (name: string) => properties.filter((one) => one.name === name);
  const first = (name: string) => all(name)[0];
  const list = <T>(rows: T[]) => (rows.length > 0 ? rows : undefined);
  const [last, given] = partsOf(first('N')?.value ?? '');
  const formatted = first('FN') && plain(first('FN')!.value);
  const name = present({
    formatted_name: formatted || undefined,
    first_name: given || undefined,
    last_name: last || undefined,
  });
  const [company, department] = partsOf(first('ORG')?.value ?? '');
  const title = first('TITLE') && plain(first('TITLE')!.value);
  const org = present({
    company: company || undefined,
    department: department || undefined,
    title: title || undefined,
  });
  return present({
    name: Object.keys(name).length > 0 ? name : undefined,
    birthday: first('BDAY')?.value,
    phones: list(
      all('TEL').map(({ value, type }) => present({ phone: plain(value).replace(/^tel:/i, ''), type })),
    ),
    emails: list(all('EMAIL').map(({ value, type }) => present({ email: plain(value), type }))),
    addresses: list(all('ADR').map(({ value, type }) => addressOf(value, type))),
    org: Object.keys(org).length > 0 ? org : undefined,
    urls: list(all('URL').map(({ value, type }) => present({ url: plain(value), type }))),
  });
}

function addressOf(value: string, type: string | undefined) {
  const [, , street, city, state, zip, country] = partsOf(value).map((part) => part || undefined);
  return present({ street, city, state, zip, country, type });
}

/** Contact cards as a file of vCards 3.0, which every mail program reads. */
export function vcardsOf(cards: readonly ContactCard[]): string {
  return cards.map((card) => `${linesOf(card).map(folded).join('\r\n')}\r\n`).join('');
}

function linesOf({
  name = {},
  birthday,
  phones = [],
  emails = [],
  addresses = [],
  org,
  urls = [],
}: ContactCard): string[] {
  const formatted =
    name.formatted_name ??
    ([name.first_name, name.last_name].filter((part) => part).join(' ') || org?.company);
  const typed = (property: string, type: string | undefined, value: string | undefined) =>
    value ? [`${property}${type ? `;TYPE=${type.replace(/[^\w-]/g, '')}` : ''}:${value}`] : [];
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:${escaped(name.last_name ?? '')};${escaped(name.first_name ?? '')};;;`,
    `FN:${escaped(formatted ?? phones[0]?.phone ?? emails[0]?.email ?? '')}`,
    ...phones.flatMap(({ phone, type }) => typed('TEL', type, escaped(phone))),
    ...emails.flatMap(({ email, type }) => typed('EMAIL', type, escaped(email))),
    ...addresses.flatMap(({ street, city, state, zip, country, type }) =>
      typed('ADR', type, `;;${[street, city, state, zip, country].map(escaped).join(';')}`),
    ),
    ...typed('ORG', undefined, org?.company && [org.company, org.department].map(escaped).join(';')),
    ...typed('TITLE', undefined, escaped(org?.title)),
    ...urls.flatMap(({ url, type }) => typed('URL', type, escaped(url))),
    ...typed('BDAY', undefined, escaped(birthday)),
    'END:VCARD',
  ];
}

function escaped(text: string | undefined): string {
  return (text ?? '').replace(/[\\,;]/g, '\\$&').replace(/\r\n?|\n/g, '\\n');
}

/** Lines have at most 75 bytes; what is longer goes on after a space. */
function folded(line: string): string {
  const parts: string[] = [];
  let part = '';
  for (const character of line) {
    const limit = parts.length === 0 ? 75 : 74;
    if (Buffer.byteLength(part + character) > limit) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part].join('\r\n ');
}
