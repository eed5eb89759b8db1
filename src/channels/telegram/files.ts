import { SendFailure } from '../../model/failure.ts';
import type { Content, Media } from '../../model/message.ts';
import type { Call, FetchedMedia, Save } from '../channel.ts';
import { download } from '../download.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { TelegramAccount } from './account.ts';
import { resultOf } from './bot.ts';
import { mostPhoto } from './capabilities.ts';

/** As what a file goes; each has a method, and a field of the same name. */
export type FileKind = 'photo' | 'animation' | 'video' | 'audio' | 'voice' | 'document' | 'sticker';

/** `sendPhoto` for a photo. */
export function methodOf(kind: FileKind): string {
  return `send${kind[0]!.toUpperCase()}${kind.slice(1)}`;
}

const photos = ['image/jpeg', 'image/png', 'image/webp'];
const sounds = ['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/m4a'];

/** As what a file goes that Telegram shows as such; what it would refuse goes as a document. */
export function kindOf({ type, media = {} }: Content, hasWords: boolean): FileKind {
  const mime = media.mime?.split(';')[0]?.trim().toLowerCase();
  const is = (...mimes: string[]) => mime === undefined || mimes.includes(mime);
  const isSmall = (media.sizeBytes ?? 0) <= mostPhoto;
  switch (type) {
    case 'sticker':
      if (mime === 'image/webp' && !hasWords && !media.caption) return 'sticker';
      return is(...photos) && isSmall ? 'photo' : 'document';
    case 'image':
      if (mime === 'image/gif') return 'animation';
      return is(...photos) && isSmall ? 'photo' : 'document';
    case 'video':
      return is('video/mp4') ? 'video' : 'document';
    case 'voice':
      return is('audio/ogg', ...sounds) ? 'voice' : 'document';
    case 'audio':
      if (mime === 'audio/ogg') return 'voice';
      return is(...sounds) ? 'audio' : 'document';
    default:
      return 'document';
  }
}

/** As what the provider knows a file that was sent before: its id is good for its own kind alone. */
export function knownAs(kind: FileKind, fileId: string): string {
  return `${kind}:${fileId}`;
}

/** The provider's id of a file, when it was sent as this kind before. */
export function fileIdOf({ providerId }: Media, kind: FileKind): string | undefined {
  return providerId?.startsWith(`${kind}:`) ? providerId.slice(kind.length + 1) : undefined;
}

/** The id of the file inside a message that was sent; of a photo, of its largest size. */
export function fileIdIn(message: Record<string, unknown>, kind: FileKind): string | undefined {
  const told = message[kind];
  return textOf(objectOf(Array.isArray(told) ? told.at(-1) : told).file_id);
}

/** Telegram fetches a document by its address only when it is one of these. */
export function isFetchable({ link = '', mime, filename }: Media, kind: FileKind): boolean {
  if (kind !== 'document') return true;
  const path = link.split(/[?#]/)[0]!;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const keepsName = filename === undefined || decoded(name) === filename;
  return keepsName && (/\.(pdf|zip|gif)$/i.test(name) || /pdf|zip|gif/.test(mime ?? ''));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Fetches a file that somebody sent, of up to 20 MB: first where it is, then the bytes. */
export async function fetchMedia(
  media: Media,
  account: TelegramAccount,
  call: Call,
  save: Save,
): Promise<FetchedMedia> {
  if (media.providerId === undefined) {
    throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'Telegram gave the file no id.' });
  }
  const found = await resultOf(account, { method: 'getFile', params: { file_id: media.providerId } }, call);
  const path = textOf(objectOf(found).file_path);
  if (path === undefined) throw new SendFailure({ class: 'MEDIA', text: 'Telegram gave the file no place.' });
  const place = path.split('/').map(encodeURIComponent).join('/');
  await download({ url: `${base(account.apiBase)}/file/bot${account.botToken}/${place}` }, call, save);
  return {};
}
