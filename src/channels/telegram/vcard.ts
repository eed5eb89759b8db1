import type { ContactCard } from '../../model/message.ts';

/** A contact card as a vCard 3.0 (RFC 2426), for clients that show more than a name and a number. */
export function vcardOf({ name = {}, org, phones, emails, addresses, urls, birthday }: ContactCard): string {
  const full = name.formatted_name || [name.first_name, name.last_name].filter((part) => part).join(' ');
  const lines = [
    `N:${[name.last_name, name.first_name].map(escaped).join(';')};;;`,
    `FN:${escaped(full || org?.company || phones?.[0]?.phone)}`,
    ...(org ? [`ORG:${[org.company, org.department].map(escaped).join(';')}`] : []),
    ...(org?.title ? [`TITLE:${escaped(org.title)}`] : []),
    ...(phones ?? []).map(({ phone, type }) => `TEL${kindOf(type)}:${escaped(phone)}`),
    ...(emails ?? []).map(({ email, type }) => `EMAIL${kindOf(type)}:${escaped(email)}`),
    ...(addresses ?? []).map(
      ({ street, city, state, zip, country, type }) =>
        `ADR${kindOf(type)}:;;${[street, city, state, zip, country].map(escaped).join(';')}`,
    ),
    ...(urls ?? []).map(({ url }) => `URL:${escaped(url)}`),
    ...(birthday ? [`BDAY:${escaped(birthday)}`] : []),
  ];
  return ['BEGIN:VCARD', 'VERSION:3.0', ...lines, 'END:VCARD'].join('\r\n');
}

function kindOf(type: string | undefined): string {
  return type && /^[a-z]+$/i.test(type) ? `;TYPE=${type.toUpperCase()}` : '';
}

function escaped(text: string | undefined): string {
  return (text ?? '').replace(/[\\;,]/g, '\\$&').replace(/\r?\n/g, '\\n');
}
