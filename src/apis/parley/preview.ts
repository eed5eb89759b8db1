import Type from 'typebox';
import { failureClasses } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { contentTold, ToldContent } from './content.ts';
import { route } from './route.ts';
import { inOurWords, OutgoingMessage, senderOf, sendRequestOf } from './sending.ts';
import { maybe } from './words.ts';

/** How much a message is where the provider charges by the part. */
export const Segments = Type.Object({
  encoding: Type.String({ description: 'GSM-7, UCS-2 or Latin-1.', examples: ['GSM-7'] }),
  segments: Type.Integer({ description: 'In how many parts it goes, each of which is paid for.' }),
  units: Type.Integer({ description: 'Septets, UTF-16 units or octets that it takes.' }),
  perSegment: Type.Integer({ description: 'How many of them fit into each part.' }),
  left: Type.Integer({ description: 'How many still fit into the last part.' }),
});

export const preview = [
  route({
    method: 'POST',
    path: '/messages/preview',
    right: 'write',
    summary: 'See what would be sent',
    about:
      'Takes what `POST /messages` takes, and answers what the channel would carry: templates filled, choices as ' +
      'numbered lines where it has no buttons, segments counted where they are paid for. Nothing is stored or sent.',
    body: OutgoingMessage,
    answer: Type.Object(
      {
        channelId: Type.String({ description: 'The channel that it would go over.' }),
        contactId: Type.String({ description: 'The person that it would go to.' }),
        content: maybe(ToldContent),
        measure: maybe(Segments),
        failure: maybe(
          Type.Object(
            {
              class: Type.String({ description: 'What kind of failure it is.' }),
              text: Type.String({ description: 'The same in plain words.' }),
              code: maybe(Type.String()),
            },
            { description: 'Why it could not be sent.' },
          ),
        ),
      },
      { $id: 'Preview' },
    ),
    async run({ core, caller, body, setup }) {
      const sender = senderOf(caller, (await setup()).apps);
      const { content, failure, ...rest } = await core
        .preview(caller, { ...sendRequestOf(body), sender })
        .catch((error: unknown) => Promise.reject(inOurWords(error, body)));
      return present({
        ...rest,
        content: content && contentTold(content),
        failure: failure && {
          class: failure.class,
          text: failure.text ?? failureClasses[failure.class].text,
          ...(failure.code !== undefined && { code: failure.code }),
        },
      });
    },
  }),
];
