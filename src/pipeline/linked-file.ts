import { openAsBlob } from 'node:fs';
import type { Call, Channel, UploadFile } from '../channels/channel.ts';
import { download, largestFile } from '../channels/download.ts';
import { SendFailure } from '../model/failure.ts';
import type { Content } from '../model/message.ts';
import { urlOf } from '../model/web-address.ts';
import type { Context } from './context.ts';
import type { Fill, StagedFile } from './file-store.ts';

/** A file behind a link that goes along with a message. It lies on our disk until `drop`. */
export interface LinkedFile {
  /** Fetches it. Throws `SendFailure`. */
  open(): Promise<UploadFile>;
  drop(): Promise<void>;
}

/** The file that a message names by a link, for channels that send its bytes; undefined for all others. */
export function linkedFile(ctx: Context, door: Channel, content: Content): LinkedFile | undefined {
  const media = content.media ?? content.template?.media;
  if (!door.carries.fetchesLinks || media?.link === undefined || media.id !== undefined) return undefined;
  const rule = door.carries.media?.[content.media ? content.type : content.template!.media!.type];
  return fileBehind(ctx, { ...media, link: media.link }, rule?.maxBytes ?? largestFile);
}

/** The file behind a link, of `maxBytes` at most. */
export function fileBehind(
  ctx: Pick<Context, 'files' | 'call'>,
  media: { link: string; filename?: string },
  maxBytes: number,
): LinkedFile {
  const { link } = media;
  let staged: StagedFile | undefined;
  return {
    async open() {
      staged = await ctx.files.stage(maxBytes, fillFrom(ctx, link));
      const { mime } = staged.kept;
      const filename = media.filename ?? nameIn(link);
      return {
        blob: await openAsBlob(staged.path, { type: mime }),
        mime,
        ...(filename && { filename }),
      };
    },
    drop: async () => staged?.drop(),
  };
}

/** All of a fetch, ms, wherever its link leads. */
const wholeMs = 120_000;

/** Saves what is behind a link, within `withinMs`. Throws `SendFailure`: what is amiss is amiss with the link. */
export function fillFrom({ call }: Pick<Context, 'call'>, link: string, withinMs = wholeMs): Fill {
  return async (save) => {
    const asking = following(call, withinMs);
    await download({ url: link }, asking, save).catch((error: unknown) => Promise.reject(fetching(error)));
    return {};
  };
}

/** Sites lead to where their files are now; where to, is judged as any address is. */
const mostRedirects = 3;

function following(call: Call, withinMs: number): Call {
  return async (request) => {
    const until = performance.now() + withinMs;
    const ask = (url: string) => call({ ...request, url, timeoutMs: Math.max(1, until - performance.now()) });
    let answer = await ask(request.url);
    for (let url = request.url, i = 0; i < mostRedirects; i++) {
      const { location } = answer.headers;
      if (answer.status < 300 || answer.status > 399 || location === undefined) return answer;
      if (!URL.canParse(location, url)) return answer;
      url = new URL(location, url).href;
      answer = await ask(url);
    }
    return answer;
  };
}

/**
 * Nobody has been written to yet, and the address is the message's own: no setting could mend it, and a site that is asked
 * too often is none of the channel's business.
 */
function fetching(error: unknown): unknown {
  if (!(error instanceof SendFailure)) return error;
  const { failure } = error;
  if (failure.class === 'OUTCOME_UNKNOWN' || failure.class === 'RATE_LIMITED')
    return new SendFailure({ ...failure, class: 'UNAVAILABLE' });
  const isTheirs = failure.class === 'CONFIG' || failure.class === 'AUTH';
  return isTheirs ? new SendFailure({ ...failure, class: 'CONTENT_REJECTED' }) : error;
}

/** The last part of its path, where that looks like the name of a file. */
function nameIn(link: string): string | undefined {
  const last = urlOf(link)?.pathname.split('/').at(-1) ?? '';
  return /^[\w.-]+\.\w{1,8}$/.test(last) ? last : undefined;
}
