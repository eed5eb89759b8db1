import { answer, bodyOf, type Listening, listen } from './http.ts';
import type { Shown, Simulated, Simulator, Taken } from './simulator.ts';
import { Board } from './switches.ts';

/** A method that the bot called; files are told by their name and their bytes. */
export interface AskedMethod {
  method: string;
  params: Record<string, unknown>;
}

/** What is sent is a message, but for what happens in a chat. */
const isSend = (method: string) => method.startsWith('send') && method !== 'sendChatAction';

type Answer = { status: number; body: unknown };

/** Telegram's Bot API for one bot, with what the package `telegram-test-api` has not: files, limits, members. */
export class FakeTelegram {
  static readonly token = '1234567:AAtoken-of-the-tests';
  readonly asked: AskedMethod[] = [];
  /** Answers to the next calls of a method, before it is answered as usual. */
  readonly refuse = new Map<string, Answer[]>();
  /** Files that people sent, by id. */
  readonly files = new Map<string, Buffer>();
  /** What it took for people. */
  readonly taken: Taken[] = [];
  readonly shown: Shown[] = [];
  readonly board: Board;
  /** Where the bot wants to be called, and with which secret; absent: it asks. */
  webhook: { url: string; secret: string } | undefined;
  #here!: Listening;
  #numbers = 100;
  #updates: { update_id: number; [kind: string]: unknown }[] = [];
  #update = 1;
  #news: () => void = () => {};

  private constructor(board: Board) {
    this.board = board;
  }

  static async open(board = new Board(), port = 0): Promise<FakeTelegram> {
    const telegram = new FakeTelegram(board);
    telegram.#here = await listen(async (request, response) => {
      const path = decodeURIComponent(request.url ?? '');
      const body = await bodyOf(request);
      const file = path.split(`/file/bot${FakeTelegram.token}/files/`)[1];
      if (file !== undefined) {
        response.end(telegram.files.get(file));
        return;
      }
      const method = path.split(`/bot${FakeTelegram.token}/`)[1];
      if (method === undefined) return void answer(response, 401, refusal(401, 'Unauthorized'));
      const params = await paramsOf(body, request.headers['content-type'] ?? '');
      telegram.asked.push({ method, params });
      const refused = telegram.refuse.get(method)?.shift() ?? (await telegram.#refused(method));
      if (refused) await answer(response, refused.status, refused.body);
      else await answer(response, 200, { ok: true, result: await telegram.#resultOf(method, params) });
    }, port);
    return telegram;
  }

  get settings(): Record<string, unknown> {
    return { botToken: FakeTelegram.token, apiBase: this.#here.url, mode: 'webhook' };
  }

  /** What was sent to people, in order. */
  get sent(): AskedMethod[] {
    return this.asked.filter(({ method }) => isSend(method));
  }

  /** Breaks every connection. */
  cut(): void {
    this.#here.cut();
  }

  close(): Promise<void> {
    return this.#here.close();
  }

  /** Something happened in a chat: the bot is called, or finds it when it asks. */
  async update(told: Record<string, unknown>): Promise<void> {
    const update = { update_id: this.#update, ...told };
    this.#update += 1;
    const { webhook } = this;
    if (!webhook) {
      // Who asks is told in order: only calls can overtake each other.
      await this.board.wait();
      this.#updates.push(...(this.board.switches.duplicate ? [update, update] : [update]));
      this.#news();
      return;
    }
    await this.board.tell(async () => {
      await fetch(webhook.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-telegram-bot-api-secret-token': webhook.secret,
        },
        body: JSON.stringify(update),
      });
    });
  }

  /** A person writes to the bot. */
  say(from: number, text: string): Promise<void> {
    this.#numbers += 1;
    const person = { id: from, first_name: 'Amina' };
    return this.update({
      message: {
        message_id: this.#numbers,
        date: Math.floor(Date.now() / 1000),
        chat: { ...person, type: 'private' },
        from: { ...person, is_bot: false },
        text,
      },
    });
  }

  /** Why a call is not carried out, as the switches stand. */
  async #refused(method: string): Promise<Answer | undefined> {
    if (this.board.switches.expired) return { status: 401, body: refusal(401, 'Unauthorized') };
    if (!isSend(method)) return undefined;
    const verdict = await this.board.verdict();
    if (verdict === 'fault') return { status: 502, body: refusal(502, 'Bad Gateway') };
    if (verdict !== 'tooFast') return undefined;
    const body = refusal(429, 'Too Many Requests: retry after 1', { retry_after: 1 });
    return { status: 429, body };
  }

