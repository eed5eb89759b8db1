import type { Label, Profile } from '../model/contact.ts';
import type { StoredEvent } from '../model/event.ts';
import type { Endpoint, Setup } from '../model/setup.ts';
import type { ClaimedDelivery } from '../store/deliveries.ts';
import type { Context } from './context.ts';
import type { Core } from './core.ts';
import type { Outside } from './outside.ts';
import { storable } from './storable.ts';

/** The app has this long to say what it knows of a person (decision D65), ms. */
const timeoutMs = 3000;

/**
 * At the start of a session asks its app about the person, when the app wants to be asked (decision D65),
 * and keeps what it says. It stands before the start event on its way, and later events of the
 * conversation wait behind that: so all of them carry the answer. Answers the event as it is to be told.
 */
export async function askAboutContact(
  ctx: Context,
  outside: Outside,
  core: Pick<Core, 'updateContact'>,
  setup: Setup,
  endpoint: Endpoint,
  { event, businessProfile, attempt }: ClaimedDelivery,
): Promise<StoredEvent> {
  const known = withBusinessProfile(event, businessProfile);
  const url = attempt === 1 && isStart(event) ? contactInfoUrl(setup, endpoint) : undefined;
  if (url === undefined || known.type !== 'session.routed') return known;
  const { contact } = known.data;
  const secrets = await ctx.endpointSecrets(setup.business.id, endpoint.id);
  const { type, id, channelId, lane, csid, profile } = contact;
  const { name, email, phone, profileId } = contact.businessProfile;
  const asked = { channelId, lane, csid, profile, businessProfile: { name, email, phone, profileId } };
  const posted = await outside.post({
    url,
    timeoutMs,
    headers: { 'x-verify-token': secrets.verifyToken },
    body: JSON.stringify({ contactId: id, contactType: type, ...asked }),
  });
  if (posted.kind === 'failed' || posted.status !== 200) return known;
  const change = storable(contactChange(posted.text));
  if (!change) return known;
  try {
    const updated = await core.updateContact(setup.business.id, { contactId: id }, change);
    return withBusinessProfile(known, updated.businessProfile);
  } catch (error) {
    ctx.log.info({ err: error, contact: id }, 'what an app said of a contact could not be kept');
    return known;
  }
}

function isStart(event: StoredEvent): boolean {
  return event.type === 'session.routed' && event.data.routing.start;
}

/** Set for the app, or the sibling of a webhook that ends in `/message/receive` (decision D65). */
function contactInfoUrl(setup: Setup, endpoint: Endpoint): string | undefined {
  const app = endpoint.appId === undefined ? undefined : setup.apps.get(endpoint.appId);
  if (!app || endpoint.surface !== 'xms') return undefined;
  if (app.contactInfoUrl) return app.contactInfoUrl;
  const suffix = '/message/receive';
  return endpoint.url.endsWith(suffix) ? `${endpoint.url.slice(0, -suffix.length)}/contact/info` : undefined;
}

function withBusinessProfile(event: StoredEvent, businessProfile: Profile | undefined): StoredEvent {
  if (!businessProfile || !('contact' in event.data) || !event.data.contact) return event;
  return {
    ...event,
    data: { ...event.data, contact: { ...event.data.contact, businessProfile } },
  } as StoredEvent;
}

/** Reads a bare `ContactInfoUpdate`: each member "if to be changed", the rest is ignored. */
function contactChange(text: string): { businessProfile: Profile; labels?: Label[] } | undefined {
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  if (typeof given !== 'object' || given === null) return undefined;
  const { name, email, mobile, profileId, labels } = given;
  const texts = { name, email, phone: mobile, profileId };
  const businessProfile = Object.fromEntries(
    Object.entries(texts).flatMap(([key, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[key, String(value)]] : [],
    ),
  );
  const kept = Array.isArray(labels) ? labels.filter((label) => typeof label?.key === 'string') : [];
  if (Object.keys(businessProfile).length === 0 && kept.length === 0) return undefined;
  return { businessProfile, ...(kept.length > 0 && { labels: kept as Label[] }) };
}
