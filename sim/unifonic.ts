import { randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, type Listening, listen } from './http.ts';
import type { Simulated, Simulator, Taken } from './simulator.ts';
import type { Board } from './switches.ts';

const appSid = 'app-sid-of-the-simulator';
const webhookToken = 'token-of-the-simulator';

/** How Unifonic refuses a request as a whole; what it refuses of a message, it refuses with 200. */
const refusals = {
  tooFast: { status: 429, message: 'Too many requests' },
  fault: { status: 502, message: 'The service is not available' },
  expired: { status: 401, message: 'Authentication failed' },
} as const;

interface Desk {
  taken: Taken[];
  board: Board;
  /** Where it tells how a message fares that names this address, or none; undefined: nowhere. */
  reports(named: string): string | undefined;
}

async function callBack(url: string, fields: Record<string, string>): Promise<void> {
  const { status } = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) });
  if (status >= 300) throw new Error(`${url} answered with status ${status}`);
}

/** The address as it stands in Unifonic's console: with the token behind it. */
function withToken(url: string): string {
  const address = new URL(url);
  address.searchParams.set('token', webhookToken);
  return address.href;
}

/**
 * What the message names, on the machine where the webhook is: `PUBLIC_URL` may lead elsewhere while things are
 * tried. Where it names nothing, the webhook.
 */
function reportsAt(named: string, webhook: string | undefined): string | undefined {
  if (!webhook) return named || undefined;
  if (!named) return withToken(webhook);
  const { pathname, search } = new URL(named);
  return new URL(pathname + search, webhook).href;
}

/** Messages of one application, with a report for each and messages of people; nothing is signed. */
export const simulator: Simulator = {
  name: 'unifonic',
  about: 'Unifonic’s SMS API.',
  person: '966500000001',
  async start({ port, board }): Promise<Simulated> {
    const taken: Taken[] = [];
    const reports = (named: string) => reportsAt(named, simulated.webhook);
    const here: Listening = await listen(
      (request, response) => take(request, response, { taken, board, reports }),
      port,
    );
    const simulated: Simulated = {
      type: 'unifonic',
      settings: { apiKey: appSid, webhookToken, apiBase: here.url, perSecond: 1000 },
      taken,
      async say(from, text) {
        const { webhook } = simulated;
        if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
        const fields = { MessageID: idOf(), From: from, To: 'Shop', Body: text };
        await board.tell(() => callBack(withToken(webhook), fields));
      },
      cut: () => here.cut(),
      close: () => here.close(),
    };
    return simulated;
  },
};

/** Numbers, as Unifonic's are. */
const idOf = () => String(3_200_000_000_000 + randomInt(2 ** 32));

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  { taken, board, reports }: Desk,
): Promise<void> {
  const form = new URLSearchParams((await bodyOf(request)).toString());
  const told = (name: string) => form.get(name) ?? '';
  if (`${request.method} ${request.url}` === 'POST /rest/Account/GetBalance') {
    const isWell = told('AppSid') === appSid && (await board.entry()) === 'taken';
    const { status, message } = refusals.expired;
    const balance = { Balance: '42.00', CurrencyCode: 'USD', SharedBalance: '0.00' };
    await (isWell
      ? answer(response, 200, { success: 'true', message: '', errorCode: 'ER-00', data: balance })
      : answer(response, status, { success: false, message }));
    return;
  }
  if (request.method !== 'POST' || request.url !== '/rest/SMS/messages') {
    await answer(response, 404, { success: false, message: 'Not found' });
    return;
  }
  const verdict = told('AppSid') === appSid ? await board.verdict() : 'expired';
  if (verdict !== 'taken') {
    const { status, message } = refusals[verdict];
    if (verdict === 'tooFast') response.setHeader('retry-after', '1');
    await answer(response, status, { success: false, message });
    return;
  }
  const [to, text] = [told('Recipient'), told('Body')];
  const wrong = whatIsWrong(form);
  if (wrong) {
    await answer(response, 200, { success: false, ...wrong, data: null });
    return;
  }
  const id = idOf();
  taken.push({ id, to, text });
  const data = {
    MessageID: Number(id),
    CorrelationID: told('CorrelationID'),
    Status: 'Queued',
    Recipient: to,
  };
  await answer(response, 200, { success: true, message: '', errorCode: 'ER-00', data });
  const callback = reports(told('statusCallback'));
  if (!callback) return;
  for (const MessageStatus of ['Sent', 'Delivered']) {
    const fields = { MessageID: id, CorrelationID: told('CorrelationID'), MessageStatus };
    await board.receipt(() => callBack(callback, fields)).catch(() => {});
  }
}

function whatIsWrong(form: URLSearchParams): { message: string; errorCode: string } | undefined {
  if (!/^[1-9]\d{6,14}$/.test(form.get('Recipient') ?? ''))
    return { message: 'Invalid recipient', errorCode: 'ER-02' };
  if (!form.get('SenderID')) return { message: 'Invalid sender', errorCode: 'ER-08' };
  return form.get('Body') ? undefined : { message: 'Empty message', errorCode: 'ER-09' };
}
