import { SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import type { Call, CallResponse, Outgoing, Sent, UploadedMedia } from '../channel.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { TwitterAccount } from './account.ts';
import { bearerOf, refusalOf } from './errors.ts';
import { pauseOf } from './limits.ts';
import { upload } from './media.ts';

/** Sends a direct message, with a file when there is one: it is uploaded for it before (channels.md section 8). */
export async function send(message: Outgoing, account: TwitterAccount, call: Call): Promise<Sent> {
  const { content, csid } = message;
  if (!/^\d{1,19}$/.test(csid))
    throw new SendFailure({
      class: 'INVALID_RECIPIENT',
      code: 'USER_ID',
      text: 'People at X are known by digits.',
    });
  const uploaded = await uploadedOf(message, account, call);
  const text = content.media ? content.media.caption : content.text;
  const attachments = uploaded && [{ media_id: uploaded.providerId }];
  if (!text && !attachments)
    throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The message says nothing.' });
  const answer = await call({
    method: 'POST',
    url: `${base(account.apiBase)}/2/dm_conversations/with/${csid}/messages`,
    headers: bearerOf(account),
    body: present({ text: text || undefined, attachments }),
  });
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, account);
  return present({ providerId: idIn(answer), uploaded, pauseMs: pauseOf(answer.headers, Date.now()) });
}

async function uploadedOf(
  { content: { media }, file }: Outgoing,
  account: TwitterAccount,
  call: Call,
): Promise<UploadedMedia | undefined> {
  if (!media) return undefined;
  if (media.providerId !== undefined) return { providerId: media.providerId, lifeMs: 0 };
  if (file) return upload(await file(), account, call);
  throw new SendFailure({
    class: 'NOT_SUPPORTED',
    code: 'NO_FILE',
    text: 'There is no file to be uploaded.',
  });
}

function idIn(answer: CallResponse): string {
  const id = textOf(objectOf(objectOf(answer.json()).data).dm_event_id);
  if (id !== undefined) return id;
  throw new SendFailure({
    class: 'OUTCOME_UNKNOWN',
    code: String(answer.status),
    text: 'X took the message, it seems, but gave no id.',
  });
}
