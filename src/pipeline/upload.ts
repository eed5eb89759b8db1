import { openAsBlob } from 'node:fs';
import type { Channel, Sent, UploadFile } from '../channels/channel.ts';
import { renderFor } from '../channels/fallback.ts';
import { checkMedia, type PictureVersion, versionFor } from '../channels/limits.ts';
import { type Failure, SendFailure } from '../model/failure.ts';
import type { Content, Media } from '../model/message.ts';
import { present } from '../model/present.ts';
import type { Queryable } from '../store/database.ts';
import * as media from '../store/media.ts';
import * as uploads from '../store/media-uploads.ts';
import { besideName, namesOf } from './beside-file.ts';
import type { Context } from './context.ts';
import { fileIn, typeIn, withFile } from './file-in-content.ts';
import { type FileStore, type LocalFile, sendFailureOf } from './file-store.ts';
import { stateOf } from './files.ts';
import { Interrupted } from './outside.ts';
import { describedBy } from './own-files.ts';
import { storable } from './storable.ts';

/** A file whose bytes are here; `beside`: what was made of it goes in its place. */
type HeldFile = NonNullable<Awaited<ReturnType<typeof media.onChannel>>> & { beside?: PictureVersion };

const whyUnconverted = {
  none: 'It could not be converted: it is damaged, or has more than 64 million pixels.',
  unable: 'It could not be converted: this server cannot convert pictures, as its log says.',
};

/** A file of ours on its way out over one channel. */
export interface OutgoingFile extends uploads.UploadKey {
  /** Undefined: there is none any more. */
  file: HeldFile | undefined;
  /** It is a picture that should go as another one, and why that could not be made. */
  unconverted?: keyof typeof whyUnconverted;
  /** As what the provider was told of it in this attempt, and whether it has been so since an earlier one. */
  used?: { providerId: string; isOld: boolean };
  /** Opens it, for channels that send files along with messages. */
  open?: () => Promise<UploadFile>;
  /** Its bytes, once opened: to be dropped when the message has gone. */
  local?: LocalFile;
}

/** The file of ours that a message carries, if it does. */
export async function outgoingFile(
  ctx: Pick<Context, 'db'>,
  { businessId, channelId, content }: { businessId: number; channelId: string; content: Content },
): Promise<OutgoingFile | undefined> {
  const mediaId = fileIn(content)?.id;
  if (mediaId === undefined) return undefined;
  const key = { businessId, channelId, mediaId };
  return { ...key, file: await media.onChannel(ctx.db, key) };
}

/**
 * A message as its channel carries it, its file uploaded where the provider takes bytes, and named by its
 * address where it does not (channels.md rule 8). Throws `SendFailure`, before any upload when the channel
 * does not carry the file.
 */
export async function carried(
  ctx: Context,
  door: Channel,
  account: Record<string, unknown>,
  content: Content,
  outgoing: OutgoingFile | undefined,
): Promise<Content> {
  if (!outgoing) return renderFor(content, door.carries);
  const file = await asTaken(ctx, door, content, outgoing);
  const preview = await previewOf(ctx, door, content, file);
  const length = await lengthOf(ctx, door, content, file);
  const own = { ...linked(ctx, fileIn(content)!, file), ...preview, ...length };
  const shown = shownWith(content, own, door.carries, outgoing);
  if (!fileIn(shown)) return shown;
  if (door.sendsFiles) return alongWith(shown, outgoing, file, ctx.files);
  if (!door.uploadMedia || door.linksFile?.(shown)) return shown;
  const isOld = file.uploadedAs !== undefined;
  const providerId = file.uploadedAs ?? (await uploadOnce(ctx, door, account, outgoing, file));
  outgoing.used = { providerId, isOld };
  return withFile(shown, { providerId });
}

/** The message as the channel shows it, with its file. Throws `SendFailure`: the channel does not carry that. */
function shownWith(
  content: Content,
  file: Media,
  carries: Channel['carries'],
  { unconverted }: OutgoingFile,
): Content {
  try {
    const shown = renderFor(withFile(content, file), carries);
    const header = shown.template?.media;
    if (header) checkMedia({ type: header.type, media: header }, carries);
    return shown;
  } catch (error) {
    if (unconverted === undefined || !(error instanceof SendFailure)) throw error;
    const why = whyUnconverted[unconverted];
    throw new SendFailure({ ...error.failure, text: `${error.failure.text ?? ''} ${why}`.trim() });
  }
}

