import { createHash } from 'node:crypto';
import { contactIdOf, type Profile } from '../model/contact.ts';
import { Problem } from '../model/problem.ts';
import * as aliases from '../store/contact-aliases.ts';
import * as contacts from '../store/contacts.ts';
import * as conversations from '../store/conversations.ts';
import * as store from '../store/visitors.ts';
import type { Context } from './context.ts';
import { makeTokens } from './jwt.ts';
import type { OpenSite, Visit, Visitor, Visitors, VisitRequest } from './visitor.ts';
import { addressOf, newVisitorId, type Person, personOf } from './visitor-identity.ts';
import { openSite, type VisitorTools } from './visitors.ts';

/** How long a visitor's token is good, ms. */
const tokenMs = 3_600_000;
/** How long tokens of a person may be renewed without the business vouching again, ms. */
const vouchedMs = 24 * 3_600_000;

/** Who a visitor is among the contacts. */
interface Who {
  contactId: string;
  csid: string;
  person?: string;
  /** When the business vouched for the person, epoch ms. */
  vouchedAt?: number;
}

/** Lets visitors in, and knows them again. */
export function makeVisits(
  ctx: Context,
  tools: VisitorTools,
  siteAt: (siteKey: string) => Promise<OpenSite>,
): Pick<Visitors, 'open' | 'authenticate'> {
  const tokens = makeTokens(tools.seal, 'parley-visitors');

  /** Reads a token's claims; undefined: it is none of ours, or has expired. */
  const read = async (token: string) => {
    const claims = await tokens.verify(token);
    if (typeof claims?.sub !== 'string' || typeof claims.exp !== 'number') return undefined;
    return {
      businessId: claims.business as number,
      channelId: claims.channel as string,
      contactId: claims.sub,
      csid: claims.csid as string,
      person: claims.person as string | undefined,
      vouchedAt: claims.vouchedAt as number | undefined,
      expiresAt: claims.exp * 1000,
    };
  };

  const whoOf = async (
    site: OpenSite,
    request: VisitRequest,
    visitorId: string | undefined,
  ): Promise<{ who: Who; profile?: Profile; visitorId: string }> => {
    const anonymous = await anonymousOf(ctx, tools, site, visitorId);
    const fresh = () => anonymous?.visitorId ?? newVisitorId(tools.seal);
    if (request.identity) {
      const person = await personOf(site, request.identity);
      const who = await known(ctx, site, person, anonymous?.who);
      const isClaimed = who.contactId === anonymous?.who.contactId;
      // Whoever signs out in this browser begins anew: nothing of the person is left in it.
      return { who, profile: person.profile, visitorId: isClaimed ? newVisitorId(tools.seal) : fresh() };
    }
    const renewed = request.token === undefined ? undefined : await read(request.token);
    if (renewed?.person !== undefined && renewed.channelId === site.channelId) {
      if ((renewed.vouchedAt ?? 0) + vouchedMs < Date.now())
        throw new Problem('unauthorized', 'The identity must be shown again', { code: 'IDENTITY_EXPIRED' });
      return { who: renewed as Who, visitorId: fresh() };
    }
    if (site.shown.enforce)
      throw new Problem('unauthorized', 'Only people who are signed in may chat here', {
        code: 'IDENTITY_REQUIRED',
      });
    if (anonymous) return anonymous;
    const made = newVisitorId(tools.seal);
    return { who: anonymousWho(ctx, site, addressOf(tools.seal, made)!), visitorId: made };
  };

  return {
    async open(request) {
      const site = await siteAt(request.siteKey);
      const { who, profile, visitorId } = await whoOf(site, request, request.visitorId);
      const { businessId, channelId } = site;
      const key = { businessId, contactId: who.contactId };
      const row = await store.ensure(ctx.db, key, { channelId, person: who.person, page: request.page });
      if (profile) await vouch(ctx, tools, site, who, profile);
      const expiresAt = Math.floor((Date.now() + tokenMs) / 1000);
      const token = await tokens.sign({
        business: businessId,
        channel: channelId,
        sub: who.contactId,
        csid: who.csid,
        ...(who.person !== undefined && { person: who.person, vouchedAt: who.vouchedAt }),
        exp: expiresAt,
      });
      const [talk] = await conversations.find(ctx.db, [{ businessId, id: who.contactId }]);
      return {
        site,
        visitorId,
        token,
        expiresAt: expiresAt * 1000,
        conversation: conversationOf(key),
        profile: { ...talk?.contact?.profile, ...row.profile, ...profile },
        identified: who.person !== undefined,
        open: talk?.session !== undefined && !talk.session.resolved,
        unread: await store.unread(ctx.db, key),
      } satisfies Visit;
    },
    async authenticate(token) {
      const claims = await read(token);
      const row = claims && (await store.find(ctx.db, claims));
      // What was written without a name may be a person's by now, and is read by nobody else then.
      if (!claims || (row?.person ?? undefined) !== claims.person) throw dead();
      const { businessId, channelId, contactId, csid, person, expiresAt } = claims;
      const site = await openSite(ctx, { businessId, channelId }).catch((error: unknown) => {
        throw error instanceof Problem && error.kind === 'notFound' ? dead() : error;
      });
      if (site.shown.enforce && person === undefined) throw dead();
      return {
        site,
        businessId,
        channelId,
        contactId,
        csid,
        ...(person !== undefined && { person }),
        conversation: conversationOf(claims),
        expiresAt,
      } satisfies Visitor;
    },
  };
}

