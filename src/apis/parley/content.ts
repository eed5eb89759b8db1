import Type, { type Static } from 'typebox';
import {
  type Attachment as ModelAttachment,
  type Content as ModelContent,
  type Media as ModelMedia,
  mediaTypes,
  outboundTypes,
  type Press,
  type TemplateUse,
} from '../../model/message.ts';
import { maybe, oneOf } from './words.ts';

const text = (description: string) => Type.Optional(Type.String({ description }));
const closed = { additionalProperties: false };

export const Button = Type.Object(
  {
    type: maybe(
      oneOf(
        ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'LOCATION_REQUEST'],
        'What pressing it does; QUICK_REPLY when absent.',
      ),
    ),
    label: text('What stands on it.'),
    code: text('Comes back when it is pressed; the label when absent.'),
    desc: text('A second line.'),
    url: text('Of type URL.'),
    phone: text('Of type PHONE_NUMBER.'),
    name: text('Free.'),
    section: text('Of a list of choices: the title of the part that it stands in.'),
  },
  { $id: 'Button', ...closed },
);

const Media = Type.Object(
  {
    link: text('Where the file is.'),
    id: text('Id of a file that lies here.'),
    caption: text('What stands below it.'),
    filename: text('How it is called.'),
    mime: text('Its MIME type.'),
  },
  { $id: 'Media', ...closed },
);

const OutgoingAttachment = Type.Object(
  {
    type: maybe(oneOf(mediaTypes, 'What kind of file; `document` when absent.')),
    link: text('Where the file is.'),
    id: text('Or the id of a file that lies here.'),
    filename: text('How it is called.'),
    cid: text('The name by which the HTML shows it: `<img src="cid:NAME">`.'),
  },
  { $id: 'OutgoingAttachment', ...closed },
);

const Location = Type.Object(
  {
    latitude: Type.String({ description: 'Degrees as decimal text.', examples: ['24.7136'] }),
    longitude: Type.String({ description: 'Degrees as decimal text.', examples: ['46.6753'] }),
    name: text('What is there.'),
    address: text('Its postal address.'),
    url: text('More about it.'),
  },
  { $id: 'Location', ...closed },
);

const list = (properties: Record<string, ReturnType<typeof text>>) =>
  Type.Optional(Type.Array(Type.Object(properties, closed)));
const Card = Type.Object(
  {
    name: Type.Optional(
      Type.Object(
        {
          formatted_name: text('The whole name.'),
          first_name: text('Given name.'),
          last_name: text('Family name.'),
        },
        closed,
      ),
    ),
    birthday: text('YYYY-MM-DD.'),
    phones: list({ phone: text('Number.'), type: text('HOME, WORK …'), wa_id: text('WhatsApp id.') }),
    emails: list({ email: text('Address.'), type: text('HOME, WORK …') }),
    addresses: list({
      street: text('Street and number.'),
      city: text('Town.'),
      state: text('State or region.'),
      zip: text('Postal code.'),
      country: text('Name of the country.'),
      country_code: text('Two letters.'),
      type: text('HOME, WORK …'),
    }),
    org: Type.Optional(
      Type.Object(
        {
          company: text('Its name.'),
          department: text('Part of it.'),
          title: text('What the person is there.'),
        },
        closed,
      ),
    ),
    urls: list({ url: text('Address.'), type: text('HOME, WORK …') }),
    ims: list({ service: text('Which messenger.'), userid: text('Name there.') }),
  },
  { $id: 'ContactCard', ...closed },
);

/** How a message with choices, or with a link, is shown. */
const shown = {
  heading: text(
    'A line above a message with buttons; part of the text where the channel cannot show it apart.',
  ),
  footer: text('A line below it, likewise.'),
  listLabel: text('What stands on the button that opens a list of choices.'),
  preview: maybe(
    Type.Boolean({
      description: 'Whether the first link in a text is shown with a preview; absent: the channel decides.',
    }),
  ),
};

