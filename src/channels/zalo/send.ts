import { SendFailure } from '../../model/failure.ts';
import type { TemplateUse } from '../../model/message.ts';
import type { Call, Outgoing, Sent, UploadedMedia, UploadFile } from '../channel.ts';
import { sendParts } from '../parts.ts';
import { base } from '../settings.ts';
import type { ZaloAccount } from './account.ts';
import { dataOf, idIn } from './errors.ts';
import { isPhone, messagesOf, templateOf, type ZaloMessage } from './messages.ts';

/** Zalo keeps uploaded files for a week; a day less, so that none expires on its way. In ms. */
const uploadLifeMs = 6 * 24 * 3_600_000;

/** Sends a message: a template to a phone number by ZNS, everything else into the conversation. */
export async function send(message: Outgoing, account: ZaloAccount, call: Call): Promise<Sent> {
  const { content, csid, replyIdExt } = message;
  if (content.template && isPhone(csid)) return notify(message, content.template, account, call);
  const messages = messagesOf(content);
  if (messages.length === 0)
    throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The message says nothing.' });
  return sendParts(messages, (one, i) => {
    const quoted = i === 0 && replyIdExt !== undefined ? { quote_message_id: replyIdExt } : {};
    return post({ ...one, ...quoted }, csid, account, call);
  });
}

async function notify(message: Outgoing, use: TemplateUse, account: ZaloAccount, call: Call): Promise<Sent> {
  const url = `${base(account.znsBase)}/message/template`;
  const body = templateOf(message, use);
  const answer = await call({ method: 'POST', url, headers: entryOf(account), body });
  return { providerId: idIn(dataOf(answer, account), 'msg_id') };
}

async function post(message: ZaloMessage, csid: string, account: ZaloAccount, call: Call): Promise<string> {
  const url = `${base(account.apiBase)}/v3.0/oa/message/cs`;
  const body = { recipient: { user_id: csid }, message };
  const answer = await call({ method: 'POST', url, headers: entryOf(account), body });
  return idIn(dataOf(answer, account), 'message_id');
}

/** Uploads a file of ours: pictures by their own doors, whatever else as a document. */
export async function uploadMedia(
  file: UploadFile,
  account: ZaloAccount,
  call: Call,
): Promise<UploadedMedia> {
  const kind = file.mime === 'image/gif' ? 'gif' : file.mime.startsWith('image/') ? 'image' : 'file';
  const form = new FormData();
  form.append('file', file.blob, file.filename ?? 'file');
  const url = `${base(account.apiBase)}/v2.0/oa/upload/${kind}`;
  const answer = await call({
    method: 'POST',
    url,
    headers: entryOf(account),
    body: form,
    timeoutMs: 60_000,
  });
  const data = dataOf(answer, account);
  const providerId = data[kind === 'file' ? 'token' : 'attachment_id'];
  if (typeof providerId !== 'string' || providerId === '')
    throw new SendFailure({ class: 'UNAVAILABLE', text: 'Zalo gave the uploaded file no id.' });
  return { providerId, lifeMs: uploadLifeMs };
}

/** How we are let in. Throws AUTH without an access token. */
export function entryOf({ accessToken }: ZaloAccount): Record<string, string> {
  if (accessToken) return { access_token: accessToken };
  throw new SendFailure({ class: 'AUTH', code: 'NO_TOKEN', text: 'There is no access token that is good.' });
}
