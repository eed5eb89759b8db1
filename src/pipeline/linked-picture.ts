import type { Capabilities, Channel, MediaRule } from '../channels/channel.ts';
import { checkMedia, fits, versionFor } from '../channels/limits.ts';
import { SendFailure } from '../model/failure.ts';
import type { Content, Media, MediaType } from '../model/message.ts';
import { urlOf } from '../model/web-address.ts';
import { isUnavailable } from '../store/database.ts';
import * as files from '../store/media.ts';
import type { Context } from './context.ts';
import { fileIn, typeIn, withFile } from './file-in-content.ts';
import { dropFiles, keepOrNote } from './file-removal.ts';
import { FileTooLarge, sendFailureOf } from './file-store.ts';
import { type LinkFacts, rememberLink, whatIsBehind } from './link-facts.ts';
import { fillFrom } from './linked-file.ts';
import { Interrupted } from './outside.ts';

/** A larger picture behind a link is not fetched to be made into another one, bytes. */
const mostBytes = 32 * 1024 * 1024;
/** A picture that may go as it is holds its message up no longer, ms; one that may not is waited for so long. */
const lookMs = 5000;
const fetchMs = 60_000;

/** A message on its way out, as far as its picture needs it. */
interface Sending {
  id: string;
  businessId: number;
  channelId: string;
  /** Nothing of it is kept once it has gone, and so no picture, either: that goes by its link. */
  mask: boolean;
}

/** Links behind which somebody looks at this moment: whoever else has them waits, and knows then. */
const looks = new Map<string, Promise<unknown>>();

/**
 * The same message, with the picture behind a link of others as a file of ours, where its channel would not take or show the
 * picture as it is: it is fetched once for the message, kept with it, and goes from there as any file of ours. A picture that
 * the channel takes goes by its link, as does one that we cannot look at while nothing says that it would be refused. Throws
 * `SendFailure` where it would be: why it could not be fetched, or what it is.
 */
export async function withLinkedPicture(
  ctx: Pick<Context, 'db' | 'files' | 'log' | 'call'>,
  door: Channel,
  account: Record<string, unknown>,
  message: Sending,
  content: Content,
): Promise<Content> {
  const wanted = message.mask || door.linksOnly?.(account) ? undefined : pictureIn(content, door.carries);
  if (!wanted) return content;
  const own = ownIn(content, message.id);
  const { media, rule } = wanted;
  const known = whatIsBehind(media.link);
  const told = known?.is ?? toldOf(media);
  const mustChange = !hasOtherWay(rule) && !fits(told, rule);
  // What it is, its bytes say, and not who sent it.
  const asItIs = () => withFile(content, whatIsBehind(media.link)?.is ?? {});
  if (known && !mustChange && !isWanting(wanted, told)) return asItIs();
  if (await files.ofBusiness(ctx.db, message.businessId, message.id)) return own;
  if (known && !known.is && !mustChange) return asItIs();
  const look = known ? undefined : looks.get(media.link);
  if (look) return look.then(() => withLinkedPicture(ctx, door, account, message, content));
  try {
    const fetching = fetched(ctx, message, wanted, mustChange);
    if (!known && !mustChange) share(media.link, fetching);
    return (await fetching) ? own : asItIs();
  } catch (error) {
    if (error instanceof Refused) throw error.failure;
    const why = failureOf(error);
    if (mustChange || isTooLarge(why, rule)) throw why;
    if (!(why instanceof SendFailure)) {
      if (isUnavailable(why)) throw why;
      ctx.log.warn({ err: why, message: message.id }, 'nobody could look at a picture behind a link');
    }
    return asItIs();
  }
}

/** Lets others with the same link wait for a look at it. */
function share(link: string, looking: Promise<unknown>): void {
  const over = () => void looks.delete(link);
  looks.set(link, looking.then(over, over));
}

/** Whatever it is, the channel would find it too large. */
function isTooLarge(why: unknown, rule: MediaRule): boolean {
  return why instanceof FileTooLarge && !hasOtherWay(rule) && rule.maxBytes <= mostBytes;
}

/** The same message, with a file of ours in place of the link. */
function ownIn(content: Content, id: string): Content {
  const own = <M extends Media>({ link: _, ...said }: M) => ({ ...said, id });
  const { media, template } = content;
  if (media) return { ...content, media: own(media) };
  return template?.media ? { ...content, template: { ...template, media: own(template.media) } } : content;
}

