import { SendFailure } from '../../model/failure.ts';
import type { Call, Outgoing, Sent, UploadedMedia, UploadFile } from '../channel.ts';
import { graphRefusal } from '../graph.ts';
import { objectOf, textOf } from '../json.ts';
import { sendParts } from '../parts.ts';
import type { Door } from './door.ts';
import { classOfCode } from './errors.ts';
import { kindOfMime, type MetaMessage } from './messages.ts';

/** Meta keeps uploaded files, it does not say for how long; they are uploaded afresh after 30 days, in ms. */
const uploadLifeMs = 30 * 24 * 3_600_000;

/** What an echo of ours carries, with the id of the message behind it. */
const ours = 'parley:';

/** The id of our message that an echo is of; undefined for what was written elsewhere. */
export function ownIdOf(metadata: string | undefined): string | undefined {
  return metadata?.startsWith(ours) ? metadata.slice(ours.length) : undefined;
}

/** Posts a message, in as many requests as it has parts. */
export async function send(
  message: Outgoing,
  messages: MetaMessage[],
  door: Door,
  call: Call,
): Promise<Sent> {
  return sendParts(messages, (one, i) => post(bodyOf(message, one, door, i === 0), door, call));
}

function bodyOf({ id, csid, replyIdExt, late }: Outgoing, message: MetaMessage, door: Door, first: boolean) {
  return {
    recipient: { id: csid },
    ...kindOf(late, door),
    message: { ...message, ...(door.typed && { metadata: `${ours}${id}` }) },
    ...(first && replyIdExt !== undefined && { reply_to: { mid: replyIdExt } }),
  };
}

/** Why it may go: within the window, as an agent's, or under the tag of the account. Throws OUTSIDE_WINDOW. */
function kindOf(late: Outgoing['late'], door: Door): object {
  if (late === undefined) return door.typed ? { messaging_type: 'RESPONSE' } : {};
  const tag = late === 'agent' ? 'HUMAN_AGENT' : door.templateTag;
  if (tag !== undefined) return { messaging_type: 'MESSAGE_TAG', tag };
  throw new SendFailure({
    class: 'OUTSIDE_WINDOW',
    code: 'NO_TAG',
    text: 'Outside the 24 hours after the person’s last message a template needs a tag, and the channel has none.',
  });
}

/** Reacts to a message of the person: Instagram knows hearts by a name of their own. */
export async function react({ csid, content }: Outgoing, door: Door, call: Call): Promise<Sent> {
  const { emoji = '', messageIdExt } = content.reaction ?? {};
  const reaction = /^\u2764\ufe0f?$/.test(emoji) ? 'love' : emoji;
  const payload = { message_id: messageIdExt, ...(reaction !== '' && { reaction }) };
  await act(csid, { sender_action: reaction === '' ? 'unreact' : 'react', payload }, door, call);
  return {};
}

/** Does something that is no message in the conversation with a person. */
export async function act(
  csid: string,
  action: { sender_action: string; payload?: object },
  { edge, headers, secrets }: Door,
  call: Call,
): Promise<void> {
  const body = { recipient: { id: csid }, ...action };
  const answer = await call({ method: 'POST', url: `${edge}/messages`, headers, body });
  if (answer.status < 200 || answer.status > 299) throw graphRefusal(answer, classOfCode, secrets);
}

async function post(body: object, { edge, headers, secrets }: Door, call: Call): Promise<string> {
  const answer = await call({ method: 'POST', url: `${edge}/messages`, headers, body });
  if (answer.status < 200 || answer.status > 299) throw graphRefusal(answer, classOfCode, secrets);
  const id = textOf(objectOf(answer.json()).message_id);
  if (id !== undefined) return id;
  throw new SendFailure({
    class: 'OUTCOME_UNKNOWN',
    code: String(answer.status),
    text: 'Meta took the message, it seems, but gave no id.',
  });
}

/** Uploads a file of ours for messages to refer to. */
export async function uploadMedia(file: UploadFile, door: Door, call: Call): Promise<UploadedMedia> {
  const type = kindOfMime(file.mime);
  const form = new FormData();
  form.append('message', JSON.stringify({ attachment: { type, payload: { is_reusable: true } } }));
  form.append('filedata', file.blob, file.filename ?? 'file');
  const url = `${door.edge}/message_attachments`;
  const answer = await call({ method: 'POST', url, headers: door.headers, body: form, timeoutMs: 60_000 });
  if (answer.status < 200 || answer.status > 299) throw graphRefusal(answer, classOfCode, door.secrets);
  const providerId = textOf(objectOf(answer.json()).attachment_id);
  if (providerId === undefined)
    throw new SendFailure({ class: 'UNAVAILABLE', text: 'Meta gave the uploaded file no id.' });
  return { providerId, lifeMs: uploadLifeMs };
}
