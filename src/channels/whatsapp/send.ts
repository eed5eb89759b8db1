import { SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import type { Call, CallResponse, Outgoing, Sent } from '../channel.ts';
import { listOf, objectOf, textOf } from '../json.ts';
import { bodyOf } from './body.ts';
import { type Endpoint, refusalOf } from './endpoint.ts';

/** Posts a message. The answer says that it was taken, not that it arrived: receipts tell that. */
export async function send(
  message: Outgoing,
  endpoint: Endpoint,
  options: { listLabel: string },
  call: Call,
): Promise<Sent> {
  const { messages: url, headers } = endpoint;
  const answer = await call({ method: 'POST', url, headers, body: bodyOf(message, options) });
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, endpoint, message.attempt);
  return sentOf(answer, message.csid);
}

function sentOf(answer: CallResponse, csid: string): Sent {
  const { messages, contacts } = objectOf(answer.json());
  const providerId = textOf(objectOf(listOf(messages)[0]).id);
  if (providerId === undefined) {
    throw new SendFailure({
      class: 'OUTCOME_UNKNOWN',
      code: String(answer.status),
      text: 'The provider took the message, it seems, but gave no id.',
    });
  }
  const used = textOf(objectOf(listOf(contacts)[0]).wa_id);
  return present({ providerId, csid: used === csid ? undefined : used });
}
