import { ApiError, headersOf, newKey } from '../api/http.ts';
import type { MessageType } from '../api/message-types.ts';
import type { Channel } from '../api/types.ts';

/** A file as the server keeps it. */
export interface Stored {
  id: string;
  link?: string;
  mime?: string;
}

/** Sends a file and tells how far it is, 0 to 1. Rejects with `ApiError`; `cancel` ends it without a word. */
export function upload(
  file: File,
  progress: (part: number) => void,
): { done: Promise<Stored>; cancel(): void } {
  const request = new XMLHttpRequest();
  const done = new Promise<Stored>((resolve, reject) => {
    request.open('POST', `/api/v1/media?filename=${encodeURIComponent(file.name)}`);
    for (const [name, value] of Object.entries(headersOf(newKey()))) request.setRequestHeader(name, value);
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => progress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new ApiError(0, 'OFFLINE', 'The server cannot be reached'));
    request.onload = () => {
      const told = toldIn(request.responseText);
      if (request.status < 300 && told?.id) resolve(told as Stored);
      else
        reject(
          new ApiError(
            request.status,
            told?.error?.code ?? '',
            told?.error?.message ?? `HTTP ${request.status}`,
            told?.traceId === undefined ? {} : { traceId: told.traceId },
          ),
        );
    };
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}

interface Told extends Partial<Stored> {
  error?: { code?: string; message?: string };
  traceId?: string;
}

/** What the server said; undefined when it was not the server, but a proxy with a page of its own. */
function toldIn(text: string): Told | undefined {
  try {
    return JSON.parse(text) as Told;
  } catch {
    return undefined;
  }
}

/** As what kind of message a file goes over a channel; undefined: the channel does not take it at all. */
export function typeFor(file: File, channel: Channel | undefined): MessageType | undefined {
  const top = file.type.split('/')[0];
  const wanted: MessageType[] =
    file.name.startsWith('voice-') && top === 'audio'
      ? ['voice', 'audio', 'document']
      : top === 'image'
        ? ['image', 'document']
        : top === 'video'
          ? ['video', 'document']
          : top === 'audio'
            ? ['audio', 'document']
            : ['document'];
  if (!channel) return wanted[0];
  return wanted.find((type) => channel.types.includes(type) && takes(channel, type, file));
}

function takes(channel: Channel, type: string, file: File): boolean {
  const mimes = channel.media[type]?.mimes;
  if (!mimes || mimes.length === 0) return true;
  const mime = file.type.split(';')[0] ?? '';
  return mimes.some(
    (one) => one === '*/*' || one === mime || (one.endsWith('/*') && mime.startsWith(one.slice(0, -1))),
  );
}

/** The most bytes that a channel takes of a kind; undefined: it does not say. */
export const mostBytes = (channel: Channel | undefined, type: string) => channel?.media[type]?.maxBytes;
