import { fileAt, newKey } from '../api/http.ts';
import type { Content, MessageType } from '../api/message-types.ts';
import type { Channel } from '../api/types.ts';
import { forgetFile, keepFile, keptBefore, onForgotten } from '../store/kept-files.ts';
import { quoteAgain } from '../store/quoted.ts';
import { signal } from '../store/signal.ts';
import { mostBytes, type Stored, typeFor, upload } from './upload.ts';

/** A file that goes with the next answer, or that cannot. */
export interface Attachment {
  id: number;
  /** Under which this browser keeps it, until it is sent or taken away. */
  key: string;
  name: string;
  mime: string;
  size?: number;
  /** Absent: it came back with a message that was not sent, and the server has it. */
  file?: File;
  type: MessageType;
  /** Of a picture, to look at before it is sent. */
  at?: string;
  part: number;
  stored?: Stored;
  /** Why it cannot be sent. */
  refused?: 'type' | 'size' | 'failed';
  most?: number;
  cancel?(): void;
}

/** By conversation: they wait there while another one is open. */
export const attached = signal<Record<string, Attachment[]>>({});

let last = 0;

const nextId = () => {
  last += 1;
  return last;
};

function put(sessionId: string, by: (now: Attachment[]) => Attachment[]): void {
  attached.set((all) => ({ ...all, [sessionId]: by(all[sessionId] ?? []) }));
}

const change = (sessionId: string, id: number, by: Partial<Attachment>) =>
  put(sessionId, (now) => now.map((one) => (one.id === id ? { ...one, ...by } : one)));

/** Keeps a file over a reload, as it is now: one that was sent or taken away meanwhile is not there any more. */
function keep(sessionId: string, id: number): void {
  const one = attached.get()[sessionId]?.find((each) => each.id === id);
  if (!one || (one.refused && one.refused !== 'failed')) return;
  const { key, name, mime, type, file, stored } = one;
  keepFile({ key, sessionId, name, mime, type, ...(file && { file }), ...(stored && { stored }) });
}

/** Keys of what another window has sent or taken away. */
const goneElsewhere = new Set<string>();

onForgotten((forgotten) => {
  if (!('file' in forgotten)) return;
  goneElsewhere.add(forgotten.file);
  for (const [sessionId, waiting] of Object.entries(attached.get())) {
    const gone = waiting.find(({ key }) => key === forgotten.file);
    if (gone) drop(sessionId, gone);
  }
});

/** Finds what an earlier window has left: files go on to the server where they were, and the message that was replied to is there. */
export async function findAttached(): Promise<void> {
  const { files, quotes } = await keptBefore();
  for (const { sessionId, message } of quotes) quoteAgain(sessionId, message);
  for (const { key, sessionId, name, mime, type, file, stored } of files) {
    if (goneElsewhere.has(key) || attached.get()[sessionId]?.some((one) => one.key === key)) continue;
    const id = nextId();
    const isPicture = mime.startsWith('image/');
    const at = isPicture ? (file ? URL.createObjectURL(file) : fileAt(stored?.link)) : undefined;
    const one: Attachment = {
      id,
      key,
      name,
      mime,
      type,
      part: stored ? 1 : 0,
      ...(file && { file, size: file.size }),
      ...(at && { at }),
      ...(stored && { stored }),
    };
    put(sessionId, (now) => [...now, one]);
    if (!stored && file) start(sessionId, id, file);
  }
}

function start(sessionId: string, id: number, file: File): void {
  const { done, cancel } = upload(file, (part) => change(sessionId, id, { part }));
  change(sessionId, id, { cancel, part: 0 });
  done.then(
    (stored) => {
      change(sessionId, id, { stored, part: 1 });
      keep(sessionId, id);
    },
    () => change(sessionId, id, { refused: 'failed' }),
  );
}

