import { type Contact, contactIdOf, type Profile } from '../model/contact.ts';
import type { EventData, NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { invalid, missing, notFound, Problem } from '../model/problem.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import * as changes from '../store/contact-changes.ts';
import * as contacts from '../store/contacts.ts';
import * as conversations from '../store/conversations.ts';
import type { Queryable } from '../store/database.ts';
import * as events from '../store/events.ts';
import { meantBy } from './aliases.ts';
import { updatedEvents } from './contacts.ts';
import type { Context } from './context.ts';
import { createdEvent } from './conversations.ts';
import type { ContactDraft, Core } from './core.ts';
import { handToOwner, returnToOwner } from './hand-over.ts';
import { changeOnce } from './idempotency.ts';
import { assertMayWrite } from './send.ts';
import { checkText, same } from './setup-check.ts';
import { appOfQueue, contactSnapshot, sessionSnapshot } from './snapshots.ts';
import { channelNamed, findContact } from './target.ts';

type BusinessEvent = NewEvent & { businessId: number };

/** How many contacts one call may tell of (azeer.md 4.1). */
const mostContacts = 1000;
/** Longer addresses than mail has are nobody's; the store keeps keys short. */
const longestAddress = 254;

/** What the business does with its contacts: makes them, gives them tags and owners. */
export function makePeople(
  ctx: Context,
): Pick<Core, 'putContacts' | 'assignContact' | 'tagContact' | 'setTags'> {
  /** One transaction whose events are told when it is committed. */
  const change = async <T>(work: (tx: Queryable) => Promise<{ answer: T; news: BusinessEvent[] }>) => {
    const answer = await changeOnce(ctx, async (tx) => {
      const done = await work(tx);
      await events.append(tx, done.news, ctx.tells);
      return done.answer;
    });
    ctx.wake.call('deliveries');
    return answer;
  };
  const putTags =
    (merge: (before: number[], given: number[]) => number[]): Core['tagContact'] =>
    async (caller, contactId, tagIds) => {
      assertMayWrite(caller);
      const setup = await ctx.setup(caller.businessId);
      const { id } = await findContact(ctx.db, caller.businessId, contactId, 'contactId');
      return change((tx) => tagOne(tx, setup, id, tagIds, merge));
    };
  return {
    async putContacts(caller, drafts) {
      assertMayWrite(caller);
      if (drafts.length === 0) throw missing('contacts');
      if (drafts.length > mostContacts)
        throw invalid('contacts', `At most ${mostContacts} contacts can be told of at once`);
      const setup = await ctx.setup(caller.businessId);
      const wanted = drafts.map((draft, i) => wantedOf(setup, draft, `contacts[${i}]`));
      return change((tx) => putAll(tx, setup, wanted));
    },
    async assignContact(caller, contactId, agent) {
      assertMayWrite(caller);
      const setup = await ctx.setup(caller.businessId);
      const { id } = await findContact(ctx.db, caller.businessId, contactId, 'contactId');
      return change((tx) => assign(tx, setup, id, agent));
    },
    tagContact: putTags((before, given) => [...before, ...given]),
    setTags: putTags((_, given) => given),
  };
}

/** A draft checked, with the place of its fields in the request. */
interface Wanted {
  at: string;
  channel: ChannelSetup;
  contact: contacts.ContactKey & { businessProfile: Profile; tags: number[] };
}

function wantedOf(setup: Setup, draft: ContactDraft, at: string): Wanted {
  const channel = within(at, () => theChannel(setup, draft.channelId));
  const { csid, businessProfile, tags = [] } = draft;
  if (!csid) throw missing(`${at}.csid`);
  if (csid.length > longestAddress)
    throw invalid(`${at}.csid`, `An address has at most ${longestAddress} characters`);
  checkText(csid, `${at}.csid`);
  for (const [name, text] of Object.entries(businessProfile))
    if (text !== undefined) checkText(text, `${at}.businessProfile.${name}`);
  return {
    at,
    channel,
    contact: {
      businessId: setup.business.id,
      id: contactIdOf(channel.contactType, csid, channel.lane),
      type: channel.contactType,
      lane: channel.lane,
      csid,
      channelId: channel.id,
      businessProfile,
      tags,
    },
  };
}

/** The channel named; a business that has one alone need not name it. */
function theChannel(setup: Setup, channelId: string | undefined): ChannelSetup {
  if (channelId !== undefined) return channelNamed(setup, channelId);
  const [only, ...others] = setup.channels.values();
  if (!only || others.length > 0) throw missing('channelId');
  return only;
}

/** What goes wrong inside is told with its place in the request. */
function within<T>(at: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const details = error.details.map((detail) => ({ ...detail, field: `${at}.${detail.field}` }));
    throw new Problem(error.kind, error.message, details);
  }
}

