import { SendFailure } from '../../model/failure.ts';
import type { Media } from '../../model/message.ts';
import { urlOf } from '../../model/web-address.ts';
import type { Call, FetchedMedia, Save } from '../channel.ts';
import { download } from '../download.ts';
import { base } from '../settings.ts';
import type { Account } from './account.ts';
import { authorization } from './send.ts';

/**
 * Fetches a file that came with an MMS. It lies at the API address; the credentials go nowhere else, whatever
 * the webhook said. Twilio answers with a redirect to where the bytes are, which needs no credentials.
 */
export async function fetchMedia(
  { providerId }: Media,
  account: Account,
  call: Call,
  save: Save,
): Promise<FetchedMedia> {
  const asked = providerId === undefined ? undefined : urlOf(providerId);
  if (!asked)
    throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The provider gave the file no address.' });
  const url = `${base(account.apiBase)}${asked.pathname}${asked.search}`;
  const headers = { authorization: authorization(account) };
  const answer = await call({ method: 'GET', url, headers, timeoutMs: 120_000, save });
  const place = answer.headers.location;
  if (answer.status >= 300 && answer.status < 400 && place !== undefined) {
    await download({ url: new URL(place, url).href }, call, save);
    return {};
  }
  if (answer.status !== 200) {
    const kind = answer.status === 404 ? 'CONTENT_REJECTED' : 'UNAVAILABLE';
    throw new SendFailure({
      class: kind,
      code: String(answer.status),
      text: 'The file could not be fetched.',
    });
  }
  return {};
}
