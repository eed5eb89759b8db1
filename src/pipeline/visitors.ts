import type { SaidBy } from '../channels/channel.ts';
import { channels } from '../channels/index.ts';
import { isId } from '../model/ids.ts';
import { invalid, notFound, Problem } from '../model/problem.ts';
import * as conversations from '../store/conversations.ts';
import * as events from '../store/events.ts';
import * as messages from '../store/messages.ts';
import * as sessionReads from '../store/session-reads.ts';
import { oldest } from '../store/setup-business.ts';
import * as store from '../store/visitors.ts';
import type { Context } from './context.ts';
import type { Core } from './core.ts';
import type { Seal } from './seal.ts';
import type { SetupChanges } from './setup.ts';
import type { SetupCache } from './setup-cache.ts';
import type { OpenSite, Standing, Visitor, Visitors } from './visitor.ts';
import { keepUpload, namedFile } from './visitor-files.ts';
import { framesOf, sessionTold, tellMessages, visitorsOf } from './visitor-frames.ts';
import { saidProfile } from './visitor-identity.ts';
import { makeVisits } from './visitor-visits.ts';

/** What visitors need of the rest of the pipeline. */
export interface VisitorTools extends Pick<Core, 'receive' | 'updateContact'> {
  putChannel: SetupChanges['putChannel'];
  seal: Seal;
  channelAt: SetupCache['channelAt'];
}

/** Messages that a window begins with. */
const mostAtFirst = 50;

/** People who come to us over a widget. */
export function makeVisitors(ctx: Context, tools: VisitorTools): Visitors {
  const site = (siteKey: string) => siteOf(ctx, tools, siteKey);
  return {
    site,
    demo: () => demoSite(ctx, tools),
    ...makeVisits(ctx, tools, site),
    standing: (visitor, after) => standing(ctx, visitor, after),
    async after({ businessId, contactId }, after, limit) {
      return framesOf(ctx, businessId, await events.ofVisitor(ctx.db, businessId, contactId, after, limit));
    },
    frames: (businessId, list) => framesOf(ctx, businessId, list),
    hear: (visitor, frame) => hear(ctx, tools, visitor, frame),
    reached: (visitor, to, more) => reached(ctx, tools, visitor, to, more),
    async describe(visitor, given) {
      const said = saidProfile(given);
      const profile = await store.describe(ctx.db, visitor, said);
      const talks = await conversations.find(ctx.db, [keyOf(visitor)]);
      // Who has not written yet is no contact yet: it is told with the first message.
      if (talks[0]?.contactExists && Object.keys(said).length > 0)
        await tools.updateContact(visitor.businessId, { contactId: visitor.contactId }, { profile: said });
      return profile;
    },
    upload: (visitor, file) => keepUpload(ctx, visitor, file),
    seen: (visitor, page) => store.seen(ctx.db, visitor, page),
    history: (visitor, before, limit) => history(ctx, visitor, before, limit),
  };
}

const keyOf = ({ businessId, contactId }: Visitor) => ({ businessId, id: contactId });

/** The site of a public key: whichever channel has visitors and this key. */
async function siteOf(ctx: Context, tools: VisitorTools, siteKey: string): Promise<OpenSite> {
  for (const door of channels) {
    if (!door.visitors || !/^[0-9a-f]{40}$/.test(siteKey)) continue;
    for (const type of door.types) {
      const found = await tools.channelAt(type, siteKey);
      if (found) return openSite(ctx, { businessId: found.businessId, channelId: found.id });
    }
  }
  throw notFound('siteKey', 'UNKNOWN_SITE', 'There is no such site');
}

/** A page to try it on is there from the beginning; its channel is made when somebody asks for it. */
async function demoSite(ctx: Context, { putChannel }: VisitorTools): Promise<OpenSite> {
  const businessId = await oldest(ctx.db);
  const type = channels.find(({ visitors }) => visitors)?.types[0];
  if (businessId === undefined || type === undefined)
    throw notFound('siteKey', 'UNKNOWN_SITE', 'There is no such site');
  const lane = 'demo';
  const channelId = `${type}:${lane}`;
  if (!(await ctx.setup(businessId)).channels.has(channelId)) {
    const settings = { siteName: 'Corner Coffee', languages: ['en', 'ar', 'hi'], colour: '#0b6e4f' };
    await putChannel({ businessId }, { type, lane, name: 'Demo page', sandbox: true, settings });
  }
  return openSite(ctx, { businessId, channelId });
}

/** The site of a channel. Throws `notFound`, also while it is switched off. */
export async function openSite(
  ctx: Pick<Context, 'setup' | 'account'>,
  { businessId, channelId }: { businessId: number; channelId: string },
): Promise<OpenSite> {
  const setup = await ctx.setup(businessId);
  const channel = setup.channels.get(channelId);
  const door = visitorsOf(setup, channelId);
  if (!channel?.enabled || !door) throw notFound('siteKey', 'UNKNOWN_SITE', 'There is no such site');
  const account = await ctx.account(businessId, channelId);
  const site = door.site(account, setup.business.name, Date.now());
  const { accountId: key, contactType, lane, sandbox } = channel;
  return { ...site, businessId, channelId, key, contactType, lane, sandbox };
}