  /** What the bot has not read; waits for it, but no longer than a few seconds. */
  async #unread({ offset, timeout }: Record<string, unknown>): Promise<unknown[]> {
    const from = Number(offset ?? 0);
    this.#updates = this.#updates.filter(({ update_id }) => update_id >= from);
    if (this.#updates.length > 0 || !timeout) return this.#updates;
    await new Promise<void>((resolve) => {
      this.#news = resolve;
      setTimeout(resolve, Math.min(Number(timeout), 5) * 1000).unref();
    });
    return this.#updates;
  }

  #resultOf(method: string, params: Record<string, unknown>): unknown {
    if (method === 'getUpdates') return this.#unread(params);
    if (method === 'getWebhookInfo') return { url: this.webhook?.url ?? '', pending_update_count: 0 };
    if (method === 'getMe')
      return {
        id: 1_234_567,
        is_bot: true,
        first_name: 'Our shop',
        username: 'shopbot',
        can_join_groups: true,
      };
    if (method === 'setWebhook')
      this.webhook = { url: String(params.url), secret: String(params.secret_token ?? '') };
    if (method === 'deleteWebhook') this.webhook = undefined;
    if (method === 'getFile') return { file_id: params.file_id, file_path: `files/${params.file_id}` };
    if (method === 'sendChatAction' && params.action === 'typing')
      this.shown.push({ what: 'typing', to: String(params.chat_id) });
    if (!isSend(method)) return true;
    this.#numbers += 1;
    this.taken.push({
      id: String(this.#numbers),
      to: String(params.chat_id),
      text: String(params.text ?? params.caption ?? ''),
    });
    const kind = method.slice('send'.length).toLowerCase();
    const file = { file_id: `${kind}-${this.#numbers}`, file_unique_id: 'u' };
    const told = kind === 'photo' ? [file] : file;
    return {
      message_id: this.#numbers,
      date: Math.floor(Date.now() / 1000),
      chat: { id: Number(params.chat_id), type: 'private' },
      ...(kind === 'message' ? { text: params.text } : { [kind]: told }),
    };
  }
}

/** An error in the words of the Bot API. */
export function refusal(error_code: number, description: string, parameters?: object) {
  return { ok: false, error_code, description, parameters };
}

async function paramsOf(body: Buffer, type: string): Promise<Record<string, unknown>> {
  if (!type.startsWith('multipart/')) return JSON.parse(body.toString() || '{}');
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const params: Record<string, unknown> = {};
  for (const [name, value] of form)
    params[name] = typeof value === 'string' ? value : { name: value.name, bytes: await value.text() };
  return params;
}

/** A Bot API that knows one bot. It tells of no receipts, as Telegram does not. */
export const simulator: Simulator = {
  name: 'telegram',
  about: 'Telegram’s Bot API.',
  person: '501',
  async start({ port, board }): Promise<Simulated> {
    const telegram = await FakeTelegram.open(board, port);
    return {
      type: 'tg',
      settings: { ...telegram.settings, mode: 'polling' },
      taken: telegram.taken,
      shown: telegram.shown,
      say: (from, text) => telegram.say(Number(from), text),
      cut: () => telegram.cut(),
      close: () => telegram.close(),
    };
  },
};