/** Makes contacts and tells more of those that are there, all by a handful of statements. */
async function putAll(tx: Queryable, setup: Setup, given: Wanted[]) {
  const businessId = setup.business.id;
  const tags = await changes.holdTags(tx, businessId, [...new Set(given.flatMap((one) => one.contact.tags))]);
  for (const { at, contact } of given) checkTags(contact.tags, tags, `${at}.tags`);
  const meant = await meantBy(tx, given);
  const ids = given.map(({ contact }) => meant.get(`${businessId} ${contact.id}`)?.id ?? contact.id);
  const wanted = new Map<string, Wanted['contact']>();
  given.forEach(({ contact }, i) => {
    const before = wanted.get(ids[i]!);
    wanted.set(ids[i]!, {
      ...contact,
      ...meant.get(`${businessId} ${contact.id}`),
      businessProfile: { ...before?.businessProfile, ...contact.businessProfile },
      tags: sorted([...(before?.tags ?? []), ...contact.tags]),
    });
  });
  const made = new Set((await contacts.ensure(tx, [...wanted.values()])).map(({ id }) => id));
  const held = await contacts.lockMany(tx, businessId, [...wanted.keys()]);
  const news: BusinessEvent[] = [];
  const changed = new Map<Contact, string[]>();
  for (const [id, before] of held) {
    if (made.has(id)) news.push(createdEvent(setup, before, Date.now()));
    const { businessProfile, tags: added } = wanted.get(id)!;
    const after: Contact = {
      ...before,
      businessProfile: { ...before.businessProfile, ...businessProfile },
      tags: sorted([...before.tags, ...added]),
    };
    if (same(before, after)) continue;
    held.set(id, after);
    const parts = ['businessProfile', 'tags'] as const;
    changed.set(
      after,
      parts.filter((part) => !same(before[part], after[part])),
    );
  }
  await changes.tell(tx, businessId, [...changed.keys()]);
  news.push(...(await updatedEvents(tx, setup, [...changed.keys()], (one) => changed.get(one)!)));
  const answer = ids.map((id, i) => ({
    contact: held.get(id)!,
    created: made.has(id) && ids.indexOf(id) === i,
  }));
  return { answer, news };
}

function sorted(tags: number[]): number[] {
  return [...new Set(tags)].sort((a, b) => a - b);
}

function checkTags(given: number[], known: Set<number>, field: string): void {
  const unknown = given.find((id) => !known.has(id));
  if (unknown === undefined) return;
  throw invalid(field, `There is no tag ${unknown}`, { code: 'UNKNOWN_TAG', value: unknown });
}

async function tagOne(
  tx: Queryable,
  setup: Setup,
  id: string,
  given: number[],
  merge: (before: number[], given: number[]) => number[],
) {
  const businessId = setup.business.id;
  checkTags(given, await changes.holdTags(tx, businessId, [...new Set(given)]), 'tags');
  const before = await contacts.lock(tx, businessId, id);
  if (!before) throw notFound('contactId', 'CONTACT_NOT_FOUND', 'There is no such contact');
  const answer = { ...before, tags: sorted(merge(before.tags, given)) };
  if (same(before, answer)) return { answer, news: [] };
  await changes.tell(tx, businessId, [answer]);
  return { answer, news: await updatedEvents(tx, setup, [answer], () => ['tags']) };
}

async function assign(tx: Queryable, setup: Setup, id: string, owner: string | undefined) {
  const businessId = setup.business.id;
  if (owner !== undefined && !(await changes.holdAgent(tx, businessId, owner))) {
    throw invalid('agent', 'There is no such agent, or the agent is not active', {
      code: 'UNKNOWN_AGENT',
      possibleValues: [...setup.agents.values()].filter(({ active }) => active).map(({ code }) => code),
      value: owner,
    });
  }
  const before = await contacts.lock(tx, businessId, id);
  if (!before) throw notFound('contactId', 'CONTACT_NOT_FOUND', 'There is no such contact');
  if (before.owner === owner) {
    // Meanwhile somebody else may hold what is the owner's: then it comes back.
    const back = owner === undefined ? [] : await returnToOwner(tx, setup, id, owner);
    return { answer: { changed: back.length > 0 }, news: back };
  }
  await changes.setOwner(tx, businessId, { id, ...(owner !== undefined && { owner }) });
  const handed = owner === undefined ? [] : await handToOwner(tx, setup, id, owner);
  const [talk] = await conversations.find(tx, [{ businessId, id }]);
  const appId = talk?.session && appOfQueue(setup, talk.session.queue);
  const data: EventData['contact.assigned'] = {
    contact: contactSnapshot(before),
    ...(talk?.session && { session: sessionSnapshot(talk.session, setup) }),
    ...(before.owner !== undefined && { oldAgent: before.owner }),
    ...(owner !== undefined && { newAgent: owner }),
  };
  const assigned: BusinessEvent = {
    businessId,
    id: newId(),
    type: 'contact.assigned',
    at: Date.now(),
    lane: id,
    ...(appId !== undefined && { appId }),
    data,
  };
  return { answer: { changed: true }, news: [assigned, ...handed] };
}