/** A file as a message tells it, with its address. */
function linked({ mediaLinks }: Pick<Context, 'mediaLinks'>, said: Media, file: HeldFile): Media {
  const { link: given, ...own } = describedBy(said, file);
  if (file.beside === undefined) return { ...own, link: given ?? mediaLinks.of(file.id, true) };
  const filename = own.filename && renamed(own.filename, file.mime);
  return present({ ...own, filename, link: mediaLinks.of(file.id, true, file.beside) });
}

/** The file, or, of a picture that the channel does not take as it is, what can be made of it. */
async function asTaken(
  ctx: Context,
  { carries }: Channel,
  content: Content,
  outgoing: OutgoingFile,
): Promise<HeldFile> {
  const file = available(outgoing.file);
  const type = typeIn(content);
  const beside = versionFor(type, file, carries);
  if (beside === undefined) return file;
  const made = await ctx.pictures
    .version(file, beside)
    .catch((error: unknown) => Promise.reject(sendFailureOf(error)));
  // What the channel makes of such a file is its own: it is refused, or goes as a link or a document.
  if (typeof made === 'string') {
    outgoing.unconverted = made;
    return file;
  }
  outgoing.mediaId = besideName(file.id, beside);
  const { uploadedAs: _, ...rest } = file;
  const uploadedAs = await uploads.find(ctx.db, outgoing);
  const filename = file.filename && renamed(file.filename, made.mime);
  const taken = present({ ...rest, ...made, beside, uploadedAs, filename });
  outgoing.file = taken;
  return taken;
}

/** Where the smaller picture lies that stands for a larger one, on channels that want one; made where there is none yet. */
async function previewOf(
  ctx: Context,
  { carries }: Channel,
  content: Content,
  file: HeldFile,
): Promise<Pick<Media, 'previewLink'>> {
  const { previewBytes = Number.POSITIVE_INFINITY } = carries.media?.[typeIn(content)] ?? {};
  if ((file.sizeBytes ?? 0) <= previewBytes) return {};
  const made = await ctx.pictures
    .version(file, 'photo')
    .catch((error: unknown) => Promise.reject(sendFailureOf(error)));
  return typeof made === 'string' ? {} : { previewLink: ctx.mediaLinks.of(file.id, true, 'photo') };
}

/** How long a sound lasts, on channels that say so. */
async function lengthOf(
  ctx: Context,
  { carries }: Channel,
  content: Content,
  file: HeldFile,
): Promise<Pick<Media, 'durationMs'>> {
  if (!carries.media?.[typeIn(content)]?.tellsLength) return {};
  return present({ durationMs: await ctx.sounds.lengthOf(file) });
}

/** A file's name with the ending of what it is now. */
function renamed(filename: string, mime = ''): string {
  return `${filename.replace(/\.[^.]{1,5}$/, '')}.${mime === 'image/jpeg' ? 'jpg' : mime.slice('image/'.length)}`;
}

/** The file goes with the message itself, or is named as the provider knows it since an earlier one. */
function alongWith(shown: Content, outgoing: OutgoingFile, file: HeldFile, files: FileStore): Content {
  outgoing.open = async () => {
    const { local, ...opened } = await openFile(files, file);
    outgoing.local = local;
    return opened;
  };
  if (file.uploadedAs === undefined) return shown;
  outgoing.used = { providerId: file.uploadedAs, isOld: true };
  return withFile(shown, { providerId: file.uploadedAs });
}

/** Remembers what the provider calls a file that went out with a message. */
export async function noteUploaded(
  ctx: Pick<Context, 'db' | 'log'>,
  outgoing: OutgoingFile | undefined,
  { uploaded }: Sent,
): Promise<void> {
  if (!outgoing || !uploaded || uploaded.providerId === outgoing.used?.providerId) return;
  await uploads
    .remember(ctx.db, outgoing, uploaded)
    .catch((error: unknown) => ctx.log.warn({ err: error }, 'an upload could not be remembered'));
}

