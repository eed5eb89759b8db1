import Type, { type Static } from 'typebox';
import { Interactive } from './interactive.ts';
import { TemplateBlock } from './template-block.ts';
import { ident, maybe, oneOf, phone, text } from './words.ts';

/** The types that can be sent (azeer.md 5.1). */
export const sendTypes = [
  'text',
  'template',
  'audio',
  'contacts',
  'document',
  'image',
  'interactive',
  'location',
  'video',
] as const;

const degrees = (description: string, example: number) =>
  Type.Unsafe<string | number>({ type: ['number', 'string'], description, examples: [example] });

/** A file: of an address that anybody may fetch, or uploaded here before. */
export const FileBlock = Type.Object(
  {
    link: maybe(text('Where the file is: public, http or https.', 'https://files.example/menu.pdf')),
    id: maybe(text('Instead: id of a file that was uploaded here.')),
    caption: maybe(text('What stands below it, at most 1024 characters. Not with audio.')),
    filename: maybe(text('What a document is called.', 'menu.pdf')),
  },
  { $id: 'File' },
);

const parts = (properties: Record<string, string>) =>
  maybe(
    Type.Array(
      Type.Object(
        Object.fromEntries(
          Object.entries(properties).map(([name, description]) => [name, maybe(text(description))]),
        ),
      ),
    ),
  );

/** A contact card, as WhatsApp's Cloud API has it. */
export const Card = Type.Object(
  {
    name: maybe(
      Type.Object({
        formatted_name: maybe(text('The whole name.', 'Huda A.')),
        first_name: maybe(text('Given name.', 'Huda')),
        last_name: maybe(text('Family name.')),
      }),
    ),
    birthday: maybe(text('YYYY-MM-DD.')),
    phones: parts({ phone: 'Number.', type: 'HOME, WORK …', wa_id: 'WhatsApp id.' }),
    emails: parts({ email: 'Address.', type: 'HOME, WORK …' }),
    addresses: parts({
      street: 'Street and number.',
      city: 'Town.',
      state: 'State or region.',
      zip: 'Postal code.',
      country: 'Name of the country.',
      country_code: 'Two letters.',
      type: 'HOME, WORK …',
    }),
    org: maybe(
      Type.Object({
        company: maybe(text('Its name.')),
        department: maybe(text('Part of it.')),
        title: maybe(text('What the person is there.')),
      }),
    ),
    urls: parts({ url: 'Address.', type: 'HOME, WORK …' }),
  },
  { $id: 'Card' },
);

/** The body of `message/send`: the type, and one block that is named as it. */
export const Message = Type.Object(
  {
    to: phone,
    type: oneOf(sendTypes, 'Which block counts.'),
    recipient_type: maybe(text('Always `individual`; looked at by nobody.', 'individual')),
    preview_url: maybe(Type.Boolean({ description: 'As `text.preview_url`, which goes before it.' })),
    text: maybe(
      Type.Object({
        body: maybe(text('What it says.', 'Your order is ready.')),
        preview_url: maybe(
          Type.Boolean({ description: 'Whether the first link in it is shown with a preview.' }),
        ),
      }),
    ),
    template: maybe(TemplateBlock),
    image: maybe(FileBlock),
    document: maybe(FileBlock),
    audio: maybe(FileBlock),
    video: maybe(FileBlock),
    contacts: maybe(Type.Array(Card, { description: 'Contact cards.' })),
    interactive: maybe(Interactive),
    location: maybe(
      Type.Object({
        latitude: degrees('Degrees.', 24.7136),
        longitude: degrees('Degrees.', 46.6753),
        name: maybe(text('What is there.', 'Corner Shop')),
        address: maybe(text('Its postal address.')),
      }),
    ),
  },
  { $id: 'Message' },
);
export type Message = Static<typeof Message>;

/** Ids of messages in a request. */
export const messageId = ident('`message_id` or `id` of a message.', 880145);
