import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, type Listening, listen } from './http.ts';
import { personOf } from './people.ts';
import type { Simulated, Simulator, Taken } from './simulator.ts';
import { Board } from './switches.ts';

const appId = '4018437461520482347';
const oaId = '579745863508352884';
const oaSecretKey = 'oa-secret-of-the-simulator';

/** How Zalo refuses: with status 200, too. */
const refusals = {
  tooFast: { error: -32, message: 'Reach limit API call' },
  fault: { error: -200, message: 'Internal error' },
  expired: { error: -216, message: 'Access token is invalid' },
} as const;

/** An official account at Zalo: each refresh token is taken once, and each access token while it is in force. */
export class FakeZalo {
  /** Refresh tokens that were used, in their order, refused ones among them. */
  readonly used: string[] = [];
  /** Texts that were sent, with the access token that they came with. */
  readonly sent: { token: string; text: string }[] = [];
  readonly taken: Taken[] = [];
  readonly board: Board;
  /** Seconds that the next access tokens live. */
  lifeS = 90_000;
  /** Done after a refresh token was used up, and before the next one is told. */
  meanwhile: (() => Promise<void> | void) | undefined;
  /** Done after a message was taken and answered. */
  afterwards: ((taken: Taken) => Promise<void>) | undefined;
  refreshToken = 'refresh-0';
  accessToken = 'access-0';
  #count = 0;
  #here!: Listening;

  private constructor(board: Board) {
    this.board = board;
  }

  static async open(board = new Board(), port = 0): Promise<FakeZalo> {
    const fake = new FakeZalo(board);
    fake.#here = await listen((request, response) => fake.#hear(request, response), port);
    return fake;
  }

  get url(): string {
    return this.#here.url;
  }

  /** Breaks every connection. */
  cut(): void {
    this.#here.cut();
  }

  close(): Promise<void> {
    return this.#here.close();
  }

  async #hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await bodyOf(request)).toString();
    if (request.url === '/v4/oa/access_token') {
      await answer(response, 200, await this.#renew(body));
      return;
    }
    const token = String(request.headers.access_token);
    const before = this.taken.length;
    await answer(response, 200, await this.#take(request.url ?? '', token, body));
    for (const one of this.taken.slice(before)) await this.afterwards?.(one);
  }

  async #renew(body: string): Promise<object> {
    const asked = new URLSearchParams(body).get('refresh_token') ?? '';
    this.used.push(asked);
    if (asked !== this.refreshToken || this.board.switches.expired)
      return { error: -14014, error_description: 'Invalid refresh token' };
    this.#count += 1;
    this.refreshToken = `refresh-${this.#count}`;
    this.accessToken = `access-${this.#count}`;
    const told = {
      access_token: this.accessToken,
      refresh_token: this.refreshToken,
      expires_in: String(this.lifeS),
    };
    await this.meanwhile?.();
    return told;
  }

  async #take(path: string, token: string, body: string): Promise<object> {
    if (token !== this.accessToken || this.board.switches.expired) return refusals.expired;
    if (path === '/v2.0/oa/getoa')
      return { error: 0, message: 'Success', data: { oa_id: oaId, name: 'Our shop' } };
    if (path.startsWith('/v3.0/oa/user/detail?')) return describe(path);
    const id = `z${randomBytes(8).toString('hex')}`;
    if (path.startsWith('/v2.0/oa/upload/'))
      return { error: 0, message: 'Success', data: { attachment_id: id, token: id } };
    const verdict = await this.board.verdict();
    if (verdict !== 'taken') return refusals[verdict];
    const { recipient, message, phone } = JSON.parse(body);
    this.sent.push({ token, text: message?.text });
    this.taken.push({ id, to: String(recipient?.user_id ?? phone), text: String(message?.text ?? '') });
    return { error: 0, message: 'Success', data: { message_id: id, msg_id: id } };
  }
}

/** Who somebody is, whom Zalo asks for in JSON; of who does not follow the account nothing is told. */
function describe(path: string): object {
  const { user_id } = JSON.parse(new URLSearchParams(path.split('?')[1]).get('data') ?? '{}');
  const known = personOf(String(user_id));
  if (!known) return { error: -213, message: 'User has not followed OA' };
  return { error: 0, message: 'Success', data: { user_id, display_name: known.name, user_alias: '' } };
}

/** Posts an event, signed as Zalo signs it: no HMAC, but a hash with the secret at its end. */
async function callBack(url: string, event: object): Promise<void> {
  const timestamp = String(Date.now());
  const body = JSON.stringify({ app_id: appId, timestamp, ...event });
  const mac = createHash('sha256').update(`${appId}${body}${timestamp}${oaSecretKey}`).digest('hex');
  const headers = { 'x-zevent-signature': `mac=${mac}`, 'content-type': 'application/json' };
  const { status } = await fetch(url, { method: 'POST', headers, body });
  if (status >= 300) throw new Error(`${url} answered with status ${status}`);
}

/** One official account with the tokens of its app. What it takes arrives, and Zalo tells so. */
export const simulator: Simulator = {
  name: 'zalo',
  about: 'Zalo’s API of official accounts, with its tokens.',
  person: '2468458835296117922',
  async start({ port, board }): Promise<Simulated> {
    const zalo = await FakeZalo.open(board, port);
    // A token of another start was used: the one to enter is new each time.
    zalo.refreshToken = `refresh-${randomBytes(6).toString('hex')}-0`;
    const recipient = { id: oaId };
    const simulated: Simulated = {
      type: 'zalo',
      settings: {
        appId,
        oaId,
        appSecret: 'app-secret-of-the-simulator',
        oaSecretKey,
        refreshToken: zalo.refreshToken,
        apiBase: zalo.url,
        authBase: zalo.url,
        znsBase: zalo.url,
      },
      taken: zalo.taken,
      facts: () => ({ renewals: zalo.used.length }),
      async say(from, text) {
        const { webhook } = simulated;
        if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
        const message = { msg_id: randomBytes(10).toString('hex'), text };
        const event = { event_name: 'user_send_text', sender: { id: from }, recipient, message };
        await board.tell(() => callBack(webhook, event));
      },
      cut: () => zalo.cut(),
      close: () => zalo.close(),
    };
    zalo.afterwards = async ({ id, to }) => {
      const { webhook } = simulated;
      if (!webhook) return;
      const event = {
        event_name: 'user_received_message',
        sender: { id: to },
        recipient,
        message: { msg_id: id },
      };
      await board.receipt(() => callBack(webhook, event)).catch(() => {});
    };
    return simulated;
  },
};
