import type { Channel, UploadFile } from '../channels/channel.ts';
import type { Attachment, Content } from '../model/message.ts';
import * as media from '../store/media.ts';
import type { Context } from './context.ts';
import { linkedFile } from './linked-file.ts';
import { describedBy } from './own-files.ts';
import { available, openFile } from './upload.ts';

/** The files that go with a text. */
export interface AttachedFiles {
  /** The message with the files as we know them, each with an address. Throws `SendFailure`. */
  content(): Promise<Content>;
  /** Open them, in their order, on channels that take them with the message; else undefined. */
  readonly files: (() => Promise<UploadFile>)[] | undefined;
  /** Drops what was opened. */
  drop(): Promise<void>;
}

/** The attachments of a message that goes out: files of ours, and those behind links. */
export function attachedFiles(
  ctx: Context,
  door: Channel,
  { businessId, content }: { businessId: number; content: Content },
): AttachedFiles {
  const { attachments = [] } = content;
  const opened: { drop(): Promise<void> }[] = [];
  const found = new Map<string, media.MediaFile>();
  const find = async (id: string) => {
    const file = found.get(id) ?? available(await media.ofBusiness(ctx.db, businessId, id));
    found.set(id, file);
    return file;
  };
  const open = async (one: Attachment): Promise<UploadFile> => {
    if (one.id !== undefined) {
      const { local, ...file } = await openFile(ctx.files, await find(one.id));
      opened.push(local);
      return file;
    }
    const linked = linkedFile(ctx, door, { type: one.type, media: one });
    if (!linked) throw new Error(`${door.types[0]} takes letters, but no files behind links`);
    opened.push(linked);
    return linked.open();
  };
  const described = async (one: Attachment): Promise<Attachment> => {
    if (one.id === undefined) return one;
    const file = await find(one.id);
    const link = one.link ?? ctx.mediaLinks.of(file.id, true);
    return { ...one, ...describedBy(one, file), link };
  };
  return {
    content: async () =>
      attachments.length === 0
        ? content
        : { ...content, attachments: await Promise.all(attachments.map(described)) },
    files:
      door.carries.letters && attachments.length > 0 ? attachments.map((one) => () => open(one)) : undefined,
    async drop() {
      for (const one of opened) await one.drop();
    },
  };
}
