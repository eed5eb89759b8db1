import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, type Listening, listen } from './http.ts';
import { faultOf, seenOf } from './meta-templates.ts';
import { personOf } from './people.ts';
import type { Shown, Simulated, Simulator } from './simulator.ts';
import { Board } from './switches.ts';

/** A message that was posted to the Send API. */
export interface Posted {
  path: string;
  body: {
    recipient: { id: string };
    messaging_type?: string;
    tag?: string;
    message: Record<string, unknown>;
    sender_action?: string;
  };
  mid: string;
}

/** How Meta refuses: codes decide there, whatever the status. */
const refusals = {
  tooFast: { status: 400, error: { code: 613, message: 'Calls to this API have exceeded the rate limit.' } },
  fault: { status: 500, error: { code: 2, message: 'Service temporarily unavailable', is_transient: true } },
  expired: { status: 400, error: { code: 190, message: 'Error validating access token' } },
} as const;

/** Of whom nothing is told: who came to Messenger by a phone number, and who has not agreed to be known at Instagram. */
const noProfile = {
  code: 100,
  error_subcode: 2018218,
  message: '(#100) No profile available for this user.',
};
const noConsent = { code: 230, message: 'User consent is required to access user profile' };

const actions = new Map<string, Shown['what']>([
  ['typing_on', 'typing'],
  ['typing_off', 'stopped'],
  ['mark_seen', 'read'],
]);

const idOf = () => `m_${randomBytes(12).toString('base64url')}`;

/** Meta's Send API as Messenger and Instagram have it, and its webhooks. */
export class FakeMessenger {
  static readonly accessToken = 'token-of-the-tests';
  readonly appSecret = 'secret-of-the-tests';
  readonly posted: Posted[] = [];
  readonly shown: Shown[] = [];
  /** Of whom it was asked who they are. */
  readonly askedAbout: string[] = [];
  readonly board: Board;
  /** Whose token it is, and the apps that hear the page. */
  me: object = {};
  apps: object[] = [
    { id: '1', subscribed_fields: ['messages', 'message_deliveries', 'messaging_postbacks'] },
  ];
  /** Whether buttons may dial: those of Instagram may not. */
  dials = true;
  /** What is done between taking a message and answering: receipts and echoes may come that early. */
  meanwhile: ((posted: Posted) => Promise<void>) | undefined;
  /** What is done after answering. */
  afterwards: ((posted: Posted) => Promise<void>) | undefined;
  #here!: Listening;

  private constructor(board: Board) {
    this.board = board;
  }

  static async open(board = new Board(), port = 0): Promise<FakeMessenger> {
    const fake = new FakeMessenger(board);
    fake.#here = await listen((request, response) => fake.#take(request, response), port);
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

  /** Posts a webhook, signed as Meta signs it; answers the status. */
  async call(address: string, body: object): Promise<number> {
    const text = JSON.stringify(body);
    const signature = createHmac('sha256', this.appSecret).update(text).digest('hex');
    const headers = { 'x-hub-signature-256': `sha256=${signature}`, 'content-type': 'application/json' };
    return (await fetch(address, { method: 'POST', headers, body: text })).status;
  }

  /** What Meta says of whoever has the token. */
  async #tell(path: string, known: boolean, response: ServerResponse): Promise<void> {
    const url = new URL(path, this.url);
    const isLetIn = known && (await this.board.entry()) === 'taken';
    const { status, error } = isLetIn ? unproved : refusals.expired;
    if (!isLetIn || !isProved(url, FakeMessenger.accessToken, this.appSecret))
      return void (await answer(response, status, { error }));
    const person = /^\/v[\d.]+\/(\d+)$/.exec(url.pathname)?.[1];
    if (person !== undefined) return this.#describe(person, url, response);
    const isApps = url.pathname.endsWith('/subscribed_apps');
    await answer(response, 200, isApps ? { data: this.apps } : this.me);
  }