async function standing(ctx: Context, visitor: Visitor, after: number | undefined): Promise<Standing> {
  const { businessId, contactId, channelId, person } = visitor;
  const row = await store.ensure(ctx.db, visitor, { channelId, person });
  const setup = await ctx.setup(businessId);
  const [talk] = await conversations.find(ctx.db, [keyOf(visitor)]);
  const readUpTo = talk?.session && (await sessionReads.of(ctx.db, businessId, talk.session.id));
  const session = talk?.session && {
    session: sessionTold(setup, talk.session),
    sessionId: talk.session.id,
    ...(readUpTo !== undefined && { readUpTo }),
  };
  if (after !== undefined && after <= row.told) {
    const [next] = await events.ofVisitor(ctx.db, businessId, contactId, after, 1);
    if (after === row.told || next?.visitorNo === after + 1)
      return { seq: row.told, unstored: [], ...session };
  }
  const { messages: list, more, unstored } = await history(ctx, visitor, undefined, mostAtFirst);
  return { seq: row.told, messages: list, more, unstored, ...session };
}

/** Messages before one, as they are now, oldest first. */
async function history(ctx: Context, visitor: Visitor, before: string | undefined, limit: number) {
  const { businessId } = visitor;
  if (before !== undefined && !isId(before)) throw invalid('before', 'before must be the id of a message');
  const ids = await store.history(ctx.db, visitor, before, limit + 1);
  const found = new Map(
    (await messages.byIds(ctx.db, businessId, ids.slice(0, limit))).map((one) => [one.id, one]),
  );
  const list = ids
    .slice(0, limit)
    .reverse()
    .flatMap((id) => found.get(id) ?? []);
  const told = await tellMessages(ctx, await ctx.setup(businessId), list);
  const unstored = list.filter(({ direction, status }) => direction === 'O' && status === 'SENTX');
  return { messages: told, more: ids.length > limit, unstored: unstored.map(({ id }) => id) };
}

async function hear(
  ctx: Context,
  tools: VisitorTools,
  visitor: Visitor,
  frame: Record<string, unknown>,
): ReturnType<Visitors['hear']> {
  const { businessId, channelId, site } = visitor;
  const door = visitorsOf(await ctx.setup(businessId), channelId);
  const row = await store.find(ctx.db, visitor);
  if (!door || !row) throw new Problem('unauthorized', 'This conversation is closed', { code: 'TOKEN' });
  for (const [field, how] of Object.entries(site.shown.preChat ?? {})) {
    if (how !== 'required' || row.person || row.profile[field as 'name']) continue;
    throw invalid(field, `${field} is asked for before the first message`, { code: 'PRECHAT_REQUIRED' });
  }
  const by: SaidBy = {
    csid: visitor.csid,
    profile: row.profile,
    ...(await namedBy(ctx, visitor, frame)),
  };
  const received = door.hear(frame, by, Date.now());
  const [refused] = received.ignored;
  if (refused) throw invalid(refused.kind, refused.reason, { code: codeOf(refused.kind, refused.reason) });
  const { messages: stored } = await tools.receive(businessId, channelId, received);
  const { id, timestamp, sessionId } = stored[0]!;
  return { id, at: timestamp, sessionId };
}

function codeOf(field: string, reason: string): string {
  if (field === 'text' && /at most/.test(reason)) return 'TOO_LONG';
  return ['payload', 'media.id'].includes(field) ? 'NOT_FOUND' : 'BAD_FIELD';
}

/** What of ours a frame names. Throws `notFound` for what is not the visitor's own conversation. */
async function namedBy(
  ctx: Context,
  visitor: Visitor,
  frame: Record<string, unknown>,
): Promise<Pick<SaidBy, 'file' | 'offered'>> {
  const isPress = frame.t === 'button';
  const names = isPress ? ['messageId'] : ['replyTo', ...(frame.type === 'reaction' ? ['to'] : [])];
  let offered: SaidBy['offered'];
  for (const name of names) {
    const id = frame[name];
    if (id === undefined && name === 'replyTo') continue;
    const found =
      typeof id === 'string' && isId(id) ? await messages.find(ctx.db, visitor.businessId, id) : undefined;
    if (!found || found.contactId !== visitor.contactId || found.direction !== 'O')
      throw notFound(name, 'NOT_FOUND', 'There is no such message in this conversation');
    if (isPress) offered = found.content.buttons ?? [];
  }
  const file = isPress ? undefined : await namedFile(ctx, visitor, frame.type, frame.media);
  return { ...(offered && { offered }), ...(file && { file }) };
}

async function reached(
  ctx: Context,
  { receive }: VisitorTools,
  visitor: Visitor,
  given: { acked?: number; read?: number },
  more: string[] = [],
): Promise<void> {
  const { businessId, channelId } = visitor;
  const row = await store.find(ctx.db, visitor);
  if (!row) return;
  const read = Math.min(given.read ?? 0, row.told);
  const acked = Math.min(Math.max(given.acked ?? 0, read), row.told);
  const between = (from: number, to: number) =>
    to > from ? events.sentToVisitor(ctx.db, visitor, from, to) : [];
  const delivered = [...(await between(row.acked, acked)), ...more];
  const seen = given.read === undefined ? [] : [...(await between(row.read, read)), ...more];
  const timestamp = Date.now();
  const receipts = [
    ...delivered.map((messageId) => ({ messageId, status: 'DLVRD' as const, timestamp })),
    ...seen.map((messageId) => ({ messageId, status: 'READ' as const, timestamp })),
  ];
  if (receipts.length > 0)
    await receive(businessId, channelId, { messages: [], receipts, events: [], ignored: [] });
  // Afterwards: told twice a receipt does no harm, told never it would be lost.
  if (acked > row.acked || read > row.read) await store.advance(ctx.db, visitor, { acked, read });
}
