import type { Static } from 'typebox';
import type { Contact } from '../../../model/contact.ts';
import { isId } from '../../../model/ids.ts';
import type { View } from '../../../model/policy.ts';
import * as contacts from '../../../store/contacts.ts';
import * as inbox from '../../../store/inbox.ts';
import type { Ask } from '../route.ts';
import { known } from '../words.ts';
import type { InboxSession } from './schemas.ts';
import { rowTold } from './told.ts';

export type AnyAsk = Pick<Ask<unknown, unknown, unknown>, 'core' | 'businessId' | 'me' | 'setup' | 'caller'>;

/** The session that an address names, when the caller sees it. Every other is as good as not there. */
export async function sessionSeen(ask: AnyAsk, id: string): Promise<inbox.InboxRow> {
  const view = await viewOf(ask);
  const found = isId(id) ? await inbox.one(ask.core.db, ask.businessId, view, id) : undefined;
  return known(found, 'session');
}

/**
 * The contact that an address names, when the caller sees it: one of a session that the caller sees, or the caller's
 * own customer.
 */
export async function contactSeen(ask: AnyAsk, id: string): Promise<Contact> {
  const { core, businessId } = ask;
  const view = await viewOf(ask);
  const contact = known((await contacts.byIds(core.db, businessId, [id])).get(id), 'contact');
  if (view.all || contact.owner === view.agent) return contact;
  const [session] = await inbox.ofContacts(core.db, businessId, view, [id], { limit: 1 });
  return known(session && contact, 'contact');
}

/** What the caller sees: everything, where an attempt before this one saw it, and may have given it to somebody else. */
async function viewOf(ask: AnyAsk): Promise<View> {
  const { view } = await ask.me();
  const { once } = ask.caller;
  const isDone = once?.sent !== undefined || once?.changes !== undefined;
  return isDone ? { ...view, all: true } : view;
}

/** The session as it is now, for who has just done something with it: even when it is somebody else's since. */
export async function sessionAfter(ask: AnyAsk, id: string): Promise<Static<typeof InboxSession>> {
  const { view } = await ask.me();
  const everything: View = { ...view, all: true };
  const [row, setup] = await Promise.all([
    inbox.one(ask.core.db, ask.businessId, everything, id),
    ask.setup(),
  ]);
  return rowTold(ask.core, setup, known(row, 'session'));
}
