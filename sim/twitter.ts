import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, listen } from './http.ts';
import { personOf } from './people.ts';
import type { Simulated, Simulator, Taken } from './simulator.ts';
import type { Board } from './switches.ts';

const userId = '2244994945';
const consumerSecret = 'consumer-secret-of-the-simulator';

/** How X refuses. */
const refusals = {
  tooFast: { status: 429, title: 'Too Many Requests', detail: 'Too Many Requests' },
  fault: { status: 503, title: 'Service Unavailable', detail: 'Service Unavailable' },
  expired: { status: 401, title: 'Unauthorized', detail: 'Unauthorized' },
} as const;

const signed = (what: string) =>
  `sha256=${createHmac('sha256', consumerSecret).update(what).digest('base64')}`;

let count = 0;

/** An id as X makes them: it holds the time. */
function idOf(): string {
  count = (count + 1) % 4096;
  return String(((BigInt(Date.now()) - 1_288_834_974_657n) << 22n) + BigInt(count));
}

/** The API of X for one account: each refresh token is taken once, and each access token while it is in force. */
class FakeX {
  readonly taken: Taken[] = [];
  readonly board: Board;
  /** The one to enter is new at each start: one of another start was used. */
  refreshToken = `refresh-${randomBytes(6).toString('hex')}`;
  webhook: string | undefined;
  #accessToken = '';
  #checked = '';

  constructor(board: Board) {
    this.board = board;
  }

  async hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await bodyOf(request);
    const url = request.url ?? '';
    if (url === '/2/oauth2/token') return this.#renew(response, bytes.toString());
    const known = request.headers.authorization === `Bearer ${this.#accessToken}`;
    if (!known || this.board.switches.expired) return refuse(response, 'expired');
    if (url === '/2/users/me')
      return void (await answer(response, 200, { data: { id: userId, name: 'Our shop', username: 'shop' } }));
    const person = /^\/2\/users\/(\d{1,19})\?/.exec(url)?.[1];
    if (person !== undefined) return describe(person, response);
    if (url.startsWith('/2/media/upload'))
      return void (await answer(response, 200, { data: { id: idOf(), expires_after_secs: 86_400 } }));
    const to = /^\/2\/dm_conversations\/with\/(\d{1,19})\/messages$/.exec(url)?.[1];
    if (to === undefined) return void (await answer(response, 404, { title: 'Not Found', status: 404 }));
    const verdict = await this.board.verdict();
    if (verdict !== 'taken') return refuse(response, verdict);
    const id = idOf();
    this.taken.push({ id, to, text: String(JSON.parse(bytes.toString()).text ?? '') });
    const data = { dm_conversation_id: `${userId}-${to}`, dm_event_id: id };
    await answer(response, 201, { data });
    if (this.webhook !== undefined) await this.board.receipt(() => this.#read(to, id)).catch(() => {});
  }

  async #renew(response: ServerResponse, body: string): Promise<void> {
    const asked = new URLSearchParams(body).get('refresh_token');
    if (asked !== this.refreshToken || this.board.switches.expired) {
      const error = { error: 'invalid_grant', error_description: 'Value passed for the token was invalid.' };
      await answer(response, 400, error);
      return;
    }
    this.refreshToken = `refresh-${randomBytes(6).toString('hex')}`;
    this.#accessToken = `access-${randomBytes(6).toString('hex')}`;
    const tokens = { access_token: this.#accessToken, refresh_token: this.refreshToken };
    await answer(response, 200, { token_type: 'bearer', expires_in: 7200, ...tokens });
  }

  #read(sender_id: string, last_read_event_id: string): Promise<void> {
    const event = { created_timestamp: String(Date.now()), sender_id, last_read_event_id };
    return this.happens('dm.read', { direct_message_mark_read_events: [event] });
  }

  /** Calls the address, and asks it first who it is, as X does when it is registered. */
  async happens(event_type: string, payload: object): Promise<void> {
    const { webhook } = this;
    if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
    if (this.#checked !== webhook) await check(webhook);
    this.#checked = webhook;
    const body = JSON.stringify({ data: { event_type, filter: { user_id: userId }, payload } });
    const headers = { 'x-twitter-webhooks-signature': signed(body), 'content-type': 'application/json' };
    const { status } = await fetch(webhook, { method: 'POST', headers, body });
    if (status >= 300) throw new Error(`${webhook} answered with status ${status}`);
  }
}

/** Who somebody is. Of an account that is gone X says so with status 200. */
async function describe(id: string, response: ServerResponse): Promise<void> {
  const known = personOf(id);
  const type = 'https://api.twitter.com/2/problems/resource-not-found';
  const detail = `Could not find user with id: [${id}].`;
  const gone = { errors: [{ value: id, detail, title: 'Not Found Error', resource_type: 'user', type }] };
  const found = known && { data: { id, name: known.name, username: known.username.replace('.', '_') } };
  await answer(response, 200, found ?? gone);
}

async function check(webhook: string): Promise<void> {
  const token = randomBytes(16).toString('base64url');
  const answered = await fetch(`${webhook}?crc_token=${token}`);
  const told = answered.ok ? ((await answered.json()) as { response_token?: string }) : {};
  if (told.response_token !== signed(token)) throw new Error(`${webhook} did not answer the check.`);
}

async function refuse(response: ServerResponse, why: keyof typeof refusals): Promise<void> {
  if (why === 'tooFast') {
    response.setHeader('x-rate-limit-limit', '15');
    response.setHeader('x-rate-limit-remaining', '0');
    response.setHeader('x-rate-limit-reset', String(Math.ceil(Date.now() / 1000) + 1));
  }
  await answer(response, refusals[why].status, { type: 'about:blank', ...refusals[why] });
}

/** Direct messages of one account. Who gets a message here, reads it: X tells of no delivery. */
export const simulator: Simulator = {
  name: 'twitter',
  about: 'Direct messages of the API of X.',
  person: '3001969357',
  async start({ port, board }): Promise<Simulated> {
    const x = new FakeX(board);
    const here = await listen((request, response) => x.hear(request, response), port);
    const { refreshToken } = x;
    const entry = { userId, consumerSecret, clientId: 'client-of-the-simulator', refreshToken };
    return {
      type: 'tw',
      settings: { ...entry, apiBase: here.url, perSecond: 1000 },
      taken: x.taken,
      get webhook() {
        return x.webhook ?? '';
      },
      set webhook(url: string) {
        x.webhook = url;
      },
      async say(from, text) {
        const message_create = {
          target: { recipient_id: userId },
          sender_id: from,
          message_data: { text, entities: { urls: [] } },
        };
        const event = {
          type: 'message_create',
          id: idOf(),
          created_timestamp: String(Date.now()),
          message_create,
        };
        await board.tell(() => x.happens('dm.received', { direct_message_events: [event] }));
      },
      cut: () => here.cut(),
      close: () => here.close(),
    };
  },
};
