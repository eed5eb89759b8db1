import { newId } from '../model/ids.ts';
import type { Media } from '../model/message.ts';
import { notFound, Problem } from '../model/problem.ts';
import * as media from '../store/media.ts';
import * as uploads from '../store/visitor-uploads.ts';
import type { Context } from './context.ts';
import type { NewFile } from './core.ts';
import { dropFiles, keepOrNote } from './file-removal.ts';
import { FileTooLarge, type Fill } from './file-store.ts';
import { nameOfFile } from './files.ts';
import type { Uploaded, Visitor } from './visitor.ts';
import { visitorsOf } from './visitor-frames.ts';

/** Sounds that a browser records come in the boxes of films. */
const soundsInFilms = ['video/webm', 'video/mp4', 'video/ogg'];

/** Keeps a file that a visitor uploads, whatever it says that it is. Throws `Problem`; nothing is left then. */
export async function keepUpload(ctx: Context, visitor: Visitor, given: NewFile): Promise<Uploaded> {
  const { businessId, contactId, channelId } = visitor;
  const rules = visitorsOf(await ctx.setup(businessId), channelId)?.uploads;
  if (!rules) throw new Problem('unauthorized', 'This conversation is closed', { code: 'TOKEN' });
  const filename = given.filename === undefined ? undefined : nameOfFile(given.filename);
  const id = newId();
  const typeOf = (mime: string) => Object.keys(rules.types).find((one) => rules.types[one]!.includes(mime));
  const fill: Fill = (save) => filled(given.bytes, save);
  const keeping = ctx.files.keep(id, rules.maxBytes, fill, ({ mime }) => assertTaken(typeOf(mime)));
  const kept = await keepOrNote(ctx, { businessId, id }, keeping).catch((error: unknown) => {
    if (!(error instanceof FileTooLarge)) throw error;
    throw tooLarge(rules.maxBytes);
  });
  try {
    await ctx.db.transaction(async (tx) => {
      await media.add(tx, { businessId, id, ...kept, ...(filename !== undefined && { filename }) });
      await uploads.add(tx, { businessId, mediaId: id, contactId });
    });
  } catch (error) {
    await dropFiles(ctx, businessId, [id]);
    throw error;
  }
  return {
    id,
    type: typeOf(kept.mime)!,
    mime: kept.mime,
    size: kept.sizeBytes,
    ...(filename !== undefined && { name: filename }),
    url: ctx.mediaLinks.of(id, true),
  };
}

function assertTaken(type: string | undefined): void {
  if (type !== undefined) return;
  throw new Problem('invalid', 'Files of this kind cannot be sent here', {
    field: 'file',
    code: 'FILE_TYPE',
  });
}

/** A file over the limit, which is named. */
export function tooLarge(maxBytes: number): Problem {
  return new Problem('tooLarge', `A file has at most ${maxBytes / (1024 * 1024)} MB`, {
    field: 'file',
    code: 'TOO_LARGE',
  });
}

async function filled(bytes: NewFile['bytes'], save: (chunk: Buffer) => Promise<void>) {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (chunk.length > 0) await save(chunk);
  }
  if (size === 0) throw new Problem('invalid', 'The file is empty', { field: 'file', code: 'EMPTY_FILE' });
  return {};
}

/** The file that a visitor names, as a part of a message of a type. Throws `notFound`, `invalid`. */
export async function namedFile(
  ctx: Context,
  { businessId, contactId, channelId }: Visitor,
  type: unknown,
  given: unknown,
): Promise<Media | undefined> {
  const id = (given as { id?: unknown } | undefined)?.id;
  if (typeof id !== 'string') return undefined;
  const isTheirs = await uploads.isOf(ctx.db, { businessId, mediaId: id, contactId });
  const file = isTheirs ? await media.ofBusiness(ctx.db, businessId, id) : undefined;
  if (!file) throw notFound('media.id', 'NOT_FOUND', 'There is no such upload of this visitor');
  const { types } = visitorsOf(await ctx.setup(businessId), channelId)!.uploads;
  const { mime = '', filename, sizeBytes } = file;
  const kind = type === 'voice' ? 'audio' : String(type);
  const fits =
    kind === 'document' || types[kind]?.includes(mime) || (kind === 'audio' && soundsInFilms.includes(mime));
  if (!fits)
    throw new Problem('invalid', `A file of type ${mime} is no ${String(type)}`, {
      field: 'media.id',
      code: 'FILE_TYPE',
    });
  return {
    id,
    mime,
    ...(filename !== undefined && { filename }),
    ...(sizeBytes !== undefined && { sizeBytes }),
  };
}
