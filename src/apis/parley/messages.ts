import Type, { type Static } from 'typebox';
import { isId } from '../../model/ids.ts';
import type { Content, MediaType, Message as ModelMessage } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { missing, Problem } from '../../model/problem.ts';
import { type Status, statusRanks } from '../../model/status.ts';
import type { SendRequest } from '../../pipeline/core.ts';
import { find } from '../../store/messages.ts';
import { contentTold, OutgoingContent, ToldContent } from './content.ts';
import { route } from './route.ts';
import { change, flag, idParams, json, known, maybe, ms, oneOf } from './words.ts';

const text = (description: string) => maybe(Type.String({ description }));

const request = change({
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
});

const Accepted = Type.Object(
  {
    id: Type.String({ description: 'Id of the message: its statuses come under it.' }),
    sessionId: Type.String({ description: 'The conversation that it is part of.' }),
    contactId: Type.String({ description: 'The person that it goes to.' }),
  },
  { $id: 'AcceptedMessage' },
);

const statuses = Object.keys(statusRanks) as Status[];

export const Message = Type.Object(
  {
    id: Type.String({ description: 'Its id.' }),
    direction: oneOf(
      ['I', 'O', 'L', 'N'],
      'I: from the person, O: to the person, L: a line of the log, N: a note of an agent.',
    ),
    contactId: Type.String({ description: 'The person.' }),
    channelId: Type.String({ description: 'The channel.' }),
    sessionId: Type.String({ description: 'The conversation.' }),
    content: ToldContent,
    status: oneOf(statuses, 'The furthest status that it has reached.'),
    stamps: Type.Record(Type.String(), Type.Integer(), {
      description:
        'Every status that it has reached, with the time at which it first did, in epoch milliseconds.',
    }),
    errors: Type.Array(
      Type.Object({
        code: Type.String({ description: 'Code of the failure.' }),
        title: Type.String({ description: 'What failed.' }),
        details: text('More about it.'),
        href: text('Where it is explained.'),
      }),
      { description: 'Why it failed, as webhooks tell it.' },
    ),
    failure: maybe(
      Type.Object(
        {
          class: Type.String({ description: 'What kind of failure it was.', examples: ['RATE_LIMITED'] }),
          code: text("The provider's own code."),
          subcode: text('Its second code.'),
          text: text('Its own words.'),
          traceId: text('By which the provider finds it.'),
          retryAfterMs: maybe(Type.Integer({ description: 'How long the provider asked to wait.' })),
          scope: maybe(oneOf(['channel', 'recipient'], 'Whom a rate limit concerns.')),
        },
        { description: 'The last failed attempt.' },
      ),
    ),
    providerId: text("The channel's own id of it."),
    replyId: text('The message that it answers.'),
    replyIdExt: text("The channel's own id of that."),
    appId: text('The app that sent it.'),
    senderType: maybe(oneOf(['API', 'BOT', 'AGENT'], 'Who wrote it.')),
    senderCode: text('Code of the app or the agent.'),
    mask: flag('What it says is hidden once it is handed over.'),
    timestamp: ms('When it was accepted, or written by the person.'),
  },
  { $id: 'Message' },
);

/** A message in the words of the API. What is to be hidden is hidden from the start (decision D37). */
export function messageTold({ content, ...rest }: ModelMessage): Static<typeof Message> {
  const shown: Content = rest.mask ? { type: content.type } : content;
  return { ...rest, content: contentTold(shown), stamps: { ...rest.stamps } as Record<string, number> };
}

export const messages = [
  route({
    method: 'POST',
    path: '/messages',
    right: 'write',
    summary: 'Send a message',
    about: 'It is stored and due when this answers; what becomes of it is told by `message.status` events.',
    body: request,
    creates: 'always',
    answer: Accepted,
    async run({ core, caller, body, setup, made }) {
      const app = (await setup()).apps.get(caller.appId);
      const sender = { type: app?.mode === 'BOT' ? 'BOT' : 'API', ...(app && { code: app.code }) } as const;
      const accepted = await core
        .send(caller, { ...sendRequestOf(body), sender })
        .catch((error: unknown) => Promise.reject(inOurWords(error, body)));
      made('created');
      return accepted;
    },
  }),
  route({
    method: 'GET',
    path: '/messages/:id',
    right: 'read',
    summary: 'One message with its whole history',
    params: idParams,
    answer: Message,
    async run({ core, businessId, params }) {
      const { id } = params;
      return messageTold(known(isId(id) ? await find(core.db, businessId, id) : undefined, 'message'));
    },
  }),
];

type Request = Static<typeof request>;

function sendRequestOf({ to, channelId, content, template, replyTo, sendAt, mask }: Request) {
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
      };
  return present({
    to,
    channelId,
    content: said as Content & { headerMedia?: { type: MediaType } },
    template: template && choice,
    replyTo,
    sendAt,
    mask,
  }) as Omit<SendRequest, 'sender'>;
}

/** A button whose type and code were left out has the usual ones. */
function buttonOf(button: NonNullable<NonNullable<Request['content']>['buttons']>[number]) {
  const { type = 'QUICK_REPLY', label = '', code = label, ...rest } = button;
  return { ...rest, type, label, code };
}

/** The core names the parts of a content as they are called where they are blocks of their own: here they have one place. */
function inOurWords(error: unknown, { template }: Request): unknown {
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
  if (field === 'type' || field.startsWith('location')) return `content.${field}`;
  return field.replace(files, isTemplate ? 'template.media' : 'content.media');
}