/** A picture behind a link, and what its channel takes of its type. */
interface LinkedPicture {
  type: MediaType;
  media: Media & { link: string };
  rule: MediaRule;
  carries: Capabilities;
}

/** The picture that a message names by a link of others, where its channel does not take or show just any. */
function pictureIn(content: Content, carries: Capabilities): LinkedPicture | undefined {
  const [type, media] = [typeIn(content), fileIn(content)];
  const rule = carries.media?.[type];
  if (media?.link === undefined || media.id !== undefined || media.providerId !== undefined) return undefined;
  if (!rule || carries.out[type] !== 'native' || !(type === 'image' || type === 'sticker')) return undefined;
  const isLimited = rule.mimes.length > 0 || rule.shows !== undefined || rule.previewBytes !== undefined;
  return isLimited ? { type, media: { ...media, link: media.link }, rule, carries } : undefined;
}

/** What the channel does not take goes as a link or a document there: it need not be refused. */
function hasOtherWay({ orLink, mimes }: MediaRule): boolean {
  return orLink === true || mimes.length === 0;
}

/** Whether something is made of such a picture before it goes. */
function isWanting({ type, rule, carries }: LinkedPicture, file: LinkFacts): boolean {
  const { previewBytes = Number.POSITIVE_INFINITY } = rule;
  return versionFor(type, file, carries) !== undefined || (file.sizeBytes ?? 0) > previewBytes;
}

const kinds: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  tif: 'image/tiff',
  tiff: 'image/tiff',
};

/** What a picture is by what is said of it, before anybody has looked. */
function toldOf({ mime, filename, link = '', sizeBytes }: Media): LinkFacts {
  const ending = /\.(\w{3,4})$/.exec(filename ?? urlOf(link)?.pathname ?? '')?.[1]?.toLowerCase();
  const kind = mime ?? (ending && kinds[ending]);
  return { ...(kind && { mime: kind }), ...(sizeBytes !== undefined && { sizeBytes }) };
}

/** It may go as it is: nothing is kept of it. */
class AsItIs extends Error {}

/** It was looked at, and the channel would refuse it. */
class Refused extends Error {
  readonly failure: SendFailure;
  constructor(failure: SendFailure) {
    super();
    this.failure = failure;
  }
}

/** Fetches a picture, and keeps it with its message where something is to be made of it. False: it may go as it is. */
async function fetched(
  ctx: Pick<Context, 'db' | 'files' | 'log' | 'call'>,
  message: Sending,
  wanted: LinkedPicture,
  mustChange: boolean,
): Promise<boolean> {
  const { id, businessId, channelId } = message;
  const { link, filename } = wanted.media;
  const fill = fillFrom(ctx, link, mustChange ? fetchMs : lookMs);
  const keeping = ctx.files.keep(id, mostBytes, fill, (kept) => assertWanting(wanted, kept, mustChange));
  try {
    const kept = await keepOrNote(ctx, { businessId, id }, keeping);
    const file = { businessId, id, channelId, providerRef: { link }, kept };
    if (await files.fetchedFor(ctx.db, { ...file, ...(filename !== undefined && { filename }) })) return true;
    await dropFiles(ctx, businessId, [id]);
    return false;
  } catch (error) {
    if (error instanceof AsItIs) return false;
    if (!whatIsBehind(link)) rememberLink(link, {});
    throw error;
  }
}

function assertWanting(wanted: LinkedPicture, kept: files.Kept, mustChange: boolean): void {
  const { type, media, rule, carries } = wanted;
  // Sites show a page to strangers, and the picture to those whom they know: the provider may be one of them.
  const isPicture = kept.mime.startsWith('image/');
  rememberLink(media.link, isPicture ? { is: { mime: kept.mime, sizeBytes: kept.sizeBytes } } : {});
  if (!isPicture && !mustChange) throw new AsItIs();
  if (isWanting(wanted, kept)) return;
  if (hasOtherWay(rule) || fits(kept, rule)) throw new AsItIs();
  try {
    checkMedia({ type, media: kept }, carries);
  } catch (error) {
    throw error instanceof SendFailure ? new Refused(error) : error;
  }
}

/** Nobody has been written to yet: whatever broke off is tried again. */
function failureOf(error: unknown): unknown {
  if (error instanceof Interrupted) return new SendFailure({ class: 'UNAVAILABLE', text: error.message });
  return sendFailureOf(error);
}