/** Read from the disk as it is sent: a large file never stands in memory. */
export async function openFile(
  files: FileStore,
  { id, mime = 'application/octet-stream', filename, beside }: media.MediaFile & { beside?: PictureVersion },
): Promise<UploadFile & { local: LocalFile }> {
  const name = beside === undefined ? id : besideName(id, beside);
  const local = await files.local(name).catch((error: unknown) => Promise.reject(sendFailureOf(error)));
  const blob = await openAsBlob(local.path, { type: mime });
  return { blob, mime, local, ...(filename !== undefined && { filename }) };
}

/**
 * The failure of a send that carried a file of ours. What the provider would not use is forgotten, so that
 * it is uploaded afresh; it may have dropped what it was given some time ago, and then says no more than
 * that the content is wrong: that is tried once more (channels.md 1.1, MEDIA).
 */
export async function afterRefusal(
  ctx: Pick<Context, 'db'>,
  failure: Failure,
  outgoing: OutgoingFile | undefined,
): Promise<Failure> {
  if (!outgoing?.used) return failure;
  const { providerId, isOld } = outgoing.used;
  const mayBeTheFile = failure.class === 'MEDIA' || (isOld && failure.class === 'CONTENT_REJECTED');
  if (!mayBeTheFile) return failure;
  await uploads.forget(ctx.db, outgoing, providerId);
  return { ...failure, class: 'MEDIA' };
}

/**
 * The provider took these messages, and reported later that it could not use their file: it is uploaded
 * afresh for the next one.
 */
export async function forgetRefused(
  tx: Queryable,
  messages: readonly { businessId: number; channelId: string; content: Content }[],
): Promise<void> {
  await uploads.forgetFiles(
    tx,
    messages.flatMap(({ businessId, channelId, content }) => {
      const id = fileIn(content)?.id;
      // Nobody noted in which of its forms it went.
      return id === undefined ? [] : namesOf(id).map((mediaId) => ({ businessId, channelId, mediaId }));
    }),
  );
}

/** The file, where its bytes are here. Throws `SendFailure`. */
export function available<F extends media.MediaFile>(file: F | undefined): F {
  if (file && stateOf(file) === 'stored') return file;
  // It came with a message a moment ago, and is being fetched itself.
  if (file && stateOf(file) === 'fetching') {
    throw new SendFailure({
      class: 'UNAVAILABLE',
      code: 'MEDIA_NOT_FETCHED',
      text: 'The file has not been fetched yet from the channel that it came from.',
      retryAfterMs: 2000,
    });
  }
  throw new SendFailure({
    class: 'CONTENT_REJECTED',
    code: 'UNKNOWN_MEDIA',
    text: 'The file of the message is not there any more.',
  });
}

/** Uploads under way: a file that many messages carry at once is uploaded once. */
const underWay = new Map<string, Promise<string>>();

function uploadOnce(
  ctx: Context,
  door: Channel,
  account: Record<string, unknown>,
  key: uploads.UploadKey,
  file: media.MediaFile,
): Promise<string> {
  const name = `${key.businessId} ${key.channelId} ${key.mediaId}`;
  const known = underWay.get(name);
  if (known) return known;
  // Another message's upload may have ended between our look at the file and now.
  const uploading = uploads
    .find(ctx.db, key)
    .then((providerId) => providerId ?? upload(ctx, door, account, key, file))
    .finally(() => underWay.delete(name));
  underWay.set(name, uploading);
  return uploading;
}

async function upload(
  ctx: Context,
  door: Channel,
  account: Record<string, unknown>,
  key: uploads.UploadKey,
  file: media.MediaFile,
): Promise<string> {
  const { local, ...opened } = await openFile(ctx.files, file);
  try {
    const { providerId, lifeMs } = storable(await door.uploadMedia!(opened, account, ctx.call));
    await uploads
      .remember(ctx.db, key, { providerId, lifeMs })
      .catch((error: unknown) => ctx.log.warn({ err: error }, 'an upload could not be remembered'));
    return providerId;
  } catch (error) {
    // Nobody has been written to yet: an upload whose outcome is not known may be repeated.
    if (error instanceof Interrupted) throw new SendFailure({ class: 'UNAVAILABLE', text: error.message });
    if (!(error instanceof SendFailure) || error.failure.class !== 'OUTCOME_UNKNOWN') throw error;
    throw new SendFailure({ ...error.failure, class: 'UNAVAILABLE' });
  } finally {
    await local.drop();
  }
}
