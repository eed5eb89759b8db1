import { createHmac } from 'node:crypto';
import { SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { retryAfterMs } from '../../model/retry-after.ts';
import { safeFailure } from '../answer.ts';
import type { Call, CallResponse } from '../channel.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { TelegramAccount } from './account.ts';
import { classOf, scopeOf } from './errors.ts';

/** What a method was asked, with a file of ours as a part of a form where one goes along. */
export interface Asked {
  method: string;
  params: Record<string, unknown>;
  file?: { field: string; blob: Blob; mime: string; filename: string };
  /** Whole call, ms; absent: that of all calls, and a minute with a file. */
  timeoutMs?: number;
  /** Largest answer that is read, bytes; absent: that of all calls. */
  maxBytes?: number;
}

/** What came of it. `migratedTo` is the new id of a group that became a larger one. */
export type Answered = { result: unknown } | { refused: SendFailure; migratedTo?: string };

/**
 * Calls a method of the Bot API. The token is part of the address, which nobody is shown; whatever Telegram says
 * is told without it. Throws `SendFailure` of the call itself, and OUTCOME_UNKNOWN for an answer that is none.
 */
export async function ask(account: TelegramAccount, asked: Asked, call: Call): Promise<Answered> {
  const { method, params, file, timeoutMs = file ? 60_000 : undefined, maxBytes } = asked;
  const answer = await call({
    method: 'POST',
    url: `${base(account.apiBase)}/bot${account.botToken}/${method}`,
    body: file ? formOf(params, file) : params,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(maxBytes !== undefined && { maxBytes }),
  });
  const { ok, result, parameters } = objectOf(answer.json());
  if (answer.status === 200 && ok === true) return { result };
  const migratedTo = textOf(objectOf(parameters).migrate_to_chat_id);
  return { refused: refusalOf(answer, account), ...(migratedTo !== undefined && { migratedTo }) };
}

/** The result of a method; throws what it was refused with. */
export async function resultOf(account: TelegramAccount, asked: Asked, call: Call): Promise<unknown> {
  const answered = await ask(account, asked, call);
  if ('refused' in answered) throw answered.refused;
  return answered.result;
}

function refusalOf(answer: CallResponse, account: TelegramAccount): SendFailure {
  const { error_code, description, parameters } = objectOf(answer.json());
  const status = answer.status === 200 ? Number(textOf(error_code)) : answer.status;
  if (!Number.isInteger(status)) {
    return new SendFailure({
      class: 'OUTCOME_UNKNOWN',
      code: String(answer.status),
      text: 'Telegram took the message, it seems, but its answer cannot be read.',
    });
  }
  const text = textOf(description) ?? `Telegram answered with status ${status}.`;
  const kind = classOf(status, text);
  const seconds = Number(textOf(objectOf(parameters).retry_after));
  const told = seconds > 0 ? seconds * 1000 : retryAfterMs(answer.headers['retry-after'], Date.now());
  return safeFailure(
    present({ class: kind, code: String(status), text, scope: scopeOf(kind), retryAfterMs: told }),
    [account.botToken, webhookSecret(account)],
  );
}

function formOf(params: Record<string, unknown>, file: NonNullable<Asked['file']>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(params))
    form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  const { blob, mime } = file;
  form.append(file.field, blob.type === mime ? blob : blob.slice(0, blob.size, mime), file.filename);
  return form;
}

/**
 * What Telegram repeats in a header of every webhook request. It is made of the token, so that nobody has to choose
 * and keep one more secret; who does not know the token cannot make it.
 */
export function webhookSecret({ botToken }: Pick<TelegramAccount, 'botToken'>): string {
  return createHmac('sha256', botToken).update('webhook of the bot').digest('base64url');
}
