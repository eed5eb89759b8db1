import { SendFailure } from '../../model/failure.ts';
import type { Media } from '../../model/message.ts';
import type { Call, FetchedMedia, Save } from '../channel.ts';
import { download } from '../download.ts';
import { base } from '../settings.ts';
import type { LineAccount } from './account.ts';

/** LINE prepares long videos and sounds first: it is asked again after so long, ms. */
const preparedMs = 5000;

/** Fetches what somebody sent: LINE keeps it for some time; a sticker's picture has an address of its own. */
export async function fetchMedia(
  media: Media,
  { mediaBase, accessToken }: LineAccount,
  call: Call,
  save: Save,
): Promise<FetchedMedia> {
  if (media.providerId === undefined) {
    if (media.link === undefined)
      throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'LINE gave the file no id.' });
    await download({ url: media.link }, call, save);
    return {};
  }
  const url = `${base(mediaBase)}/v2/bot/message/${encodeURIComponent(media.providerId)}/content`;
  const headers = { authorization: `Bearer ${accessToken}` };
  await download(
    { url, headers },
    async (request) => {
      const answer = await call(request);
      if (answer.status !== 202) return answer;
      throw new SendFailure({
        class: 'UNAVAILABLE',
        code: '202',
        text: 'LINE is preparing the file.',
        retryAfterMs: preparedMs,
      });
    },
    save,
  );
  return {};
}
