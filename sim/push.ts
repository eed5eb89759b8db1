import { createVerify, generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Devices, type Shown } from './devices.ts';
import { answer, bodyOf, type Listening, listen } from './http.ts';
import type { Simulated, Simulator, Taken } from './simulator.ts';
import { Board } from './switches.ts';

interface PushApi {
  notifyUrl: string;
  subscribe(options: object): Promise<Subscribed>;
  handleNotification(clientHash: string, headers: object, body: Buffer): Promise<unknown>;
  getNotifications(of: { clientHash: string }): { messages: string[] };
  expireSubscription(clientHash: string): void;
}

/** What a browser would tell of its subscription. */
export interface Subscribed {
  endpoint: string;
  keys: object;
  clientHash: string;
}

// A push service that others wrote: it checks who calls, and decrypts as a browser does.
const { PushApiModel } = createRequire(import.meta.url)('web-push-testing/src/PushApiModel.js') as {
  PushApiModel: new () => PushApi;
};

/** A push service on this machine, and the browsers that it serves. */
export interface PushService extends Listening {
  /** `key`: the public key of the application, base64url. */
  subscribe(key: string): Promise<Subscribed>;
  /** What was pushed to a browser, decrypted. */
  pushed(clientHash: string): string[];
  expire(clientHash: string): void;
}

/** How a push service refuses. */
const statuses = { tooFast: 429, fault: 503, expired: 403 } as const;

/** `took` hears of each browser to which something was pushed. */
export async function openPushService(
  board = new Board(),
  port = 0,
  took: (clientHash: string) => Promise<void> = async () => {},
): Promise<PushService> {
  const api = new PushApiModel();
  const here = await listen(async (request, response) => {
    const { headers, url } = request;
    const body = await bodyOf(request);
    const verdict = await board.verdict();
    if (verdict !== 'taken') {
      if (verdict === 'tooFast') response.setHeader('retry-after', '1');
      await answer(response, statuses[verdict], { error: verdict });
      return;
    }
    const told = {
      encoding: headers['content-encoding'],
      authorization: headers.authorization,
      ttl: headers.ttl,
    };
    const clientHash = url!.split('/').at(-1)!;
    const refused = await api.handleNotification(clientHash, told, body).then(
      () => undefined,
      (error: Error) => error,
    );
    if (refused) {
      const status = refused.name === 'SubscriptionExpiredError' ? 410 : 400;
      await answer(response, status, { error: refused.message });
      return;
    }
    response.setHeader('location', `${here.url}/message/${randomUUID()}`);
    await answer(response, 201, {});
    await took(clientHash);
  }, port);
  api.notifyUrl = `${here.url}/notify/`;
  return {
    ...here,
    subscribe: (key) => api.subscribe({ userVisibleOnly: 'true', applicationServerKey: key }),
    pushed: (clientHash) => api.getNotifications({ clientHash }).messages,
    expire: (clientHash) => api.expireSubscription(clientHash),
  };
}

/** Browsers whose people agreed, and the service of their vendor. People press choices, and write nothing else. */
export const webPush: Simulator = {
  name: 'webpush',
  about: 'A push service, and browsers whose people agreed.',
  person: 'device-of-amina-0001',
  async start({ port, board }): Promise<Simulated> {
    const devices: Devices = new Devices(board, () => simulated.webhook);
    const taken: Taken[] = [];
    /** How much of what was pushed to a browser it has shown. */
    const seen = new Map<string, number>();
    const service = await openPushService(board, port, async (clientHash) => {
      const pushed = service.pushed(clientHash);
      const news = pushed.slice(seen.get(clientHash));
      seen.set(clientHash, pushed.length);
      for (const one of news) {
        const shown = JSON.parse(one) as Shown;
        taken.push({ id: shown.id, to: shown.device, text: shown.body });
        await devices.show(shown);
      }
    });
    const simulated: Simulated = {
      type: 'webpush',
      settings: { title: 'Our shop', subject: 'mailto:push@shop.example', services: service.url },
      taken,
      async subscribe(device) {
        const { publicKey } = await devices.account();
        const { endpoint, keys } = await service.subscribe(publicKey!);
        await devices.tell({ event: 'subscribed', device, subscription: { endpoint, keys } });
      },
      say: (from, text) => devices.press(from, text),
      cut: () => service.cut(),
      close: () => service.close(),
    };
    return simulated;
  },
};

