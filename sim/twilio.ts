import { createHmac, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, type Listening, listen } from './http.ts';
import type { Simulated, Simulator, Taken } from './simulator.ts';
import type { Board } from './switches.ts';

const accountSid = `AC${'0'.repeat(32)}`;
const authToken = 'token-of-the-simulator';

/** How Twilio refuses: status and error code. */
const refusals = {
  tooFast: { status: 429, code: 20429, message: 'Too Many Requests' },
  fault: { status: 500, code: 20500, message: 'Internal Server Error' },
  expired: { status: 401, code: 20003, message: 'Authenticate' },
} as const;

/** What is signed: the address, and every parameter, name and value, sorted by name. */
function signatureOf(url: string, form: URLSearchParams): string {
  const parameters = [...form].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value);
  return createHmac('sha1', authToken)
    .update(url + parameters.join(''))
    .digest('base64');
}

interface Desk {
  taken: Taken[];
  board: Board;
  /** Where messages of people go. */
  webhook(): string | undefined;
}

/** What it says of the account, and of the number that everybody has. False: it was asked for something else. */
async function tell(
  request: IncomingMessage,
  response: ServerResponse,
  { board, webhook }: Omit<Desk, 'taken'>,
): Promise<boolean> {
  const account = `/2010-04-01/Accounts/${accountSid}`;
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://twilio');
  const number = { phone_number: searchParams.get('PhoneNumber'), sms_url: webhook() ?? '' };
  const told: Record<string, object> = {
    [`${account}.json`]: { sid: accountSid, friendly_name: 'Our shop', status: 'active', type: 'Full' },
    [`${account}/Messages.json`]: { messages: [] },
    [`${account}/IncomingPhoneNumbers.json`]: {
      incoming_phone_numbers: [{ ...number, capabilities: { sms: true, mms: false, voice: true } }],
    },
  };
  const asked = told[pathname];
  if (!asked) return false;
  const isWell = isLetIn(request) && (await board.entry()) === 'taken';
  await (isWell ? answer(response, 200, asked) : answer(response, refusals.expired.status, refusals.expired));
  return true;
}

async function callBack(url: string, fields: Record<string, string>): Promise<void> {
  const form = new URLSearchParams({ AccountSid: accountSid, ...fields });
  const headers = { 'x-twilio-signature': signatureOf(url, form) };
  const { status } = await fetch(url, { method: 'POST', headers, body: form });
  if (status >= 300) throw new Error(`${url} answered with status ${status}`);
}

function isLetIn({ headers }: IncomingMessage): boolean {
  const basic = Buffer.from(`${accountSid}:${authToken}`).toString('base64');
  return headers.authorization === `Basic ${basic}`;
}

/** The messages of one account, with status callbacks and messages of people, signed. */
export const simulator: Simulator = {
  name: 'twilio',
  about: 'Twilio’s Messages API.',
  person: '966500000001',
  async start({ port, board }): Promise<Simulated> {
    const taken: Taken[] = [];
    const here: Listening = await listen(
      (request, response) => take(request, response, { taken, board, webhook: () => simulated.webhook }),
      port,
    );
    const simulated: Simulated = {
      type: 'twilio',
      settings: { accountSid, authToken, apiBase: here.url, perSecond: 1000 },
      taken,
      async say(from, text) {
        const { webhook } = simulated;
        if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
        const sid = sidOf();
        const fields = { MessageSid: sid, From: `+${from}`, To: '+15550001', Body: text, NumMedia: '0' };
        await board.tell(() => callBack(webhook, fields));
      },
      cut: () => here.cut(),
      close: () => here.close(),
    };
    return simulated;
  },
};

const sidOf = () => `SM${randomBytes(16).toString('hex')}`;

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  { taken, board, webhook }: Desk,
): Promise<void> {
  const form = new URLSearchParams((await bodyOf(request)).toString());
  if (request.method === 'GET' && (await tell(request, response, { board, webhook }))) return;
  const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
  if (request.method !== 'POST' || request.url !== path) {
    await answer(response, 404, {
      code: 20404,
      message: 'The requested resource was not found',
      status: 404,
    });
    return;
  }
  const verdict = isLetIn(request) ? await board.verdict() : 'expired';
  if (verdict !== 'taken') {
    if (verdict === 'tooFast') response.setHeader('retry-after', '1');
    await answer(response, refusals[verdict].status, refusals[verdict]);
    return;
  }
  const [to, from, text] = ['To', 'From', 'Body'].map((name) => form.get(name) ?? '') as [
    string,
    string,
    string,
  ];
  if (!/^\+\d{7,15}$/.test(to)) {
    await answer(response, 400, { code: 21211, message: `Invalid 'To' Phone Number: ${to}`, status: 400 });
    return;
  }
  const sid = sidOf();
  taken.push({ id: sid, to: to.slice(1), text });
  await answer(response, 201, { sid, account_sid: accountSid, to, from, body: text, status: 'queued' });
  const callback = form.get('StatusCallback');
  if (!callback) return;
  for (const MessageStatus of ['sent', 'delivered'])
    await board
      .receipt(() => callBack(callback, { MessageSid: sid, MessageStatus, To: to, From: from }))
      .catch(() => {});
}
