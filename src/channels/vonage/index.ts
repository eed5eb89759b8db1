import { SendFailure } from '../../model/failure.ts';
import type { Media } from '../../model/message.ts';
import { type Call, type Channel, type Outgoing, type Save, type Sent, WebhookRefused } from '../channel.ts';
import { download } from '../download.ts';
import { objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import { assertSegments, measureSms, smsCarries, textToSend } from '../sms.ts';
import { type Account, account } from './account.ts';
import { check } from './check.ts';
import { refusalOf } from './errors.ts';
import { receivedOf } from './inbound.ts';
import { authorization, isSigned } from './tokens.ts';

/** SMS by Vonage's Messages API (channels.md 3.3). */
export const vonage: Channel<typeof account> = {
  types: ['vonage'],
  contactType: 'SMS',
  name: 'SMS by Vonage',
  about: 'SMS by Vonage’s Messages API.',
  account,
  carries: { ...smsCarries, perSecond: 30 },
  receive(request, settings, { now }) {
    if (!isSigned(request, settings.signatureSecret, now)) throw new WebhookRefused('wrong signature');
    return receivedOf(request.body, settings, now);
  },
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'In Vonage’s dashboard: the application, Messages, as inbound URL and as status URL.',
    with: ['signatureSecret'],
  },
  check,
  send,
  measure: (content) => measureSms(content),
  fetchMedia,
};

async function send({ id, csid, lane, content }: Outgoing, settings: Account, call: Call): Promise<Sent> {
  const text = textToSend(content);
  assertSegments(measureSms(content).segments, settings.maxSegments);
  const answer = await call({
    method: 'POST',
    url: `${base(settings.apiBase)}/v1/messages`,
    headers: { authorization: authorization(settings, Date.now()), accept: 'application/json' },
    body: {
      message_type: 'text',
      channel: 'sms',
      to: csid,
      from: (settings.from ?? lane).replace(/^\+/, ''),
      text,
      client_ref: id,
    },
  });
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, settings);
  const providerId = textOf(objectOf(answer.json()).message_uuid);
  if (providerId !== undefined) return { providerId };
  throw new SendFailure({
    class: 'OUTCOME_UNKNOWN',
    code: String(answer.status),
    text: 'The provider took the message, it seems, but gave no id.',
  });
}

/** Files of Vonage's are where the webhook says, and need no credentials. */
async function fetchMedia({ providerId }: Media, _settings: Account, call: Call, save: Save) {
  if (providerId === undefined)
    throw new SendFailure({ class: 'CONTENT_REJECTED', text: 'The provider gave the file no address.' });
  await download({ url: providerId }, call, save);
  return {};
}
