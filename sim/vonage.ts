import {
  createHash,
  createHmac,
  createVerify,
  generateKeyPairSync,
  randomBytes,
  randomUUID,
} from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, type Listening, listen } from './http.ts';
import type { Simulated, Simulator, Taken } from './simulator.ts';
import type { Board } from './switches.ts';

const applicationId = '00000000-0000-4000-8000-000000000000';
const apiKey = '12345678';
const apiSecret = 'api-secret-of-the-simulator';
const signatureSecret = 'secret-of-the-simulator';
/** The number that people write to. */
const number = '15550001';

/** How Vonage refuses: status, and a problem whose address ends in the code. */
const refusals = {
  tooFast: { status: 429, code: '1000', title: 'Throttled', detail: 'You have exceeded the rate limit.' },
  fault: { status: 500, code: '1030', title: 'Internal error', detail: 'An error occurred at the provider.' },
  expired: {
    status: 401,
    code: 'unauthorized',
    title: 'Unauthorized',
    detail: 'You did not provide correct credentials.',
  },
  invalid: { status: 422, code: '1120', title: 'Illegal parameter', detail: 'to, from or text is wrong.' },
  nowhere: { status: 404, code: 'not-found', title: 'Not found', detail: 'There is no such resource.' },
} as const;

/** An account with one application: a key pair of its own, and where it calls. */
interface Desk {
  publicKey: string;
  taken: Taken[];
  board: Board;
  webhook(): string | undefined;
}

/** Messages of one application, let in by its private key, with signed statuses and messages of people. */
export const simulator: Simulator = {
  name: 'vonage',
  about: 'Vonage’s Messages API.',
  person: '966500000001',
  async start({ port, board }): Promise<Simulated> {
    const taken: Taken[] = [];
    const { publicKey, privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const desk: Desk = { publicKey, taken, board, webhook: () => simulated.webhook };
    const here: Listening = await listen((request, response) => take(request, response, desk), port);
    const simulated: Simulated = {
      type: 'vonage',
      settings: {
        ...{ applicationId, privateKey, apiKey, apiSecret, signatureSecret },
        ...{ apiBase: here.url, accountBase: here.url, perSecond: 1000 },
      },
      taken,
      async say(from, text) {
        const { webhook } = simulated;
        if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
        const message = { message_uuid: randomUUID(), to: number, from, ...nowAndHow() };
        await board.tell(() => callBack(webhook, { ...message, message_type: 'text', text }));
      },
      cut: () => here.cut(),
      close: () => here.close(),
    };
    return simulated;
  },
};

const nowAndHow = () => ({ timestamp: new Date().toISOString(), channel: 'sms' });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Calls the address of the application, with a token that names what is told. */
async function callBack(url: string, told: object): Promise<void> {
  const body = JSON.stringify(told);
  const claims = {
    iat: Math.floor(Date.now() / 1000),
    jti: randomUUID(),
    iss: 'Vonage',
    application_id: applicationId,
    payload_hash: createHash('sha256').update(body).digest('hex'),
  };
  const said = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  const signature = createHmac('sha256', signatureSecret).update(said).digest('base64url');
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${said}.${signature}` };
  const { status } = await fetch(url, { method: 'POST', headers, body });
  if (status >= 300) throw new Error(`${url} answered with status ${status}`);
}

/** A token of the application, by its key, and not over. */
function isLetIn({ headers }: IncomingMessage, publicKey: string): boolean {
  const [head, claims, signature] = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]?.split('.') ?? [];
  if (!head || !claims || !signature) return false;
  const signed = createVerify('sha256').update(`${head}.${claims}`);
  if (!signed.verify(publicKey, Buffer.from(signature, 'base64url'))) return false;
  const told = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
  return told.application_id === applicationId && Number(told.exp) > Date.now() / 1000;
}

function refuse(response: ServerResponse, why: keyof typeof refusals): Promise<boolean> {
  const { status, code, title, detail } = refusals[why];
  if (why === 'tooFast') response.setHeader('retry-after', '1');
  const type = `https://developer.vonage.com/api-errors/messages#${code}`;
  return answer(response, status, { type, title, detail, instance: randomBytes(16).toString('hex') });
}

async function take(request: IncomingMessage, response: ServerResponse, desk: Desk): Promise<void> {
  const { taken, board } = desk;
  const body = await bodyOf(request);
  if (`${request.method} ${request.url}` === 'GET /account/get-balance') {
    const known = request.headers.authorization === `Basic ${btoa(`${apiKey}:${apiSecret}`)}`;
    const isWell = known && (await board.entry()) === 'taken';
    await (isWell ? answer(response, 200, { value: 42, autoReload: false }) : refuse(response, 'expired'));
    return;
  }
  if (request.method !== 'POST' || request.url !== '/v1/messages') {
    await refuse(response, 'nowhere');
    return;
  }
  const verdict = isLetIn(request, desk.publicKey) ? await board.verdict() : 'expired';
  if (verdict !== 'taken') {
    await refuse(response, verdict);
    return;
  }
  const { to, from, text, client_ref } = JSON.parse(body.toString()) as Record<string, string>;
  if (!to || !/^\d{7,15}$/.test(to) || !from || !text) {
    await refuse(response, 'invalid');
    return;
  }
  const id = randomUUID();
  taken.push({ id, to, text });
  await answer(response, 202, { message_uuid: id });
  const webhook = desk.webhook();
  if (!webhook) return;
  for (const status of ['submitted', 'delivered']) {
    const told = { message_uuid: id, to, from, ...nowAndHow(), status, client_ref };
    await board.receipt(() => callBack(webhook, told)).catch(() => {});
  }
}
