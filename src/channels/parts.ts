import { SendFailure } from '../model/failure.ts';
import type { Sent } from './channel.ts';

/**
 * Posts what a message is made of, one after the other: `post` answers the provider's id of one. What fails after the
 * first of them, for whatever reason, is of unknown outcome: the person has seen a part of it, and nobody sends the rest,
 * or all again, unasked.
 */
export async function sendParts<Part>(
  parts: Part[],
  post: (part: Part, i: number) => Promise<string>,
): Promise<Sent> {
  const ids: string[] = [];
  for (const [i, part] of parts.entries()) {
    try {
      ids.push(await post(part, i));
    } catch (error) {
      throw i > 0 ? partly(error, i, parts.length) : error;
    }
  }
  return ids.length === 1 ? { providerId: ids[0]! } : { providerId: ids[0]!, parts: ids.map((id) => [id]) };
}

function partly(error: unknown, sent: number, all: number): SendFailure {
  const failure = error instanceof SendFailure ? error.failure : { text: String(error) };
  const why = failure.text ?? (error instanceof SendFailure ? error.failure.class : '');
  const text = `${sent} of ${all} parts were sent, the next one was not: ${why}`;
  return new SendFailure({ ...failure, class: 'OUTCOME_UNKNOWN', text: text.slice(0, 300) });
}
