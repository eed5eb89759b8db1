import { present } from '../../model/present.ts';
import type { ReceiptStatus } from '../../model/status.ts';
import { failedReceipt } from '../answer.ts';
import type { Received, WebhookRequest } from '../channel.ts';
import { parseObject, textOf } from '../json.ts';
import { consentOf, phoneOf } from '../sms.ts';
import type { Account } from './account.ts';
import { classOfCode } from './errors.ts';

type Told = (...names: string[]) => string | undefined;

/**
 * What one webhook of Unifonic's holds. Its fields come as a form, as JSON or in the query, and their
 * names in more than one spelling: they are read whatever their case.
 */
export function receivedOf(request: WebhookRequest, account: Account, now: number): Received {
  const received: Received = { messages: [], receipts: [], events: [], ignored: [] };
  const told = toldBy(request);
  const providerId = told('messageid', 'msgid');
  const messageId = told('correlationid');
  const status = told('status', 'messagestatus', 'dlrstatus')?.toLowerCase();
  const text = told('body', 'message', 'text');
  const csid = phoneOf(told('from', 'sender', 'msisdn'));
  if (status !== undefined && (providerId ?? messageId) !== undefined) {
    takeStatus(received, present({ providerId, messageId }), status, told, now);
  } else if (text !== undefined && csid !== undefined) {
    const message = {
      providerId: providerId ?? `${csid}/${now}`,
      csid,
      timestamp: now,
      content: { type: 'text' as const, text },
    };
    received.messages.push(message);
    received.events.push(...consentOf(message, account));
  } else received.ignored.push({ kind: 'request', reason: 'it is neither a status nor a message' });
  return received;
}

function toldBy({ body, query }: WebhookRequest): Told {
  const fields = new Map<string, string>();
  const add = (name: string, value: unknown) => {
    const said = textOf(value);
    if (said !== undefined) fields.set(name.toLowerCase().replace(/[^a-z]/g, ''), said);
  };
  for (const [name, value] of Object.entries(query)) add(name, value);
  const object = parseObject(body);
  if (object) for (const [name, value] of Object.entries(object)) add(name, value);
  else for (const [name, value] of new URLSearchParams(body.toString('utf8'))) add(name, value);
  return (...names) => names.map((name) => fields.get(name)).find((value) => value !== undefined);
}

const statuses: Readonly<Record<string, ReceiptStatus>> = { sent: 'SENTX', delivered: 'DLVRD' };
const failed = new Set(['failed', 'rejected', 'undelivered', 'undeliverable', 'expired', 'blocked']);

function takeStatus(
  received: Received,
  names: { providerId?: string; messageId?: string },
  status: string,
  told: Told,
  timestamp: number,
): void {
  const known = Object.hasOwn(statuses, status) ? statuses[status] : undefined;
  if (known) received.receipts.push({ ...names, status: known, timestamp });
  else if (failed.has(status)) {
    const code = told('errorcode', 'error', 'reason');
    const kind = (code === undefined ? undefined : classOfCode(code)) ?? 'UNREACHABLE';
    const failure = present({ class: kind, code, text: `The provider says: ${status}.` });
    received.receipts.push({ ...names, status: failedReceipt(kind), timestamp, failure });
  } else received.ignored.push({ kind: 'status', reason: `${status.slice(0, 50)} is no step of ours` });
}
