import type { ContactCard } from '../model/message.ts';
import { present } from '../model/present.ts';
import { isObject, listOf, objectOf, type Raw, textOf } from './json.ts';

/**
 * Contact cards out of a provider's JSON, in the words that WhatsApp, XMS and we share. What has another
 * shape is left out; a card of which nothing is left is none.
 */
export function cardsOf(value: unknown): ContactCard[] {
  return listOf(value)
    .filter(isObject)
    .map(cardOf)
    .filter((card) => Object.keys(card).length > 0);
}

function cardOf(given: Raw): ContactCard {
  return present({
    name: textsOf(given.name, ['formatted_name', 'first_name', 'last_name']),
    birthday: textOf(given.birthday),
    phones: rowsOf(given.phones, ['phone', 'type', 'wa_id']),
    emails: rowsOf(given.emails, ['email', 'type']),
    addresses: rowsOf(given.addresses, ['street', 'city', 'state', 'zip', 'country', 'country_code', 'type']),
    org: textsOf(given.org, ['company', 'department', 'title']),
    urls: rowsOf(given.urls, ['url', 'type']),
    ims: rowsOf(given.ims, ['service', 'userid']),
  });
}

/** The named texts of an object; undefined when it has none of them. */
function textsOf<K extends string>(value: unknown, names: readonly K[]): { [N in K]?: string } | undefined {
  const raw = objectOf(value);
  const texts = names.flatMap((name) => {
    const text = textOf(raw[name]);
    return text === undefined ? [] : [[name, text] as const];
  });
  return texts.length === 0 ? undefined : (Object.fromEntries(texts) as { [N in K]?: string });
}

function rowsOf<K extends string>(value: unknown, names: readonly K[]): { [N in K]?: string }[] | undefined {
  const rows = listOf(value).flatMap((row) => textsOf(row, names) ?? []);
  return rows.length === 0 ? undefined : rows;
}
