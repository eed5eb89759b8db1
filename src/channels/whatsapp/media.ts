import { SendFailure } from '../../model/failure.ts';
import type { Media } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { Call, FetchedMedia, Save, UploadedMedia, UploadFile } from '../channel.ts';
import { download } from '../download.ts';
import { objectOf, textOf } from '../json.ts';
import { type Endpoint, refusalOf } from './endpoint.ts';

/** Meta keeps uploaded files for 30 days; a day less, so that none expires on its way. In ms. */
const uploadLifeMs = 29 * 24 * 3_600_000;

/** Fetches a file that somebody sent: first its address, which is good for five minutes, then the bytes. */
export async function fetchMedia(
  media: Media,
  endpoint: Endpoint,
  call: Call,
  save: Save,
): Promise<FetchedMedia> {
  if (media.providerId === undefined) {
    throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The provider gave the file no id.' });
  }
  const { headers } = endpoint;
  const answer = await call({ method: 'GET', url: endpoint.fileInfo(media.providerId), headers });
  if (answer.status !== 200) throw refusalOf(answer, endpoint);
  const info = objectOf(answer.json());
  const url = endpoint.fileAt(textOf(info.url) ?? '');
  if (url === undefined)
    throw new SendFailure({ class: 'MEDIA', text: 'The provider gave the file no address.' });
  await download({ url, headers }, call, save);
  return present({ sha256: hexOf(textOf(info.sha256)) ?? hexOf(media.sha256) });
}

/** Uploads a file of ours for messages to refer to. */
export async function uploadMedia(file: UploadFile, endpoint: Endpoint, call: Call): Promise<UploadedMedia> {
  const form = new FormData();
  form.append('messaging_product', 'whatsapp');
  form.append('type', file.mime);
  form.append('file', typed(file), file.filename ?? 'file');
  const { media: url, headers } = endpoint;
  const answer = await call({ method: 'POST', url, headers, body: form, timeoutMs: 60_000 });
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, endpoint);
  const providerId = textOf(objectOf(answer.json()).id);
  if (providerId === undefined) {
    throw new SendFailure({ class: 'UNAVAILABLE', text: 'The provider gave the uploaded file no id.' });
  }
  return { providerId, lifeMs: uploadLifeMs };
}

/** The provider goes by the type of the part. No bytes are copied. */
function typed({ blob, mime }: UploadFile): Blob {
  return blob.type === mime ? blob : blob.slice(0, blob.size, mime);
}

/** A SHA-256 as hex: Meta tells it as base64 in webhooks and as hex elsewhere. Undefined when it is none. */
export function hexOf(sha256: string | undefined): string | undefined {
  if (sha256 === undefined) return undefined;
  if (/^[0-9a-f]{64}$/i.test(sha256)) return sha256.toLowerCase();
  const bytes = Buffer.from(sha256, 'base64');
  return bytes.length === 32 ? bytes.toString('hex') : undefined;
}