  /** Who somebody is: the fields that are asked for. */
  async #describe(id: string, url: URL, response: ServerResponse): Promise<void> {
    this.askedAbout.push(id);
    const known = personOf(id);
    const fields = (url.searchParams.get('fields') ?? '').split(',');
    const error = fields.includes('username') ? noConsent : noProfile;
    if (!known) return void (await answer(response, 400, { error }));
    const { first: first_name, last: last_name, name, username } = known;
    const all = Object.entries({ first_name, last_name, name, username });
    const told = Object.fromEntries(all.filter(([field]) => fields.includes(field)));
    await answer(response, 200, { ...told, id });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await bodyOf(request);
    const path = request.url!;
    const known = request.headers.authorization === `Bearer ${FakeMessenger.accessToken}`;
    if (request.method === 'GET') {
      await this.#tell(path, known, response);
      return;
    }
    const isFile = path.endsWith('/message_attachments');
    const { expired } = this.board.switches;
    const verdict = !known || (isFile && expired) ? 'expired' : isFile ? 'taken' : await this.board.verdict();
    if (verdict !== 'taken') {
      const { status, error } = refusals[verdict];
      await answer(response, status, { error });
      return;
    }
    if (isFile) {
      await answer(response, 200, { attachment_id: String(Date.now()) });
      return;
    }
    const body = JSON.parse(bytes.toString()) as Posted['body'];
    // What is shown is an action, and no message; so is a reaction.
    if (body.message === undefined) {
      const what = actions.get(body.sender_action ?? '');
      if (what) this.shown.push({ what, to: body.recipient.id });
      await answer(response, 200, { recipient_id: body.recipient.id });
      return;
    }
    const fault = faultOf(body.message, this.dials);
    if (fault !== undefined) {
      const error = { code: 100, type: 'OAuthException', message: `Invalid parameter: ${fault}` };
      await answer(response, 400, { error });
      return;
    }
    const posted = { path, body, mid: idOf() };
    this.posted.push(posted);
    await this.meanwhile?.(posted);
    await answer(response, 200, { recipient_id: body.recipient.id, message_id: posted.mid });
    await this.afterwards?.(posted);
  }
}

/** Asks about the app: whether the proof is made of its secret. */
export function isProved(url: URL, accessToken: string, appSecret: string): boolean {
  const proof = url.searchParams.get('appsecret_proof');
  return proof === null || proof === createHmac('sha256', appSecret).update(accessToken).digest('hex');
}

/** How Meta refuses a proof that is made of another secret. */
export const unproved = {
  status: 400,
  error: {
    code: 100,
    type: 'GraphMethodException',
    message: 'Invalid appsecret_proof provided in the API argument',
  },
} as const;

interface Kind {
  name: string;
  about: string;
  type: string;
  object: 'page' | 'instagram';
  settings: Record<string, unknown>;
  /** The page or the account in webhooks. */
  id: string;
  /** What is said of whoever has the token. */
  me: object;
  /** What the person's side tells once a message has arrived. */
  receipt(mid: string): object;
}

function simulatorOf({ name, about, type, object, settings, id, me, receipt }: Kind): Simulator {
  return {
    name,
    about,
    person: '24680',
    async start({ port, board }): Promise<Simulated> {
      const fake = await FakeMessenger.open(board, port);
      fake.me = me;
      fake.dials = object === 'page';
      const tell = async (webhook: string, person: string, event: object) => {
        const messaging = [{ sender: { id: person }, recipient: { id }, timestamp: Date.now(), ...event }];
        const entry = [{ id, time: Date.now(), messaging }];
        const status = await fake.call(webhook, { object, entry });
        if (status >= 300) throw new Error(`${webhook} answered with status ${status}`);
      };
      const simulated: Simulated = {
        type,
        settings: {
          accessToken: FakeMessenger.accessToken,
          appSecret: fake.appSecret,
          verifyToken: 'verify-token-of-the-simulator',
          apiBase: fake.url,
          ...settings,
        },
        get taken() {
          return fake.posted.map(({ mid, body: { recipient, message } }) => ({
            id: mid,
            to: recipient.id,
            ...seenOf(message),
          }));
        },
        shown: fake.shown,
        async say(from, text) {
          const { webhook } = simulated;
          if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
          const message = { mid: idOf(), text };
          await board.tell(() => tell(webhook, from, { message }));
        },
        cut: () => fake.cut(),
        close: () => fake.close(),
      };
      fake.afterwards = async ({ mid, body }) => {
        const { webhook } = simulated;
        if (webhook)
          await board.receipt(() => tell(webhook, body.recipient.id, receipt(mid))).catch(() => {});
      };
      return simulated;
    },
  };
}

/** A page with one app: what it takes arrives, and Messenger tells so. */
export const messenger = simulatorOf({
  name: 'messenger',
  about: 'Meta’s Send API for a Facebook page.',
  type: 'fb',
  object: 'page',
  settings: { pageId: '101010101010' },
  id: '101010101010',
  me: { id: '101010101010', name: 'Our shop' },
  receipt: (mid) => ({ delivery: { mids: [mid], watermark: Date.now() } }),
});

/** An account behind its page. Instagram tells of no delivery: who gets a message here, reads it. */
export const instagram = simulatorOf({
  name: 'instagram',
  about: 'Meta’s Send API for a professional account at Instagram.',
  type: 'ig',
  object: 'instagram',
  settings: { accountId: '17841400000000000' },
  id: '17841400000000000',
  me: {
    id: '101010101010',
    name: 'Our shop',
    instagram_business_account: { id: '17841400000000000', username: 'ourshop' },
  },
  receipt: (mid) => ({ read: { mid } }),
});
