import Type, { type Static } from 'typebox';
import { Problem } from '../../model/problem.ts';
import type { Caller, Core, SendRequest } from '../../pipeline/core.ts';
import { checkerOf } from '../validate.ts';
import { Fault, faultOf } from './errors.ts';
import { Accepted, inOurWords, OutgoingMessage, sendRequestOf } from './sending.ts';

/** How many messages one request may hold. */
export const mostAtOnce = 1000;

/** What became of many messages. */
export const BulkAnswer = Type.Object(
  {
    accepted: Type.Integer({ description: 'How many were accepted.' }),
    refused: Type.Integer({ description: 'How many were not.' }),
    items: Type.Array(Type.Union([Accepted, Type.Object({ error: Fault })]), {
      description: 'One for each message, in the same order: what was accepted, or why not.',
    }),
  },
  { $id: 'BulkAnswer' },
);

const check = checkerOf(OutgoingMessage, 'body');

/** Sends what can be sent, and says of each of the others what is wrong with it. */
export async function sendAll(
  core: Pick<Core, 'sendMany'>,
  caller: Caller,
  given: unknown[],
  sender: SendRequest['sender'],
): Promise<Static<typeof BulkAnswer>> {
  const read = given.map((one) => readOne(one, sender));
  const good = read.filter((one): one is Exclude<typeof one, Problem> => !(one instanceof Problem));
  const sent = await core.sendMany(
    caller,
    good.map(({ request }) => request),
  );
  let next = 0;
  const items = read.map((one) => {
    if (one instanceof Problem) return { error: faultOf(one) };
    const result = sent[next++]!;
    if (result instanceof Problem) return { error: faultOf(inOurWords(result, one.body) as Problem) };
    return result;
  });
  const refused = items.filter((item) => 'error' in item).length;
  return { accepted: items.length - refused, refused, items };
}

function readOne(
  given: unknown,
  sender: SendRequest['sender'],
): { request: SendRequest; body: Static<typeof OutgoingMessage> } | Problem {
  const checked = check(given);
  if ('error' in checked) return checked.error as Problem;
  const body = checked.value as Static<typeof OutgoingMessage>;
  try {
    return { request: { ...sendRequestOf(body), sender }, body };
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
