import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, listen } from './http.ts';
import { personOf } from './people.ts';
import type { Shown, Simulated, Simulator, Taken } from './simulator.ts';
import type { Board } from './switches.ts';

const accessToken = 'token-of-the-simulator';
const channelSecret = 'secret-of-the-simulator';

/** How LINE refuses. */
const refusals = {
  tooFast: { status: 429, message: 'The API rate limit has been exceeded. Try again later.' },
  fault: { status: 500, message: 'Internal Server Error' },
  expired: { status: 401, message: 'Authentication failed. Confirm that the access token is valid.' },
} as const;

/** What it knows: messages that it took, their retry keys, and the tokens with which people may be answered. */
interface Known {
  taken: Taken[];
  shown: Shown[];
  /** Messages by what they are marked as read by. */
  unread: Map<string, string>;
  /** Ids of messages by retry key. */
  keys: Map<string, string>;
  /** Who is answered, by reply token. */
  tokens: Map<string, string>;
  board: Board;
  /** Where it calls. */
  webhook(): string | undefined;
}

/** What it says of the account. The token has no end. */
const questions: Readonly<Record<string, (webhook: string | undefined) => object>> = {
  'GET /v2/bot/info': () => ({
    userId: `U${'0'.repeat(32)}`,
    basicId: '@ourshop',
    displayName: 'Our shop',
    chatMode: 'bot',
    markAsReadMode: 'manual',
  }),
  'GET /v2/bot/channel/webhook/endpoint': (webhook) => ({ endpoint: webhook ?? '', active: true }),
  'GET /v2/bot/message/quota': () => ({ type: 'none' }),
  'GET /v2/bot/message/quota/consumption': () => ({ totalUsage: 0 }),
  'POST /v2/oauth/verify': () => ({ client_id: '1350031035', scope: 'P CM' }),
};

const idOf = () => `${Date.now()}${String(randomBytes(2).readUInt16BE()).padStart(5, '0')}`;

/** One official account, with signed webhooks. There are no receipts, as at LINE. */
export const simulator: Simulator = {
  name: 'line',
  about: 'LINE’s Messaging API.',
  person: 'Ufc729a925b3abef1ae84a3d52e51a6a7',
  async start({ port, board }): Promise<Simulated> {
    const webhook = () => simulated.webhook;
    const known: Known = { ...nothing(), board, webhook };
    const here = await listen((request, response) => take(request, response, known), port);
    const simulated: Simulated = {
      type: 'line',
      settings: { accessToken, channelSecret, apiBase: here.url, mediaBase: here.url },
      taken: known.taken,
      shown: known.shown,
      async say(from, text) {
        const { webhook } = simulated;
        if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
        const replyToken = randomBytes(16).toString('hex');
        known.tokens.set(replyToken, from);
        const [id, markAsReadToken] = [idOf(), randomBytes(24).toString('base64url')];
        known.unread.set(markAsReadToken, id);
        const event = {
          type: 'message',
          mode: 'active',
          timestamp: Date.now(),
          source: { type: 'user', userId: from },
          webhookEventId: randomUUID(),
          deliveryContext: { isRedelivery: false },
          replyToken,
          message: { id, type: 'text', text, quoteToken: 'q', markAsReadToken },
        };
        await board.tell(() => callBack(webhook, event));
      },
      cut: () => here.cut(),
      close: () => here.close(),
    };
    return simulated;
  },
};

function nothing(): Omit<Known, 'board' | 'webhook'> {
  return { taken: [], shown: [], unread: new Map(), keys: new Map(), tokens: new Map() };
}

async function callBack(url: string, event: object): Promise<void> {
  const body = JSON.stringify({ destination: `U${'0'.repeat(32)}`, events: [event] });
  const signature = createHmac('sha256', channelSecret).update(body).digest('base64');
  const { status } = await fetch(url, { method: 'POST', headers: { 'x-line-signature': signature }, body });
  if (status >= 300) throw new Error(`${url} answered with status ${status}`);
}

