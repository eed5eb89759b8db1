import { type FailureClass, SendFailure } from '../../model/failure.ts';
import type { Call, CallResponse, Person } from '../channel.ts';
import { graphRefusal, graphThing } from '../graph.ts';
import { textOf } from '../json.ts';
import type { Door } from './door.ts';
import { classOfCode } from './errors.ts';

/** The app may not ask who people are, or one person does not let it: Meta has one sub-code for both. */
const mayNotAsk = 2018247;
/** There is no such thing, or it is not shown: of people who do not want it, too. */
const notShown = 33;
/** The person has not agreed to be known: Instagram says so of people who have not written themselves. */
const noConsent = 230;

/** Who somebody is at Messenger. People who came to it by a phone number have no profile there (100/2018218). */
export async function personAtMessenger(csid: string, door: Door, call: Call): Promise<Person> {
  const { name, first_name, last_name } = await ask(csid, 'first_name,last_name,name', door, call);
  const parts = [first_name, last_name].map(textOf).filter((part) => part !== undefined);
  return { name: textOf(name) ?? parts.join(' ') };
}

/** Who somebody is at Instagram: the name is the person's own choice, and may be none; everybody has a user name. */
export async function personAtInstagram(csid: string, door: Door, call: Call): Promise<Person> {
  const { name, username } = await ask(csid, 'name,username', door, call);
  return { name: textOf(name) ?? textOf(username) };
}

function ask(csid: string, fields: string, { api, headers, secrets }: Door, call: Call) {
  return graphThing({
    url: `${api}/${encodeURIComponent(csid)}?fields=${encodeURIComponent(fields)}`,
    headers,
    call,
    refusal(answer: CallResponse) {
      const { failure } = graphRefusal(answer, classOfAnswer, secrets);
      // It may be this person alone, and the next one is told.
      return new SendFailure(
        failure.subcode === String(mayNotAsk) ? { ...failure, scope: 'recipient' } : failure,
      );
    },
  });
}

/** Codes that mean something else where a person is asked for than where a message is sent. */
function classOfAnswer(code: number, subcode: number | undefined): FailureClass | undefined {
  if (code === 100 && subcode === mayNotAsk) return 'CONFIG';
  if (code === 100 && subcode === notShown) return 'UNREACHABLE';
  return code === noConsent ? 'UNREACHABLE' : classOfCode(code, subcode);
}