/** How Firebase refuses. */
const refusals = {
  tooFast: { code: 429, status: 'RESOURCE_EXHAUSTED', errorCode: 'QUOTA_EXCEEDED' },
  fault: { code: 503, status: 'UNAVAILABLE', errorCode: 'UNAVAILABLE' },
  expired: { code: 401, status: 'UNAUTHENTICATED', errorCode: undefined },
  gone: { code: 404, status: 'NOT_FOUND', errorCode: 'UNREGISTERED' },
} as const;

const project = 'parley-simulator';

/** Firebase Cloud Messaging for one project, whose service account has a key that is new at each start. */
class FakeFirebase {
  readonly taken: Taken[] = [];
  readonly board: Board;
  /** Tokens of the app that are in force. */
  readonly registered = new Set<string>();
  took: (shown: Shown) => Promise<void> = async () => {};
  #accessToken = '';
  readonly #keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

  constructor(board: Board) {
    this.board = board;
  }

  /** The file that Firebase gives. */
  keyAt(url: string): string {
    return JSON.stringify({
      type: 'service_account',
      project_id: project,
      client_email: `push@${project}.example`,
      private_key: this.#keys.privateKey,
      token_uri: `${url}/token`,
    });
  }

  async hear(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await bodyOf(request)).toString();
    if (request.url === '/token') return this.#grant(response, body);
    if (request.url !== `/v1/projects/${project}/messages:send`) return refuse(response, 'gone');
    const known = request.headers.authorization === `Bearer ${this.#accessToken}`;
    const verdict = known ? await this.board.verdict() : 'expired';
    if (verdict !== 'taken') return refuse(response, verdict);
    const { message, validateOnly } = JSON.parse(body);
    if (validateOnly)
      return void (await answer(response, 200, { name: `projects/${project}/messages/fake_message_id` }));
    if (!this.registered.has(message.token)) return refuse(response, 'gone');
    const { choices, ...data } = message.data;
    // As data alone the app shows what stands there.
    const shown: Shown = { ...data, body: message.notification?.body ?? data.body };
    if (choices !== undefined) shown.choices = JSON.parse(choices);
    this.taken.push({ id: shown.id, to: shown.device, text: shown.body });
    await answer(response, 200, { name: `projects/${project}/messages/${randomUUID()}` });
    await this.took(shown);
  }

  /** A token for an assertion that the key of the account signed, and that is in force. */
  async #grant(response: ServerResponse, body: string): Promise<void> {
    const assertion = new URLSearchParams(body).get('assertion') ?? '';
    const [head, claims = '', signature = ''] = assertion.split('.');
    const isSigned = createVerify('sha256')
      .update(`${head}.${claims}`)
      .verify(this.#keys.publicKey, signature, 'base64url');
    const isGood =
      isSigned && JSON.parse(Buffer.from(claims, 'base64url').toString()).exp * 1000 > Date.now();
    if (!isGood || this.board.switches.expired) {
      await answer(response, 400, { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' });
      return;
    }
    this.#accessToken = randomBytes(16).toString('hex');
    await answer(response, 200, { access_token: this.#accessToken, token_type: 'Bearer', expires_in: 3599 });
  }
}

async function refuse(response: ServerResponse, why: keyof typeof refusals): Promise<void> {
  const { code, status, errorCode } = refusals[why];
  if (why === 'tooFast') response.setHeader('retry-after', '1');
  const type = 'type.googleapis.com/google.firebase.fcm.v1.FcmError';
  const details = errorCode === undefined ? [] : [{ '@type': type, errorCode }];
  await answer(response, code, { error: { code, message: status, status, details } });
}

/** Installations of an app. People press choices, and write nothing else. */
export const fcm: Simulator = {
  name: 'fcm',
  about: 'Firebase Cloud Messaging, and devices with an app.',
  person: 'device-of-amina-0001',
  async start({ port, board }): Promise<Simulated> {
    const firebase = new FakeFirebase(board);
    const here = await listen((request, response) => firebase.hear(request, response), port);
    const devices: Devices = new Devices(board, () => simulated.webhook);
    firebase.took = (shown) => devices.show(shown);
    const simulated: Simulated = {
      type: 'fcm',
      settings: { title: 'Our shop', serviceAccountKey: firebase.keyAt(here.url), apiBase: here.url },
      taken: firebase.taken,
      async subscribe(device) {
        const token = randomBytes(24).toString('base64url');
        firebase.registered.add(token);
        await devices.tell({ event: 'subscribed', device, token });
      },
      say: (from, text) => devices.press(from, text),
      cut: () => here.cut(),
      close: () => here.close(),
    };
    return simulated;
  },
};
