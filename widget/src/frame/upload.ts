// Fetched with the first file.
import type { Media } from './protocol.ts';
import { at, Refusal } from './server.ts';

export { dropFile, fileOf, keepFile } from './files.ts';

/** An upload under way. */
export interface Upload {
  readonly done: Promise<Media & { type: string }>;
  cancel(): void;
}

/** Uploads a file; `progress` hears from 0 to 1. `done` rejects with a `Refusal`, code `CANCELLED` when it was. */
export function upload(token: string, file: File, progress: (part: number) => void): Upload {
  // `fetch` tells nothing of how far an upload has come.
  const request = new XMLHttpRequest();
  const done = new Promise<Media & { type: string }>((resolve, reject) => {
    request.open('POST', at(`media?filename=${encodeURIComponent(file.name)}`));
    request.setRequestHeader('authorization', `Bearer ${token}`);
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.responseType = 'json';
    request.upload.onprogress = ({ loaded, total }) => progress(total ? loaded / total : 0);
    request.onload = () =>
      request.status < 300 && request.response
        ? resolve(request.response)
        : reject(new Refusal(request.status, request.response?.error));
    request.onerror = () => reject(new Refusal(0));
    request.onabort = () => reject(new Refusal(0, { code: 'CANCELLED' }));
    request.send(file);
  });
  return { done, cancel: () => request.abort() };
}