async function take(request: IncomingMessage, response: ServerResponse, known: Known): Promise<void> {
  const { taken, keys, tokens, board, webhook } = known;
  const bytes = await bodyOf(request);
  const asked = questions[`${request.method} ${request.url}`];
  const isLetIn = request.headers.authorization === `Bearer ${accessToken}`;
  if (asked) {
    const isWell = isLetIn && (await board.entry()) === 'taken';
    const { status, message } = refusals.expired;
    await (isWell ? answer(response, 200, asked(webhook())) : answer(response, status, { message }));
    return;
  }
  const person = /^\/v2\/bot\/profile\/(U[0-9a-f]{32})$/.exec(request.url ?? '')?.[1];
  if (request.method === 'GET' && person !== undefined) return describe(person, isLetIn, response, board);
  const how = /^\/v2\/bot\/(?:message\/(push|reply)|chat\/(loading\/start|markAsRead))$/.exec(
    request.url ?? '',
  );
  if (request.method !== 'POST' || how === null) {
    await answer(response, 404, { message: 'Not found' });
    return;
  }
  const verdict = isLetIn ? await board.verdict() : 'expired';
  if (verdict !== 'taken') {
    const { status, message } = refusals[verdict];
    await answer(response, status, { message });
    return;
  }
  if (how[2] !== undefined) return show(JSON.parse(bytes.toString()), response, known);
  const { to, replyToken = '', messages } = JSON.parse(bytes.toString());
  const reader: string | undefined = how[1] === 'push' ? to : tokens.get(replyToken);
  tokens.delete(replyToken);
  if (reader === undefined || !/^U[0-9a-f]{32}$/.test(reader)) {
    const wrong =
      how[1] === 'push' ? "The property, 'to', in the request body is invalid" : 'Invalid reply token';
    await answer(response, 400, { message: wrong });
    return;
  }
  const key = how[1] === 'push' ? request.headers['x-line-retry-key']?.toString() : undefined;
  const before = key === undefined ? undefined : keys.get(key);
  if (before !== undefined) {
    const message = 'The retry key is already accepted';
    await answer(response, 409, { message, sentMessages: [{ id: before }] });
    return;
  }
  const said = (messages as { text?: string; altText?: string }[]).map(
    ({ text, altText }) => text ?? altText,
  );
  const id = idOf();
  if (key !== undefined) keys.set(key, id);
  taken.push({ id, to: reader, text: said.filter((one) => one !== undefined).join('\n') });
  await answer(response, 200, { sentMessages: [{ id, quoteToken: randomBytes(8).toString('hex') }] });
}

/** Who somebody is, and in which language LINE speaks to them; of who has blocked the account nothing is told. */
async function describe(
  userId: string,
  isLetIn: boolean,
  response: ServerResponse,
  board: Board,
): Promise<void> {
  const isWell = isLetIn && (await board.entry()) === 'taken';
  if (!isWell) {
    const { status, message } = refusals.expired;
    return void (await answer(response, status, { message }));
  }
  const known = personOf(userId);
  const profile = known && { userId, displayName: known.name, language: 'th' };
  await answer(response, profile ? 200 : 404, profile ?? { message: 'Not found' });
}

/** The loading animation, or a read mark by its token. */
async function show(
  { chatId, loadingSeconds, markAsReadToken }: Record<string, unknown>,
  response: ServerResponse,
  { shown, unread }: Known,
): Promise<void> {
  if (typeof chatId === 'string') {
    const seconds = Number(loadingSeconds);
    const isRight = /^U[0-9a-f]{32}$/.test(chatId) && seconds >= 5 && seconds <= 60 && seconds % 5 === 0;
    if (isRight) shown.push({ what: 'typing', to: chatId });
    await answer(response, isRight ? 202 : 400, isRight ? {} : { message: 'Invalid chat or time' });
    return;
  }
  const message = unread.get(String(markAsReadToken));
  if (message !== undefined) shown.push({ what: 'read', message });
  await answer(
    response,
    message === undefined ? 400 : 200,
    message === undefined ? { message: 'Invalid token' } : {},
  );
}
