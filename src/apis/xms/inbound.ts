import { type Contact, contactIdOf } from '../../model/contact.ts';
import { present } from '../../model/present.ts';
import { Problem } from '../../model/problem.ts';
import type { Connector, Core, ReceivedEffects } from '../../pipeline/core.ts';
import { findOnce } from '../../pipeline/idempotency.ts';
import * as contacts from '../../store/contacts.ts';
import { post } from './operation.ts';
import { ContactInfoUpdate, InBoundContact, InBoundWrapper, type Wrapper } from './schemas/inbound.ts';
import { msgSessionOf, wrapperContactOf } from './words-events.ts';
import {
  assertOwnChannel,
  contactInfoOf,
  type Door,
  type Person,
  personOf,
  receivedOf,
} from './words-inbound.ts';

const about = { access: 'connector', tag: 'Inbound Requests', envelope: 'bare' } as const;

/** `message/receive`, called by the connector of a custom channel (decision D66). */
export const receive = post({
  ...about,
  path: 'message/receive',
  summary: 'Take in what a custom channel received',
  description: 'The same body as our webhooks have. Telling a message twice, by its id, has one effect.',
  told: { key: 'RECEIVED', text: 'Taken in' },
  body: InBoundWrapper,
  anyOf: ['messages', 'statuses', 'events', 'actions'],
  answer: InBoundWrapper,
  async run({ core, connector, body }) {
    const { businessId, channelId } = connector;
    const door = await doorOf(core, connector);
    const { people, ...received } = receivedOf(body, door, Date.now());
    const writers = new Set(received.messages.map(({ csid }) => csid));
    const known = await keepPeople(core, businessId, door, people, writers);
    const effects = await core.receive(businessId, channelId, received);
    const { business } = await core.setup(businessId);
    return { meta: { domain: business.domain, server: core.server }, ...replyOf(body, effects, known) };
  },
});

/** `contact/info`, called by the connector of a custom channel (decision D66). */
export const tellContact = post({
  ...about,
  path: 'contact/info',
  summary: 'Tell what a custom channel knows of a person, and learn what we know',
  told: { key: 'RECEIVED', text: 'Taken in' },
  body: InBoundContact,
  anyOf: ['contactId', 'csid'],
  answer: ContactInfoUpdate,
  async run({ core, connector, body }) {
    const door = await doorOf(core, connector);
    assertOwnChannel(body, door);
    const { csid, profile, businessProfile } = personOf(body, door);
    const who = { channelId: door.channelId, csid };
    return contactInfoOf(
      await core.updateContact(connector.businessId, who, changeOf(profile, businessProfile)),
    );
  },
});

async function doorOf(core: Core, { businessId, channelId }: Connector): Promise<Door> {
  const channel = (await core.setup(businessId)).channels.get(channelId);
  if (!channel) throw new Problem('unauthorized', 'The channel no longer exists', { code: 'UNAUTHORIZED' });
  return { channelId, lane: channel.lane, contactType: channel.contactType };
}

function changeOf(profile: Person['profile'], businessProfile: Person['businessProfile']) {
  return present({
    profile: Object.keys(profile).length > 0 ? profile : undefined,
    businessProfile: Object.keys(businessProfile).length > 0 ? businessProfile : undefined,
  });
}

/**
 * Keeps what was told of people, where it is new: each change is an event, and connectors repeat what
 * they know with every message. The profiles of those who wrote are kept with their messages.
 */
async function keepPeople(
  core: Core,
  businessId: number,
  { channelId, contactType, lane }: Door,
  people: Person[],
  writers: ReadonlySet<string>,
): Promise<Map<string, Contact>> {
  const idOf = (csid: string) => contactIdOf(contactType, csid, lane);
  const ids = people.map(({ csid }) => idOf(csid));
  const known = new Map(
    ids.length === 0 ? [] : await findOnce(async () => [...(await contacts.byIds(core.db, businessId, ids))]),
  );
  const told = people.flatMap(({ csid, profile, businessProfile }) => {
    const before = known.get(idOf(csid));
    const news = changeOf(
      writers.has(csid) ? {} : newIn(profile, before?.profile),
      newIn(businessProfile, before?.businessProfile),
    );
    const isNew = before ? Object.keys(news).length > 0 : !writers.has(csid) || news.businessProfile;
    return isNew ? [{ who: { channelId, csid }, change: news }] : [];
  });
  for (const contact of await core.updateContacts(businessId, told)) known.set(contact.id, contact);
  return known;
}

function newIn<T extends object>(told: T, known: Partial<T> = {}): T {
  const news = Object.entries(told).filter(([name, value]) => known[name as keyof T] !== value);
  return Object.fromEntries(news) as T;
}

/** The wrapper back, with ids, contacts and sessions filled in. */
function replyOf(wrapper: Wrapper, effects: ReceivedEffects, known: Map<string, Contact>): Wrapper {
  const contactsById = new Map(known);
  const told = wrapper.messages?.map((message, i) => {
    const { id, providerId, contactId, sessionId, timestamp, ...effect } = effects.messages[i]!;
    contactsById.set(contactId, effect.contact);
    const { agent, team } = effect;
    const session = msgSessionOf(present({ id: sessionId, routingId: effect.routingId, agent, team }));
    return {
      ...message,
      id,
      contactId,
      timestamp,
      session,
      ...(providerId !== undefined && { messageIdExt: providerId }),
    };
  });
  const { type, statuses, events, actions } = wrapper;
  return present({
    type,
    contacts: [...contactsById.values()].map(wrapperContactOf),
    messages: told,
    statuses,
    events,
    actions,
  });
}
