import Type, { type Static } from 'typebox';
import { contactIdOf, type Contact as ModelContact } from '../../model/contact.ts';
import { invalid } from '../../model/problem.ts';
import type { ChannelSetup, Setup } from '../../model/setup.ts';
import type { Core } from '../../pipeline/core.ts';
import * as aliases from '../../store/contact-aliases.ts';
import * as contacts from '../../store/contacts.ts';
import { number, text } from './words.ts';

/** A contact as this API tells one (azeer.md 4.3). */
export const Contact = Type.Object(
  {
    id: number('Its number.', 5120),
    platform_id: text('The phone number of the person.', '966512340001'),
    platform: text('`whatsapp`; of people who come over another channel, its kind.', 'whatsapp'),
    is_agent: Type.Boolean({ description: 'Told from agents.', examples: [false] }),
    business_id: text('The business, a UUID.', '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b'),
    image_url: text('A picture.', ''),
    profile_name: text('Name; the number while no other is known.', 'Huda'),
    profile_display_name: text('The name that is shown.', 'Huda A.'),
    profile_email: text('E-mail address.', ''),
    country_code: text('As it was given.', '966'),
    tags: Type.Array(Type.Integer(), { description: 'Ids of its tags.', examples: [[31]] }),
  },
  { $id: 'Contact' },
);

/** What a person is called: the business's word, the channel's, and at last the number (azeer.md 5.1). */
export function nameOf({
  businessProfile,
  profile,
  csid,
}: Pick<ModelContact, 'businessProfile' | 'profile' | 'csid'>) {
  return businessProfile.name ?? profile.name ?? csid;
}

/** Azeer speaks of WhatsApp; what comes over other channels is called by their kind. */
export const platformOf = ({ type }: Pick<ModelContact, 'type'>) => type.toLowerCase();

/** A contact in the words of the API. */
export function contactTold(contact: ModelContact, { business }: Setup): Static<typeof Contact> {
  const { no, csid, businessProfile: own, profile, tags } = contact;
  const name = nameOf(contact);
  return {
    id: no,
    platform_id: csid,
    platform: platformOf(contact),
    is_agent: false,
    business_id: business.uuid,
    image_url: own.imageUrl ?? '',
    profile_name: name,
    profile_display_name: own.displayName ?? name,
    profile_email: own.email ?? profile.email ?? '',
    country_code: own.countryCode ?? '',
    tags,
  };
}

/** The contact type of which this surface speaks. */
const contactType = 'WHATSAPP';

/** Channels on which this surface finds people. */
function channelsOf({ channels }: Setup): ChannelSetup[] {
  return [...channels.values()].filter((one) => one.contactType === contactType && one.enabled);
}

/** The same channels, each with whether templates have to be approved for it. */
export function approvalDoors(
  { change }: Core,
  setup: Setup,
): { channel: ChannelSetup; approval: boolean }[] {
  const needs = new Map(change.channelTypes.map(({ type, carries }) => [type, carries.approval]));
  return channelsOf(setup).map((channel) => ({ channel, approval: needs.get(channel.type) ?? false }));
}

/** Where somebody is who is named by a number: the contact, and a channel on which it can be reached. */
interface Place {
  contact?: ModelContact;
  channel?: ChannelSetup;
}

/**
 * Where people are who are named by a number alone, in the order of the numbers: the contact on the lane on which
 * the number was heard last, and rather on one that can still be reached. A number by which a provider does not
 * know the person is one of the same contact.
 */
async function placesOf(core: Core, setup: Setup, numbers: readonly string[]): Promise<Place[]> {
  const { id: businessId } = setup.business;
  const channels = channelsOf(setup);
  const lanes = [...new Set(channels.map(({ lane }) => lane))];
  const idsOf = (digits: string) => lanes.map((lane) => contactIdOf(contactType, digits, lane));
  const exact = await contacts.byAddresses(core.db, businessId, contactType, numbers);
  const reached = (digits: string) => placeAmong(channels, exact.get(digits) ?? []);
  const open = numbers.filter((digits) => reached(digits).channel === undefined);
  const ids = open.flatMap(idsOf).map((id) => ({ businessId, id }));
  const meant = new Map((await aliases.of(core.db, ids)).map(({ aliasId, id }) => [aliasId, id]));
  const others = await contacts.byIds(core.db, businessId, [...new Set(meant.values())]);
  return numbers.map((digits) => {
    const known = reached(digits);
    if (known.channel) return known;
    const byAlias = idsOf(digits).flatMap((id) => others.get(meant.get(id) ?? '') ?? []);
    const other = placeAmong(channels, byAlias.sort(heardLastFirst));
    return other.channel || !known.contact ? other : known;
  });
}

function heardLastFirst(a: ModelContact, b: ModelContact): number {
  return (b.lastInboundAt ?? 0) - (a.lastInboundAt ?? 0) || b.no - a.no;
}

/** The first of these contacts that can still be reached, else the first one. */
function placeAmong(channels: ChannelSetup[], found: ModelContact[]): Place {
  for (const contact of found) {
    const { channelId, lane } = contact;
    const channel = channels.find(({ id }) => id === channelId) ?? channels.find((one) => one.lane === lane);
    if (channel) return { contact, channel };
  }
  return found[0] ? { contact: found[0] } : {};
}

/**
 * The channels on which people are to be found who are named by a number alone, in the order of the numbers:
 * where they are known, else the first channel of that kind.
 * Throws `Problem` on the field of the first one when the business has no such channel.
 */
export async function lanesOf(
  core: Core,
  setup: Setup,
  numbers: readonly string[],
  fieldOf: (i: number) => string,
): Promise<ChannelSetup[]> {
  const [first, ...others] = channelsOf(setup);
  if (!first) {
    const field = fieldOf(0);
    throw invalid(field, `${field}: this business has no channel that carries WhatsApp numbers`, {
      code: 'NO_WHATSAPP_CHANNEL',
    });
  }
  // Nothing to choose from.
  if (others.length === 0) return numbers.map(() => first);
  return (await placesOf(core, setup, numbers)).map(({ channel = first }) => channel);
}

/** The contact with this number, on the same lane to which a message to it goes; undefined when we know none. */
export async function contactOfNumber(
  core: Core,
  setup: Setup,
  digits: string,
): Promise<ModelContact | undefined> {
  return (await placesOf(core, setup, [digits]))[0]?.contact;
}
