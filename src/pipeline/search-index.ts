import type { Contact } from '../model/contact.ts';
import { endsOf, wordsOf } from '../model/fold.ts';
import { type Content, plainText } from '../model/message.ts';
import { timeMarks } from '../model/search.ts';
import * as contacts from '../store/contacts.ts';
import type { Queryable } from '../store/database.ts';
import * as store from '../store/search.ts';
import type { Context } from './context.ts';
import { makeRound } from './each-business.ts';
import { startLoop } from './loop.ts';

/** So many in one turn, and so often, ms: writing the words must never take much from sending messages. */
const mostEvents = 1000;
const mostOlder = 500;
const everyMs = 500;

/** Writes the words of what happens behind the log of events, and of what was there before. */
export function startSearchIndex(ctx: Context): { stop(): Promise<void> } {
  const round = makeRound(ctx, 'search');
  return startLoop(
    'search',
    async () => round(await store.behind(ctx.db), (id) => goOn(ctx, id)),
    everyMs,
    ctx.log,
  );
}

/** One turn for one business, in a transaction. What is left waits for the next look, which others may need sooner. */
async function goOn({ db }: Context, businessId: number): Promise<false> {
  await db.transaction((tx) => writeOn(tx, businessId));
  return false;
}

async function writeOn(tx: Queryable, businessId: number): Promise<void> {
  const at = await store.hold(tx, businessId);
  if (!at) return;
  const news = await store.news(tx, businessId, at.seq, mostEvents);
  await writeNews(tx, businessId, news);
  const messageId = at.messageId === null ? null : await writeOlder(tx, businessId, at.messageId);
  const contactId = at.contactId === null ? null : await writeContacts(tx, businessId, at.contactId);
  await store.move(tx, businessId, { seq: news.upTo ?? at.seq, messageId, contactId });
}

async function writeNews(
  tx: Queryable,
  businessId: number,
  { said, gone, people }: store.WordNews,
): Promise<void> {
  await store.putMessages(
    tx,
    businessId,
    said.flatMap((one) => wordedOf(businessId, { at: one.timestamp, ...one })),
  );
  await store.drop(tx, businessId, gone);
  const known = await contacts.byIds(tx, businessId, people);
  await store.putContacts(
    tx,
    businessId,
    [...known.values()].map((one) => contactWords(businessId, one)),
  );
}

/** Goes back through what was there before; answers where it is, or null when nothing is left. */
async function writeOlder(tx: Queryable, businessId: number, before: string): Promise<string | null> {
  const rows = await store.older(tx, businessId, before, mostOlder);
  const said = rows.filter(({ mask, direction }) => !mask && direction !== 'L');
  await store.putMessages(
    tx,
    businessId,
    said.flatMap((one) => wordedOf(businessId, one)),
  );
  return rows.length < mostOlder ? null : rows.at(-1)!.id;
}

async function writeContacts(tx: Queryable, businessId: number, after: string): Promise<string | null> {
  const rows = await contacts.list(tx, businessId, { after, limit: mostOlder });
  await store.putContacts(
    tx,
    businessId,
    rows.map((one) => contactWords(businessId, one)),
  );
  return rows.length < mostOlder ? null : rows.at(-1)!.id;
}

/** A message with its words; one without any is found by nobody. */
function wordedOf(
  businessId: number,
  { content, at, ...ids }: { id: string; sessionId: string; contactId: string; content: Content; at: number },
) {
  const words = wordsOf(
    [content.subject, plainText(content), content.media?.filename].filter(Boolean).join(' '),
  );
  return words.length === 0 ? [] : [{ words: [...words, `b:${businessId}`, ...timeMarks(at)], ...ids }];
}

/** By what a person is found: names, addresses, and what the business noted. */
function contactWords(businessId: number, contact: Contact): store.Worded {
  const { id, csid, profile, businessProfile, labels } = contact;
  const phones = [csid, profile.phone, businessProfile.phone].filter((one) => one !== undefined);
  const texts = [
    ...[profile, businessProfile].flatMap(({ name, email, phone }) => [name, email, phone]),
    ...[businessProfile.displayName, businessProfile.profileId, csid],
    ...labels.map(({ value }) =>
      typeof value === 'string' || typeof value === 'number' ? String(value) : '',
    ),
  ];
  const words = wordsOf(texts.filter(Boolean).join(' '), 200);
  return { id, words: [...new Set([...words, ...phones.flatMap(endsOf)]), `b:${businessId}`] };
}
