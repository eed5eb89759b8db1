import { setTimeout as sleep } from 'node:timers/promises';
import { present } from '../../model/present.ts';
import type { Received } from '../channel.ts';
import type { Connection, ConnectionKind, Line } from '../connection.ts';
import { isObject, listOf, objectOf, textOf } from '../json.ts';
import type { account, TelegramAccount } from './account.ts';
import { resultOf, webhookSecret } from './bot.ts';
import { allowedUpdates, takeUpdate } from './inbound.ts';

/** Telegram holds an empty answer back so long, seconds; and a call may take a little longer, ms. */
const holdSeconds = 50;
const longestCallMs = 65_000;
/** Updates in one answer, and the largest answer that is read, bytes. */
const mostUpdates = 100;
const mostBytes = 16 * 1024 * 1024;
/** A server that does not hold empty answers back is not asked more often, ms. */
const shortestPauseMs = 500;
/** After a week of silence Telegram counts from a new number: what was read before says nothing then. In ms. */
const forgottenMs = 6 * 24 * 3_600_000;
/** How often is looked whether Telegram still calls us, ms. */
const lookEveryMs = 10 * 60_000;

/**
 * How a bot hears: by asking, or by seeing to it that Telegram calls. One process of all does it: a second one that
 * asks is refused by Telegram.
 */
export const updates: ConnectionKind<typeof account> = {
  name: 'updates',
  heldBy: 'one',
  open: (settings, line) => (settings.mode === 'webhook' ? beCalled(settings, line) : poll(settings, line)),
};

/** How far was read: the number of the next update, of which bot, and when the last one came (epoch ms). */
interface Cursor {
  bot: string;
  offset: number;
  at: number;
}

/** While a webhook is set Telegram refuses to be asked: it is taken away first, and what waits stays. */
async function poll(settings: TelegramAccount, line: Line): Promise<Connection> {
  await resultOf(settings, { method: 'deleteWebhook', params: {} }, line.call);
  return until(line, (isOver) => readAll(settings, line, isOver));
}

async function readAll(settings: TelegramAccount, line: Line, isOver: () => boolean): Promise<void> {
  let offset = offsetIn(line.cursor, settings);
  while (!isOver()) {
    const began = performance.now();
    const batch = await readOnce(settings, line, offset);
    if (batch.length > 0) {
      offset = await take(settings, line, batch);
      continue;
    }
    // All before it is confirmed by now: asked without it, Telegram may count anew.
    offset = undefined;
    const waited = performance.now() - began;
    if (waited < shortestPauseMs) await pause(shortestPauseMs - waited, line.signal);
  }
}

async function readOnce(
  settings: TelegramAccount,
  line: Line,
  offset: number | undefined,
): Promise<unknown[]> {
  const params = present({
    offset,
    limit: mostUpdates,
    timeout: holdSeconds,
    allowed_updates: allowedUpdates,
  });
  const how = { method: 'getUpdates', params, timeoutMs: longestCallMs, maxBytes: mostBytes };
  return listOf(await resultOf(settings, how, line.call));
}

/** Stores what came, and how far that was; answers the next number. Pressed buttons are answered meanwhile. */
async function take(settings: TelegramAccount, line: Line, batch: unknown[]): Promise<number> {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const now = Date.now();
  for (const update of batch) takeUpdate(received, objectOf(update), { now, groups: settings.groups });
  const numbers = batch
    .map((update) => Number(textOf(objectOf(update).update_id)))
    .filter(Number.isSafeInteger);
  const offset = Math.max(0, ...numbers) + 1;
  const cursor: Cursor = { bot: botIn(settings), offset, at: now };
  await Promise.all([line.deliver(received, cursor), answerPresses(settings, line, batch)]);
  return offset;
}

/** Best effort: a press that is answered too late, or twice, does no harm. */
async function answerPresses(settings: TelegramAccount, line: Line, batch: unknown[]): Promise<void> {
  const ids = batch.flatMap((update) => textOf(objectOf(objectOf(update).callback_query).id) ?? []);
  await Promise.allSettled(
    ids.map((callback_query_id) =>
      resultOf(settings, { method: 'answerCallbackQuery', params: { callback_query_id } }, line.call),
    ),
  );
}

function offsetIn(cursor: unknown, settings: TelegramAccount): number | undefined {
  if (!isObject(cursor) || cursor.bot !== botIn(settings)) return undefined;
  const { offset, at } = cursor as Partial<Cursor>;
  return Date.now() - (at ?? 0) < forgottenMs ? offset : undefined;
}

/** The number of the bot is the first part of its token. */
function botIn({ botToken }: TelegramAccount): string {
  return botToken.split(':')[0]!;
}

/** Tells Telegram to call us, and looks now and then whether somebody told it otherwise. */
async function beCalled(settings: TelegramAccount, line: Line): Promise<Connection> {
  const params = {
    url: line.webhookUrl,
    secret_token: webhookSecret(settings),
    allowed_updates: allowedUpdates,
  };
  await resultOf(settings, { method: 'setWebhook', params }, line.call);
  return until(line, async (isOver) => {
    while (!isOver()) {
      await pause(lookEveryMs, line.signal);
      if (isOver()) return;
      const info = objectOf(await resultOf(settings, { method: 'getWebhookInfo', params: {} }, line.call));
      if (info.url !== line.webhookUrl) return;
    }
  });
}

/** A connection that lasts as long as `work`, which is to end when it is told so. */
function until(line: Line, work: (isOver: () => boolean) => Promise<void>): Connection {
  let closed = false;
  const ended = work(() => closed || line.signal.aborted);
  return {
    ended,
    async close() {
      closed = true;
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
