import type { ReceivedEvent } from '../channels/channel.ts';
import { contactIdOf } from '../model/contact.ts';
import type { NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { plainText } from '../model/message.ts';
import type { ChannelSetup, Setup } from '../model/setup.ts';
import { setConsent } from '../store/contact-changes.ts';
import * as contacts from '../store/contacts.ts';
import * as conversations from '../store/conversations.ts';
import type { Queryable, Transaction } from '../store/database.ts';
import * as messages from '../store/messages.ts';
import { soon } from '../store/template-sync.ts';
import { meantBy } from './aliases.ts';
import { type Noted, noteApproval } from './approvals.ts';
import { audit } from './audit.ts';
import type { Context } from './context.ts';
import { applyDevice } from './devices.ts';
import { applyEcho } from './early-echoes.ts';
import { rewrite } from './rewrite.ts';
import { appOfQueue, contactSnapshot, sessionSnapshot } from './snapshots.ts';

type BusinessEvent = NewEvent & { businessId: number };

/** Applies something that a channel told which is neither message nor receipt. */
export async function applyReceivedEvent(
  tx: Transaction,
  ctx: Pick<Context, 'announce'>,
  setup: Setup,
  channel: ChannelSetup,
  event: ReceivedEvent,
): Promise<BusinessEvent[]> {
  const businessId = setup.business.id;
  const now = Date.now();
  if (event.kind === 'echo') return applyEcho(tx, setup, channel, event);
  if (event.kind === 'device') return applyDevice(tx, setup, channel, event);
  if (event.kind === 'template-status') return applyTemplateStatus(tx, ctx, setup, channel, event);
  const who =
    event.csid ?? ('messageId' in event ? await recipientOf(tx, setup, channel, event.messageId) : undefined);
  const person = who === undefined ? undefined : await personOf(tx, setup, channel, who);
  const common = {
    businessId,
    id: newId(),
    at: now,
    ...(person && { lane: person.contact.id }),
    ...(person?.appId !== undefined && { appId: person.appId }),
  };
  const told = (code: string, data: Record<string, unknown>): BusinessEvent => ({
    ...common,
    type: 'channel.event',
    data: { ...(person && { contact: person.about.contact }), channelId: channel.id, code, data },
  });
  switch (event.kind) {
    case 'optin':
    case 'optout': {
      if (!person) return [];
      const changed = await setConsent(tx, businessId, person.contact.id, event.kind === 'optout');
      return changed
        ? [{ ...common, type: 'contact.updated', data: { ...person.about, changed: ['consent'] } }]
        : [];
    }
    case 'action':
      return person
        ? [{ ...common, type: 'action.triggered', data: { ...person.about, code: event.code } }]
        : [];
    case 'address-changed':
      return [told('ADDRESS_CHANGED', { csid: event.csid, newCsid: event.newCsid })];
    case 'edited':
    case 'unsent': {
      const message = await rewrite(tx, { businessId, channelId: channel.id }, event);
      if (!message) return [];
      const { id: messageId, content } = message;
      const about = { messageId, messageIdExt: event.providerId, timestamp: event.timestamp };
      return event.kind === 'edited'
        ? [told('MESSAGE_EDITED', { ...about, type: content.type, text: plainText(content) })]
        : [told('MESSAGE_UNSENT', about)];
    }
    case 'other':
      return [told(event.code, event.data)];
  }
}

/** The address to which a message of ours went over this channel. */
async function recipientOf(tx: Queryable, setup: Setup, channel: ChannelSetup, messageId = '') {
  const message = await messages.find(tx, setup.business.id, messageId);
  if (message?.channelId !== channel.id) return undefined;
  return (await contacts.byIds(tx, setup.business.id, [message.contactId])).get(message.contactId)?.csid;
}

/** The person with this address and the open session, as events tell them; undefined for strangers. */
async function personOf(tx: Queryable, setup: Setup, channel: ChannelSetup, csid: string) {
  const businessId = setup.business.id;
  const told = contactIdOf(channel.contactType, csid, channel.lane);
  const meant = await meantBy(tx, [{ channel, contact: { businessId, id: told } }]);
  const id = meant.get(`${businessId} ${told}`)?.id ?? told;
  const [talk] = await conversations.find(tx, [{ businessId, id }]);
  if (!talk?.contact) return undefined;
  const contact = { id, channelId: channel.id, ...talk.contact };
  const appId = talk.session && appOfQueue(setup, talk.session.queue);
  return {
    contact,
    appId,
    about: {
      contact: contactSnapshot(contact),
      ...(talk.session && { session: sessionSnapshot(talk.session, setup) }),
    },
  };
}

/** The provider approved, refused or paused a template: its approval for this channel changes. */
async function applyTemplateStatus(
  tx: Transaction,
  ctx: Pick<Context, 'announce'>,
  setup: Setup,
  channel: ChannelSetup,
  event: Extract<ReceivedEvent, { kind: 'template-status' }>,
): Promise<BusinessEvent[]> {
  const variants = setup.templates.filter(
    (template) =>
      (template.providerName ?? template.code) === event.providerName &&
      (event.lang === undefined || template.lang === event.lang),
  );
  const by = { businessId: setup.business.id };
  // One that is not ours yet: who set it up at the provider may want to take it over.
  if (variants.length === 0) await soon(tx, { ...by, channelId: channel.id }, 0);
  const { status, reason, templateId, category, quality } = event;
  const news = {
    ...{ channelId: channel.id, status, templateId, category, quality },
    // A reason is one for the state that it comes with.
    ...(status !== undefined && { reason: reason ?? null }),
  };
  const noted: (Noted | undefined)[] = [];
  for (const variant of variants) noted.push(await noteApproval(tx, by, variant, news, 'told'));
  await audit(
    tx,
    by,
    noted.flatMap((one) => one?.deed ?? []),
  );
  if (noted.some((one) => one?.approvals)) await ctx.announce(tx, by.businessId);
  // Told once, however often the provider repeats it.
  return noted.flatMap((one) => one?.event ?? []);
}