function dead(): Problem {
  return new Problem('unauthorized', 'This token is not known, or no longer in force', { code: 'TOKEN' });
}

function conversationOf({ businessId, contactId }: store.VisitorKey): string {
  return createHash('sha256').update(`${businessId} ${contactId}`).digest('hex').slice(0, 16);
}

/** The visitor without a name whom a browser remembers; undefined: none of ours, or a person's by now. */
async function anonymousOf(
  ctx: Context,
  { seal }: VisitorTools,
  site: OpenSite,
  visitorId: string | undefined,
): Promise<{ who: Who; visitorId: string } | undefined> {
  const csid = addressOf(seal, visitorId);
  if (csid === undefined) return undefined;
  const who = anonymousWho(ctx, site, csid);
  const row = await store.find(ctx.db, { businessId: site.businessId, contactId: who.contactId });
  return row?.person ? undefined : { who, visitorId: visitorId! };
}

function anonymousWho(_ctx: Context, site: OpenSite, csid: string): Who {
  return { contactId: contactIdOf(site.contactType, csid, site.lane), csid };
}

/**
 * The contact of a person: the one that the person has; else what was written in this browser without a name
 * becomes the person's; else a new one.
 */
async function known(ctx: Context, site: OpenSite, person: Person, anonymous: Who | undefined): Promise<Who> {
  const { businessId } = site;
  const own = contactIdOf(site.contactType, person.id, site.lane);
  const more = { person: person.id, vouchedAt: Date.now() };
  const meant = async () => (await aliases.of(ctx.db, [{ businessId, id: own }]))[0];
  let found = await meant();
  if (!found && anonymous) {
    const key = { businessId, contactId: anonymous.contactId };
    const claimed = await ctx.db.transaction((tx) => store.claim(tx, key, own, person.id));
    if (claimed) ctx.wake.signal({ kind: 'claimed', ...key });
    found = await meant();
  }
  return found
    ? { contactId: found.id, csid: found.csid, ...more }
    : { contactId: own, csid: person.id, ...more };
}

/** Keeps what the business says of a person, when that is news: the contact is made where there is none. */
async function vouch(
  ctx: Context,
  tools: VisitorTools,
  { businessId, channelId }: OpenSite,
  who: Who,
  profile: Profile,
): Promise<void> {
  const contact = (await contacts.byIds(ctx.db, businessId, [who.contactId])).get(who.contactId);
  const told = { ...profile, profileId: who.person! };
  const isKnown = (Object.keys(told) as (keyof Profile)[]).every(
    (name) => contact?.businessProfile[name] === told[name],
  );
  if (isKnown) return;
  const ref = contact ? { contactId: contact.id } : { channelId, csid: who.csid };
  await tools.updateContact(businessId, ref, { businessProfile: told });
}
