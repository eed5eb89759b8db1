import { openAsBlob } from 'node:fs';
import type { Channel, UploadFile } from '../channels/channel.ts';
import { download, largestFile } from '../channels/download.ts';
import { SendFailure } from '../model/failure.ts';
import type { Content } from '../model/message.ts';
import { urlOf } from '../model/web-address.ts';
import type { Context } from './context.ts';
import type { StagedFile } from './file-store.ts';

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
      staged = await ctx.files.stage(maxBytes, async (save) => {
        await download({ url: link }, ctx.call, save).catch((error: unknown) =>
          Promise.reject(fetching(error)),
        );
        return {};
      });
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

/** Nobody has been written to yet, and the address is the message's own: no setting could mend it. */
function fetching(error: unknown): unknown {
  if (!(error instanceof SendFailure)) return error;
  const { failure } = error;
  if (failure.class === 'OUTCOME_UNKNOWN') return new SendFailure({ ...failure, class: 'UNAVAILABLE' });
  const isTheirs = failure.class === 'CONFIG' || failure.class === 'AUTH';
  return isTheirs ? new SendFailure({ ...failure, class: 'CONTENT_REJECTED' }) : error;
}

/** The last part of its path, where that looks like the name of a file. */
function nameIn(link: string): string | undefined {
  const last = urlOf(link)?.pathname.split('/').at(-1) ?? '';
  return /^[\w.-]+\.\w{1,8}$/.test(last) ? last : undefined;
}
