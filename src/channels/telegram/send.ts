import { SendFailure } from '../../model/failure.ts';
import type { Media } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { Call, Outgoing, Sent } from '../channel.ts';
import { download } from '../download.ts';
import { objectOf, textOf } from '../json.ts';
import type { TelegramAccount } from './account.ts';
import { type Answered, type Asked, ask } from './bot.ts';
import { mostUpload } from './capabilities.ts';
import { type FileKind, fileIdIn, fileIdOf, isFetchable, knownAs } from './files.ts';
import { type Request, requestOf } from './request.ts';

/** Ids of files do not expire; forgotten now and then all the same, so that none is kept for nothing. In ms. */
const fileLifeMs = 90 * 24 * 3_600_000;

/** Sends a message. A group that became a larger one has another id: it is written to under that one. */
export async function send(message: Outgoing, account: TelegramAccount, call: Call): Promise<Sent> {
  const answered = await deliver(message, account, call);
  if (!('refused' in answered)) return sentOf(message, answered.result);
  if (answered.migratedTo === undefined) throw answered.refused;
  const moved = { ...message, csid: answered.migratedTo };
  const again = await deliver(moved, account, call);
  if ('refused' in again) throw again.refused;
  return { ...sentOf(moved, again.result), csid: moved.csid };
}

async function deliver(message: Outgoing, account: TelegramAccount, call: Call): Promise<Answered> {
  const request = requestOf(message);
  const { kind } = request;
  const { media } = message.content;
  if (kind === undefined || !media) return ask(account, request, call);
  const known = fileIdOf(media, kind);
  if (known !== undefined) return ask(account, withFile(request, kind, known), call);
  if (message.file) {
    const { blob, mime, filename = 'file' } = await message.file();
    return ask(account, { ...request, file: { field: kind, blob, mime, filename } }, call);
  }
  return byLink(request, kind, media, account, call);
}

/** Telegram fetches the file itself; what it cannot fetch is fetched by us, and uploaded. */
async function byLink(
  request: Request,
  kind: FileKind,
  media: Media,
  account: TelegramAccount,
  call: Call,
): Promise<Answered> {
  const { link } = media;
  if (link === undefined) {
    throw new SendFailure({ class: 'CONTENT_REJECTED', code: 'NO_LINK', text: 'The file has no address.' });
  }
  if (isFetchable(media, kind)) {
    const answered = await ask(account, withFile(request, kind, link), call);
    if (!('refused' in answered) || answered.refused.failure.class !== 'MEDIA') return answered;
  }
  return inTurn(async () => {
    const blob = await fetched(link, media, call);
    const file: Asked['file'] = { field: kind, blob, mime: blob.type, filename: nameOf(media) };
    return ask(account, { ...request, file }, call);
  });
}

function withFile(request: Request, kind: FileKind, file: string): Asked {
  return { method: request.method, params: { ...request.params, [kind]: file } };
}

let turn: Promise<unknown> = Promise.resolve();

/** One at a time: such a file stands in memory. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work, work);
  turn = mine.catch(() => undefined);
  return mine;
}

async function fetched(link: string, { mime }: Media, call: Call): Promise<Blob> {
  const chunks: Buffer[] = [];
  let size = 0;
  const save = async (chunk: Buffer) => {
    size += chunk.length;
    if (size > mostUpload) {
      throw new SendFailure({
        class: 'CONTENT_TOO_LONG',
        code: 'MEDIA_TOO_LARGE',
        text: 'Telegram takes files of at most 50 MB.',
      });
    }
    chunks.push(chunk);
  };
  try {
    await download({ url: link }, call, save);
  } catch (error) {
    // Nobody has been written to, and the address is the sender's word: no fault of the bot's settings.
    if (!(error instanceof SendFailure) || error.failure.class === 'CONTENT_TOO_LONG') throw error;
    throw new SendFailure({ ...error.failure, class: 'MEDIA' });
  }
  return new Blob(chunks as Uint8Array<ArrayBuffer>[], { type: mime ?? 'application/octet-stream' });
}

function nameOf({ filename, link = '' }: Media): string {
  const path = link.split(/[?#]/)[0]!;
  return filename || path.slice(path.lastIndexOf('/') + 1) || 'file';
}

function sentOf({ content, file }: Outgoing, result: unknown): Sent {
  // A reaction is no message of its own.
  if (content.type === 'reaction' && result === true) return {};
  const told = objectOf(result);
  const [chat, number] = [textOf(objectOf(told.chat).id), textOf(told.message_id)];
  if (chat === undefined || number === undefined) {
    throw new SendFailure({
      class: 'OUTCOME_UNKNOWN',
      code: '200',
      text: 'Telegram took the message, it seems, but gave no id.',
    });
  }
  return present({ providerId: `${chat}:${number}`, uploaded: file && uploadedIn(told) });
}

const kinds: readonly FileKind[] = ['photo', 'animation', 'video', 'audio', 'voice', 'sticker', 'document'];

/** As what a file of ours can be sent again without its bytes. */
function uploadedIn(message: Record<string, unknown>): Sent['uploaded'] {
  for (const kind of kinds) {
    const id = fileIdIn(message, kind);
    if (id !== undefined) return { providerId: knownAs(kind, id), lifeMs: fileLifeMs };
  }
  return undefined;
}
