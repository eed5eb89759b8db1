import type { Contact } from '../model/contact.ts';
import type { Message } from '../model/message.ts';
import { Problem } from '../model/problem.ts';
import type { Caller, Core } from '../pipeline/core.ts';
import * as contacts from '../store/contacts.ts';

/**
 * What the access token of an end user may do at a route (amity-sessions.md 9); a route that says nothing
 * is out of reach.
 * `self`: what is about the token and its holder; the one thing that may also be a write.
 * `public`: everybody reads; the route leaves out what is not public (`seesAll`).
 * `application`: bots of a confidential key read it.
 * `own`: the same, and visitors and who signed in read what is theirs (`ownContacts`, `assertOwn`).
 */
export type Reach = 'self' | 'public' | 'application' | 'own';

/** True for the access token of a bot, a visitor, or somebody who signed in. */
export function isEndUser(caller: Caller): boolean {
  return caller.endUser !== undefined;
}

/** True for a caller that reads what its application may read: everybody but end users, and bots of a confidential key. */
export function seesAll(caller: Caller): boolean {
  return !isEndUser(caller) || (caller.bearer === 'bot' && caller.kind === 'confidential');
}

/** Whether an end user may use a route of this reach. */
export function mayReach(caller: Caller, reach: Reach | undefined, writes: boolean): boolean {
  if (reach === 'self') return true;
  if (reach === undefined || writes) return false;
  if (reach === 'public') return true;
  return seesAll(caller) || (reach === 'own' && caller.bearer !== 'bot');
}

/** The refusal of what an end user may not do. It leaves the token alive. */
export function outOfReach({ bearer }: Caller): Problem {
  if (bearer === 'bot') return new Problem('forbidden', 'A bot may not do this', { code: 'BOT_MAY_NOT' });
  if (bearer === 'visitor') {
    return new Problem('forbidden', 'A visitor may not do this', { code: 'VISITOR_MAY_NOT' });
  }
  return new Problem('forbidden', 'This user may not do this', { code: 'OUT_OF_REACH' });
}

/**
 * The contacts that are the caller's own; undefined for a caller who sees all. A visitor is the contact of a web
 * site under its public id. Who signed in is that, and whom the business says that it is, but only when the
 * business vouched for it: without secure mode anybody can sign in as anybody, so nothing is theirs.
 */
export async function ownContacts(core: Core, caller: Caller): Promise<Contact[] | undefined> {
  if (seesAll(caller)) return undefined;
  const { publicId, vouched } = caller.endUser!;
  if (caller.bearer !== 'signed-in') return contacts.ofPerson(core.db, caller.businessId, publicId);
  return vouched ? contacts.ofPerson(core.db, caller.businessId, publicId, publicId) : [];
}

/**
 * Refuses an end user what is about another person. What does not exist is refused alike: otherwise a
 * visitor could ask whether somebody is a customer.
 */
export async function assertOwn(core: Core, caller: Caller, contactId: string | undefined): Promise<void> {
  const own = await ownContacts(core, caller);
  if (own && !own.some(({ id }) => id === contactId)) throw outOfReach(caller);
}

/** True for what a caller may see of a conversation: notes and log lines are among those who answer. */
export function isShown(caller: Caller, { direction }: Pick<Message, 'direction'>): boolean {
  return seesAll(caller) || direction === 'I' || direction === 'O';
}

/**
 * A code as the caller may know it. That of an agent may be an e-mail address, which end users do not learn
 * (amity-sessions.md 9): undefined then.
 */
export function codeShown(caller: Caller, code: string | undefined): string | undefined {
  return isEndUser(caller) && code?.includes('@') ? undefined : code;
}
