import Type, { type Static } from 'typebox';
import type { Content, MediaType } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { missing, Problem } from '../../model/problem.ts';
import type { App } from '../../model/setup.ts';
import type { Caller, SendRequest } from '../../pipeline/core.ts';
import { OutgoingContent } from './content.ts';
import { change, flag, json, maybe, ms, oneOf } from './words.ts';

const text = (description: string) => maybe(Type.String({ description }));

/** A message to be sent. */
export const OutgoingMessage = change({
  to: Type.Object(
    {
      contactId: text('Id of a contact.'),
      phone: text('Phone number, with country code.'),
      email: text('E-mail address.'),
      csid: text("The channel's own id of the person."),
      name: text('What to call the person.'),
    },
    { additionalProperties: false, description: 'The recipient: one of the addresses.' },
  ),
  channelId: text('Id of the channel; may be left out with `to.contactId`.'),
  content: maybe(OutgoingContent),
  template: maybe(
    Type.Object(
      {
        code: text('Code of the template.'),
        id: text('Or the id of one variant.'),
        lang: text("Language; else the contact's, else the one of the business."),
        data: maybe(json('Values of the placeholders `{{data.x}}`.')),
        media: maybe(
          Type.Object(
            {
              type: oneOf(['image', 'video', 'document'], 'What kind of file.'),
              link: text('Where it is.'),
              id: text('Id of a file that lies here.'),
              filename: text('How it is called.'),
            },
            { additionalProperties: false, description: 'A file above the text.' },
          ),
        ),
        buttons: OutgoingContent.properties.buttons,
      },
      { additionalProperties: false, description: 'Instead of `content`: a template to fill and send.' },
    ),
  ),
  replyTo: text('Id of the message that this one answers.'),
  sendAt: maybe(ms('When to send it, within a year; now when absent or gone by.')),
  mask: maybe(flag('Hide what it says once it is handed over.')),
  onlyKnown: maybe(flag('Only to somebody who is a contact already.')),
  onlyInWindow: maybe(
    flag(
      'Refused with WINDOW_CLOSED when the care window of the channel is closed and this is no template. Else it is accepted, and fails.',
    ),
  ),
});

/** A message that was accepted. */
export const Accepted = Type.Object(
  {
    id: Type.String({ description: 'Id of the message: its statuses come under it.' }),
    no: Type.Integer({ description: 'Its number, for surfaces whose ids are numbers.' }),
    sessionId: Type.String({ description: 'The conversation that it is part of.' }),
    contactId: Type.String({ description: 'The person that it goes to.' }),
  },
  { $id: 'AcceptedMessage' },
);

type Request = Static<typeof OutgoingMessage>;

/** The app that speaks, by its kind. */
export function senderOf({ appId }: Caller, apps: ReadonlyMap<string, App>): SendRequest['sender'] {
  const app = apps.get(appId);
  return { type: app?.mode === 'BOT' ? 'BOT' : 'API', ...(app && { code: app.code }) };
}

/** What the core is asked for. Throws `Problem` in the words of the API. */
export function sendRequestOf({ content, template, ...rest }: Request) {
  if (template && content) {
    throw new Problem('invalid', 'Give content or a template, not both', {
      field: 'content',
      code: 'AMBIGUOUS',
    });
  }
  if (!template && !content) throw missing('content');
  const { media, buttons, ...choice } = template ?? {};
  const said = template
    ? present({ type: 'template', headerMedia: media, buttons: buttons?.map(buttonOf) })
    : {
        ...content,
        type: content?.type ?? 'text',
        ...(content?.buttons && { buttons: content.buttons.map(buttonOf) }),
        ...(content?.attachments && {
          attachments: content.attachments.map(({ type = 'document', ...file }) => ({ type, ...file })),
        }),
      };
  return present({
    ...rest,
    content: said as Content & { headerMedia?: { type: MediaType } },
    template: template && choice,
  }) as Omit<SendRequest, 'sender'>;
}

/** A button whose type and code were left out has the usual ones. */
function buttonOf(button: NonNullable<NonNullable<Request['content']>['buttons']>[number]) {
  const { type = 'QUICK_REPLY', label = '', code = label, ...rest } = button;
  return { ...rest, type, label, code };
}

/**
 * The core names the parts of a content as they are called where they are blocks of their own: here they have one place. */
export function inOurWords(error: unknown, { template }: Request): unknown {
  if (!(error instanceof Problem)) return error;
  const details = error.details.map((detail) => {
    if (detail.field === undefined) return detail;
    const field = fieldOf(detail.field, template !== undefined);
    return { ...detail, field, message: detail.message.replaceAll(detail.field, field) };
  });
  return new Problem(error.kind, details[0]?.message ?? error.message, details);
}

const files = /^(image|video|audio|voice|document|sticker)(?=\.|$)/;

function fieldOf(field: string, isTemplate: boolean): string {
  if (field.startsWith('options.buttons'))
    return field.replace('options', isTemplate ? 'template' : 'content');
  if (field === 'text.body') return 'content.text';
  if (field === 'contacts') return 'content.cards';
  if (/^(type$|subject$|html$|attachments|location)/.test(field)) return `content.${field}`;
  return field.replace(files, isTemplate ? 'template.media' : 'content.media');
}