/** What a caller may want to say. */
export const OutgoingContent = Type.Object(
  {
    type: maybe(
      oneOf(
        outboundTypes.filter((type) => type !== 'template'),
        '`text` when absent. `system` is a line in the history that goes to nobody; `optout` and `optin` note what the person wants.',
      ),
    ),
    text: text('What it says.'),
    subject: text('Of e-mail: one line of at most 255 characters.'),
    html: text(
      'Of e-mail, with type text: the same as HTML. It is cleaned of scripts, forms and frames; `text` is made of it when absent. Elsewhere the text goes alone.',
    ),
    attachments: maybe(
      Type.Array(OutgoingAttachment, {
        maxItems: 20,
        description:
          'Files that go with a text: attached to an e-mail, or shown in its HTML by their `cid`; elsewhere lines with their addresses.',
      }),
    ),
    media: maybe(Media),
    location: maybe(Location),
    cards: maybe(Type.Array(Card, { description: 'Contact cards.' })),
    buttons: maybe(Type.Array(Button, { description: 'Choices offered with it.' })),
    ...shown,
    reaction: maybe(
      Type.Object(
        {
          emoji: Type.String({ description: 'Empty takes a reaction back.' }),
          messageIdExt: Type.String({ description: "The channel's id of the message that it is about." }),
        },
        closed,
      ),
    ),
  },
  { $id: 'OutgoingContent', ...closed },
);

const objectOf = <T extends object>(description: string) =>
  Type.Unsafe<T>({ type: 'object', additionalProperties: true, description });

/** What a stored message says. */
export const ToldContent = Type.Object(
  {
    type: Type.String({ description: 'Which of the parts counts.' }),
    text: text('What it says.'),
    subject: text('Of e-mail.'),
    html: text(
      'Of e-mail: the whole of it as HTML that is safe to show. It loads nothing: addresses of pictures elsewhere stand in `data-src`, those that came along as `cid:` and the `cid` of an attachment.',
    ),
    quoted: text('Of e-mail: earlier mails that were repeated below the text.'),
    media: maybe(
      objectOf<ModelMedia>(
        `The file of a message of type ${mediaTypes.join(', ')}: id, link, caption, filename, mime; in threads of a picture also thumbnail, where a small one is.`,
      ),
    ),
    attachments: maybe(
      Type.Array(objectOf<ModelAttachment>('A file: type, id, filename, mime, sizeBytes, cid.'), {
        description: 'Files that came with it.',
      }),
    ),
    location: maybe(Location),
    cards: maybe(Type.Array(Card)),
    template: maybe(objectOf<TemplateUse>('The template with its placeholders filled.')),
    buttons: maybe(Type.Array(Button)),
    ...shown,
    press: maybe(objectOf<Press>('The button that the person pressed: code, label.')),
    reaction: maybe(
      objectOf<NonNullable<ModelContent['reaction']>>('A reaction to another message: emoji, messageIdExt.'),
    ),
    referral: maybe(
      objectOf<Record<string, unknown>>(
        'The advertisement that the person came from, as the channel tells it.',
      ),
    ),
    unsupported: maybe(
      objectOf<NonNullable<ModelContent['unsupported']>>('What it was that cannot be shown: kind, reason.'),
    ),
  },
  { $id: 'Content' },
);

/** A file as the API tells it: the provider's own id of it is nobody else's business. */
function mediaTold<M extends ModelMedia>({ providerId: _, ...media }: M) {
  return media;
}

/** What a message says, in the words of the API. */
export function contentTold({
  media,
  attachments,
  headerMedia: _,
  template,
  ...rest
}: ModelContent): Static<typeof ToldContent> {
  return {
    ...rest,
    ...(media && { media: mediaTold(media) }),
    ...(attachments && { attachments: attachments.map(mediaTold) }),
    ...(template && {
      template: { ...template, ...(template.media && { media: mediaTold(template.media) }) },
    }),
  };
}
