import { setTimeout as wait } from 'node:timers/promises';
import { SendFailure } from '../../model/failure.ts';
import type { Media } from '../../model/message.ts';
import type { Call, FetchedMedia, Save, UploadedMedia, UploadFile } from '../channel.ts';
import { download } from '../download.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { TwitterAccount } from './account.ts';
import { bearerOf, refusalOf } from './errors.ts';

/** X keeps what was uploaded for a day; an hour less, so that none expires on its way. In ms. */
const uploadLifeMs = 23 * 3_600_000;
/** A film goes in parts of this size, bytes. */
const partBytes = 4 * 1024 * 1024;
/** And is prepared so long at most, ms. */
const longestPreparationMs = 60_000;

/** Uploads a file for one message: pictures at once, what moves in parts. */
export async function upload(file: UploadFile, account: TwitterAccount, call: Call): Promise<UploadedMedia> {
  const moves = file.mime.startsWith('video/') || file.mime === 'image/gif';
  const id = moves ? await uploadFilm(file, account, call) : await uploadPicture(file, account, call);
  return { providerId: id, lifeMs: uploadLifeMs };
}

async function uploadPicture({ blob, filename }: UploadFile, account: TwitterAccount, call: Call) {
  const form = new FormData();
  form.append('media_category', 'dm_image');
  form.append('media', blob, filename ?? 'file');
  return idIn(await post('', form, account, call));
}

async function uploadFilm({ blob, mime, filename }: UploadFile, account: TwitterAccount, call: Call) {
  const media_category = mime === 'image/gif' ? 'dm_gif' : 'dm_video';
  const begun = { media_category, media_type: mime, total_bytes: blob.size };
  const id = idIn(await post('/initialize', begun, account, call));
  for (let part = 0; part * partBytes < blob.size; part++) {
    const form = new FormData();
    form.append('segment_index', String(part));
    form.append('media', blob.slice(part * partBytes, (part + 1) * partBytes), filename ?? 'file');
    await post(`/${id}/append`, form, account, call);
  }
  let info = objectOf((await post(`/${id}/finalize`, undefined, account, call)).processing_info);
  const end = Date.now() + longestPreparationMs;
  while (info.state === 'pending' || info.state === 'in_progress') {
    const seconds = Math.max(1, Number(textOf(info.check_after_secs)) || 1);
    if (Date.now() + seconds * 1000 > end)
      throw new SendFailure({ class: 'UNAVAILABLE', code: 'PROCESSING', text: 'X is preparing the film.' });
    await wait(seconds * 1000);
    info = objectOf((await statusOf(id, account, call)).processing_info);
  }
  if (info.state === 'failed')
    throw new SendFailure({ class: 'MEDIA', code: 'PROCESSING', text: 'X could not prepare the film.' });
  return id;
}

async function post(path: string, body: unknown, account: TwitterAccount, call: Call) {
  const url = `${base(account.apiBase)}/2/media/upload${path}`;
  const headers = bearerOf(account);
  const answer = await call({
    method: 'POST',
    url,
    headers,
    ...(body !== undefined && { body }),
    timeoutMs: 60_000,
  });
  if (answer.status < 200 || answer.status > 299) throw unsent(refusalOf(answer, account));
  return objectOf(objectOf(answer.json()).data);
}

async function statusOf(id: string, account: TwitterAccount, call: Call) {
  const url = `${base(account.apiBase)}/2/media/upload?command=STATUS&media_id=${encodeURIComponent(id)}`;
  const answer = await call({ method: 'GET', url, headers: bearerOf(account) });
  if (answer.status !== 200) throw unsent(refusalOf(answer, account));
  return objectOf(objectOf(answer.json()).data);
}

/** What is wrong with an upload is wrong with the file, where it is nothing else. */
function unsent({ failure }: SendFailure): SendFailure {
  return new SendFailure(failure.class === 'CONTENT_REJECTED' ? { ...failure, class: 'MEDIA' } : failure);
}

function idIn(data: Record<string, unknown>): string {
  const id = textOf(data.id);
  if (id !== undefined && /^\d+$/.test(id)) return id;
  throw new SendFailure({ class: 'UNAVAILABLE', text: 'X gave the uploaded file no id.' });
}

/** Fetches a file that somebody sent: it is read as the account. */
export async function fetchMedia(
  { providerId }: Media,
  account: TwitterAccount,
  call: Call,
  save: Save,
): Promise<FetchedMedia> {
  if (providerId === undefined)
    throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'X gave the file no id.' });
  const path = providerId.split('/').map(encodeURIComponent).join('/');
  const url = `${base(account.apiBase)}/2/dm_conversations/media/${path}`;
  await download({ url, headers: bearerOf(account) }, call, save);
  return {};
}
