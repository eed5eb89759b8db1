import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, listen } from './http.ts';
import type { Simulated, Simulator, Taken } from './simulator.ts';
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
    const known: Known = { taken: [], keys: new Map(), tokens: new Map(), board, webhook };
    const here = await listen((request, response) => take(request, response, known), port);
    const simulated: Simulated = {
      type: 'line',
      settings: { accessToken, channelSecret, apiBase: here.url, mediaBase: here.url },
      taken: known.taken,
      async say(from, text) {
        const { webhook } = simulated;
        if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
        const replyToken = randomBytes(16).toString('hex');
        known.tokens.set(replyToken, from);
        const event = {
          type: 'message',
          mode: 'active',
          timestamp: Date.now(),
          source: { type: 'user', userId: from },
          webhookEventId: randomUUID(),
          deliveryContext: { isRedelivery: false },
          replyToken,
          message: { id: idOf(), type: 'text', text },
        };
        await board.tell(() => callBack(webhook, event));
      },
      cut: () => here.cut(),
      close: () => here.close(),
    };
    return simulated;
  },
};

async function callBack(url: string, event: object): Promise<void> {
  const body = JSON.stringify({ destination: `U${'0'.repeat(32)}`, events: [event] });
  const signature = createHmac('sha256', channelSecret).update(body).digest('base64');
  const { status } = await fetch(url, { method: 'POST', headers: { 'x-line-signature': signature }, body });
  if (status >= 300) throw new Error(`${url} answered with status ${status}`);
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  { taken, keys, tokens, board, webhook }: Known,
): Promise<void> {
  const bytes = await bodyOf(request);
  const asked = questions[`${request.method} ${request.url}`];
  const isLetIn = request.headers.authorization === `Bearer ${accessToken}`;
  if (asked) {
    const isWell = isLetIn && (await board.entry()) === 'taken';
    const { status, message } = refusals.expired;
    await (isWell ? answer(response, 200, asked(webhook())) : answer(response, status, { message }));
    return;
  }
  const how = /^\/v2\/bot\/message\/(push|reply)$/.exec(request.url ?? '')?.[1];
  if (request.method !== 'POST' || how === undefined) {
    await answer(response, 404, { message: 'Not found' });
    return;
  }
  const verdict = isLetIn ? await board.verdict() : 'expired';
  if (verdict !== 'taken') {
    const { status, message } = refusals[verdict];
    await answer(response, status, { message });
    return;
  }
  const { to, replyToken = '', messages } = JSON.parse(bytes.toString());
  const person: string | undefined = how === 'push' ? to : tokens.get(replyToken);
  tokens.delete(replyToken);
  if (person === undefined || !/^U[0-9a-f]{32}$/.test(person)) {
    const wrong =
      how === 'push' ? "The property, 'to', in the request body is invalid" : 'Invalid reply token';
    await answer(response, 400, { message: wrong });
    return;
  }
  const key = how === 'push' ? request.headers['x-line-retry-key']?.toString() : undefined;
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
  taken.push({ id, to: person, text: said.filter((one) => one !== undefined).join('\n') });
  await answer(response, 200, { sentMessages: [{ id, quoteToken: randomBytes(8).toString('hex') }] });
}
