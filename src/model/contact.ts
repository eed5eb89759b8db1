/** The documented contact types, with the prefix that their contact ids carry (decision D18). */
export const contactTypes = {
  SMS: 'sms',
  OA: 'oa',
  EMAIL: 'email',
  WHATSAPP: 'wa',
  PUSH: 'push',
  FACEBOOK: 'fb',
  TELEGRAM: 'tg',
  WEBSITE: 'web',
  TWITTER: 'tw',
  INSTAGRAM: 'ig',
  DUMMY: 'dummy',
  EMPTY: 'empty',
} as const;

export type ContactType = keyof typeof contactTypes;

/** What a channel (`profile`) or the business (`businessProfile`) tells about a person. */
export interface Profile {
  name?: string;
  email?: string;
  phone?: string;
  /** The person's id in the business's own system. Only in a business profile. */
  profileId?: string;
  /** How the business shows the person, where that is not the name. Only in a business profile, as the rest. */
  displayName?: string;
  imageUrl?: string;
  /** As the business writes it: `966`, `+966`, `SA`. */
  countryCode?: string;
}

/** Whether neither a channel nor the business has told what to call a person. */
export function isNameless({
  profile,
  businessProfile,
}: Pick<Contact, 'profile' | 'businessProfile'>): boolean {
  return !(profile.name || businessProfile.name || businessProfile.displayName);
}

/** A label that the business put on a contact, unique by key (decision D64). */
export interface Label {
  key: string;
  value: unknown;
  name?: string;
  type?: 'TEXT' | 'DATE' | 'NUMBER' | 'LIST';
  format?: string;
}

/** A person's address on one lane of ours. The same person on two lanes is two contacts. */
export interface Contact {
  /** Unique in the business, among agents too. */
  no: number;
  /** `<prefix><csid>_<lane>`, for example `wa919988776655_918828218374`. */
  id: string;
  type: ContactType;
  lane: string;
  /** The person's id inside the channel: digits of a number, the provider's id, a mail address. */
  csid: string;
  /** The channel that last carried a message of this contact. */
  channelId: string;
  profile: Profile;
  businessProfile: Profile;
  labels: Label[];
  /** Ids of tags, in growing order, each once. */
  tags: number[];
  /** Code of the agent whose customer this is. */
  owner?: string;
  /** Preferred language, `en` or `en_US`. */
  lang?: string;
  /** True after an opt-out, until an opt-in or an inbound message (decision D38). */
  optedOut: boolean;
  /** Epoch ms of the last message from this person: the care window is computed from it. */
  lastInboundAt?: number;
}

/**
 * The contact id of an address (xms.md section 3). Characters that screens and bots cannot carry in
 * paths and keys (`/`, white space, control characters, and `=` itself) become `=` and hex digits, and so
 * does `_`, which stands between address and lane: so that two addresses never share an id.
 */
export function contactIdOf(type: ContactType, csid: string, lane: string): string {
  return `${contactTypes[type]}${escapePart(csid)}_${escapePart(lane)}`;
}

function escapePart(part: string): string {
  return part.replace(/[/=_\s\p{Cc}]/gu, (c) => `=${c.codePointAt(0)!.toString(16).padStart(2, '0')}.`);
}

/** More underscores than addresses have: each would be one more reading. */
const mostUnderscores = 16;

/**
 * The ids that a caller may mean by one: as it stands, or put together out of an address and a lane that hold
 * `_` themselves. Each underscore may be the one between them.
 */
export function contactIdReadings(given: string): string[] {
  const places = [...given.matchAll(/_/g)].map(({ index }) => index);
  if (places.length < 2 || places.length > mostUnderscores) return [given];
  const escaped = (part: string) => part.replaceAll('_', '=5f.');
  return [given, ...places.map((at) => `${escaped(given.slice(0, at))}_${escaped(given.slice(at + 1))}`)];
}

/**
 * What a caller may have meant by a contact id that matches nothing exactly (decision D19):
 * `<type>:<csid>` or `<prefix><csid>`. The type is one of a channel, or the prefix itself. Returns the
 * full contact id up to the lane.
 */
export function contactIdBeginning(
  given: string,
  typeOf: (channelType: string) => ContactType | undefined,
): string {
  const colon = given.indexOf(':');
  if (colon > 0) {
    const word = given.slice(0, colon);
    const type = typeOf(word);
    const prefix = type ? contactTypes[type] : Object.values(contactTypes).find((one) => one === word);
    if (prefix) return `${prefix}${escapePart(given.slice(colon + 1))}_`;
  }
  return `${given.replaceAll('_', '=5f.')}_`;
}

/** The digits of a phone number: `+91 99887 76655` and `919988776655` are one person (decision D33). */
export function phoneDigits(phone: string): string {
  const digits = phone.normalize('NFKC').replace(/\D/g, '');
  return digits.startsWith('00') ? digits.slice(2) : digits;
}

/**
 * A language as we store it: `en` or `en_US` from `EN`, `en-us`, `en_US` (xms.md section 6).
 * Undefined when it is no language tag.
 */
export function normalLang(lang: string): string | undefined {
  const match = /^([a-z]{2,3})(?:[-_]([a-z]{2}|\d{3}))?$/i.exec(lang.trim());
  if (!match) return undefined;
  const language = match[1]!.toLowerCase();
  return match[2] ? `${language}_${match[2].toUpperCase()}` : language;
}