/** Takes files along that were chosen, dropped, pasted or recorded: each goes to the server at once, if the channel takes it. */
export function attach(sessionId: string, channel: Channel | undefined, files: File[]): void {
  for (const file of files) {
    const id = nextId();
    const type = typeFor(file, channel);
    const most = type && mostBytes(channel, type);
    const refused = type === undefined ? 'type' : most !== undefined && file.size > most ? 'size' : undefined;
    const one: Attachment = {
      id,
      key: newKey(),
      name: file.name,
      mime: file.type,
      size: file.size,
      file,
      type: type ?? 'document',
      part: 0,
      ...(file.type.startsWith('image/') && { at: URL.createObjectURL(file) }),
      ...(refused && { refused }),
      ...(most !== undefined && { most }),
    };
    put(sessionId, (now) => [...now, one]);
    keep(sessionId, id);
    if (!refused) start(sessionId, id, file);
  }
}

/** Gives a file back that went with a message which was not sent. */
export function giveBack(sessionId: string, { type, media }: Partial<Content>): void {
  if (!type || !media?.id) return;
  const at = type === 'image' ? fileAt(media.link) : undefined;
  const one: Attachment = {
    id: nextId(),
    key: newKey(),
    name: media.filename ?? '',
    mime: media.mime ?? '',
    type,
    ...(at && { at }),
    part: 1,
    stored: {
      id: media.id,
      ...(media.link !== undefined && { link: media.link }),
      ...(media.mime !== undefined && { mime: media.mime }),
    },
  };
  put(sessionId, (now) => [...now, one]);
  keep(sessionId, one.id);
}

/** What a file is by its name: the server keeps no more of those that go with a quick reply. */
const byEnding: Record<string, string> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  mp4: 'video/mp4',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  m4a: 'audio/mp4',
  pdf: 'application/pdf',
};

/** Takes a file along that goes with a quick reply: the server has it. Once is enough. */
export function giveAlong(
  sessionId: string,
  channel: Channel | undefined,
  { id, filename = '' }: { id: string; filename?: string },
): void {
  if (attached.get()[sessionId]?.some(({ stored }) => stored?.id === id)) return;
  const mime = byEnding[filename.split('.').at(-1)?.toLowerCase() ?? ''] ?? '';
  const type = typeFor(new File([], filename, { type: mime }), channel);
  const one: Attachment = {
    id: nextId(),
    key: newKey(),
    name: filename,
    mime,
    type: type ?? 'document',
    part: 1,
    ...(type ? { stored: { id } } : { refused: 'type' as const }),
  };
  put(sessionId, (now) => [...now, one]);
  keep(sessionId, one.id);
}

const release = ({ at }: Attachment) => at?.startsWith('blob:') && URL.revokeObjectURL(at);

/** Takes a file away; one that is on its way stops. */
export function remove(sessionId: string, id: number): void {
  const one = attached.get()[sessionId]?.find((each) => each.id === id);
  if (!one) return;
  drop(sessionId, one);
  forgetFile(one.key);
}

function drop(sessionId: string, one: Attachment): void {
  one.cancel?.();
  release(one);
  put(sessionId, (now) => now.filter(({ id }) => id !== one.id));
}

/** Sends a file to the server once more. */
export function retry(sessionId: string, id: number): void {
  const one = attached.get()[sessionId]?.find((each) => each.id === id);
  if (!one?.file) return;
  const { refused: _refused, ...fresh } = one;
  put(sessionId, (now) => now.map((each) => (each.id === id ? fresh : each)));
  start(sessionId, id, one.file);
}

/** Sends those once more that could not be: somebody has signed in again. */
export function retryFailed(): void {
  for (const [sessionId, waiting] of Object.entries(attached.get()))
    for (const { id, refused } of waiting) if (refused === 'failed') retry(sessionId, id);
}

/** The files that the server has, which are then no longer here. */
export function takeReady(sessionId: string): (Attachment & { stored: Stored })[] {
  const ready = (attached.get()[sessionId] ?? []).flatMap((one) =>
    one.stored ? [{ ...one, stored: one.stored }] : [],
  );
  ready.forEach(release);
  for (const { key } of ready) forgetFile(key);
  put(sessionId, (now) => now.filter(({ stored }) => !stored));
  return ready;
}
