import Type from 'typebox';
import { present } from '../../model/present.ts';
import type { WebhookUse } from '../../pipeline/setup.ts';
import { maybe, ms, oneOf } from './words.ts';

/** What several routes of channels tell. */
export const type = Type.String({ description: 'Channel type, one of `GET /channel-types`.' });

export const params = Type.Object({
  id: Type.String({ description: 'Channel type and our side of it: `<type>:<lane>`.' }),
});

export const ConnectionTold = Type.Object({
  name: Type.String({ description: 'Which of the connections of its type.', examples: ['smpp'] }),
  process: Type.String({ description: 'The process that keeps it.' }),
  wanted: Type.Integer({ description: 'How many there are to be.' }),
  open: Type.Integer({ description: 'How many there are.' }),
  since: ms('Since when it is so.'),
  reason: maybe(Type.String({ description: 'Why the last one broke, or could not be opened.' })),
});

const use = {
  how: oneOf(
    ['entered', 'told'] as const,
    'You enter the address at the provider, or the channel tells it by itself.',
  ),
  hint: Type.String({ description: 'Where to enter it, and together with what.' }),
  with: maybe(
    Type.Array(Type.String(), {
      description: 'The settings that are entered there, too, such as a verify token.',
    }),
  ),
};

/** How the provider learns where to call. */
export const WebhookUseTold = Type.Object(use, {
  description: 'How the provider learns where to call. Absent: it never calls.',
});
export const webhookUse = ({ how, hint, with: belonging }: WebhookUse) =>
  present({ how, hint, with: belonging && [...belonging] });

export const WebhookTold = Type.Object(
  { ...use, url: Type.String({ description: 'The address. Confidential.' }) },
  {
    description:
      'Where the provider calls, and how it learns of that. Shown to keys that may act for the whole business.',
  },
);
