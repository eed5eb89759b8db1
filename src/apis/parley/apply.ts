import Type from 'typebox';
import { SetupDocument } from '../../pipeline/setup-document.ts';
import { route } from './route.ts';
import { flag, maybe, oneOf } from './words.ts';

const text = (description: string) => Type.String({ description });

export const apply = [
  route({
    method: 'POST',
    path: '/apply',
    right: 'setup',
    summary: 'Make a business what a document says',
    about:
      'As a whole or not at all. What the document leaves out stays as it is; applying it again changes nothing. Problems name the place in the document: `queues[2].app`.',
    query: Type.Object({
      dryRun: Type.Boolean({ default: false, description: 'Only tell what would be changed.' }),
    }),
    body: SetupDocument,
    ownCheck: true,
    answer: Type.Object(
      {
        business: text('Domain of the business.'),
        dryRun: flag('Nothing was changed.'),
        changes: Type.Array(
          Type.Object({
            change: oneOf(['created', 'changed'], 'What was done.'),
            noun: text('What kind of thing it was done to.'),
            name: text('Which one.'),
          }),
          { description: 'In the order in which it was done; what was right already is not among them.' },
        ),
        keys: Type.Array(
          Type.Object({
            app: text('Code of the app.'),
            name: text('Name of the key.'),
            key: text('The key.'),
            token: maybe(text('The same key as a JWT.')),
          }),
          {
            description: 'New keys. Shown this once.',
          },
        ),
        endpoints: Type.Array(
          Type.Object({
            id: text('Its id.'),
            url: text('Where events are told.'),
            secret: maybe(text('The secret of the signature.')),
            verifyToken: maybe(text('The verify token.')),
          }),
          { description: 'New secrets of webhook endpoints. Shown this once.' },
        ),
      },
      { $id: 'Applied' },
    ),
    run: ({ core, caller, query, body }) => core.change.apply(body, { dryRun: query.dryRun, by: caller }),
  }),
];
