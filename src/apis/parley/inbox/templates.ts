import Type, { type Static } from 'typebox';
import { type Contact, isNameless } from '../../../model/contact.ts';
import { present } from '../../../model/present.ts';
import { missing } from '../../../model/problem.ts';
import { ticketOf } from '../../../model/session.ts';
import type { Template } from '../../../model/setup.ts';
import { callerPlaces, contactValues, fillKnown, type TemplateValues } from '../../../model/template.ts';
import { prepareContent } from '../../../pipeline/prepare.ts';
import * as contacts from '../../../store/contacts.ts';
import { Button } from '../content.ts';
import { Segments } from '../preview.ts';
import { route } from '../route.ts';
import { change, flag, idParams, known, maybe, oneOf } from '../words.ts';
import { type AnyAsk, contactSeen, sessionSeen } from './ask.ts';
import { carriesOf, nameOf } from './told.ts';
import { Compose } from './writing.ts';

const text = (description: string) => maybe(Type.String({ description }));

const Usable = Type.Object(
  {
    code: Type.String({ description: 'Its code.' }),
    lang: Type.String({ description: 'Language of this variant.' }),
    name: Type.String({ description: 'Name for people.' }),
    category: text('Its category.'),
    header: text('A line above.'),
    body: Type.String({ description: 'The text, with its placeholders.' }),
    footer: text('A line below.'),
    buttons: maybe(Type.Array(Button)),
    media: maybe(
      Type.Object({
        type: oneOf(['image', 'video', 'document'], 'What kind of file.'),
        link: text('Where it is.'),
        filename: text('How it is called.'),
      }),
    ),
    variables: Type.Array(
      Type.Object({
        name: Type.String({ description: 'Give its value as `template.data.<name>`.' }),
        where: oneOf(['header', 'body', 'button'], 'Where it stands first.'),
      }),
      { description: 'What is to be filled in.' },
    ),
    usable: flag('It may be sent on this channel, also outside the care window.'),
    why: text('Why not.'),
  },
  { $id: 'UsableTemplate' },
);

function variablesOf({ header, body, buttons }: Template) {
  const places = [
    ...callerPlaces(header).map((name) => ({ name, where: 'header' as const })),
    ...callerPlaces(body).map((name) => ({ name, where: 'body' as const })),
    ...buttons
      .flatMap(({ url, label }) => [url, label])
      .flatMap(callerPlaces)
      .map((name) => ({ name, where: 'button' as const })),
  ];
  return [...new Map(places.reverse().map((one) => [one.name, one])).values()].reverse();
}

/** What the variables of a canned answer stand for, in a session where there is one. */
async function valuesFor(
  ask: AnyAsk,
  sessionId: string | undefined,
  contact: Contact,
): Promise<TemplateValues> {
  const { agent } = await ask.me();
  const { vars } = await ask.setup();
  // A number is no name.
  const name = isNameless(contact) ? undefined : nameOf(contact);
  return {
    data: {
      agent: { name: agent.displayName || agent.name },
      ...(sessionId && { session: { ticket: ticketOf(sessionId) } }),
    },
    contact: { ...(name && { name, firstName: name.split(/\s/)[0] }), ...contactValues(contact) },
    global: Object.fromEntries(vars.filter((one) => !one.disabled).map((one) => [one.key, one.value])),
  };
}

const aboutPreview =
  'Nothing is sent or kept. `missing` names the variables that have no value. `measure` is there for a text, on ' +
  'channels whose provider charges by the part.';

/** What is to be filled in. */
const Filled = change({
  template: Compose.properties.template,
  text: text('A text with variables, such as `{{contact.name}}`, `{{agent.name}}`, `{{session.ticket}}`.'),
});

const Preview = Type.Object(
  {
    header: text('A line above.'),
    body: Type.String({ description: 'The text.' }),
    footer: text('A line below.'),
    buttons: maybe(Type.Array(Button)),
    missing: Type.Array(Type.String(), {
      description: 'Variables that have no value. In a text they stay as they stand there.',
    }),
    measure: maybe(Segments),
  },
  { $id: 'Preview' },
);

interface Reader {
  contact: Contact;
  channelId: string;
  sessionId?: string;
}

/** What somebody would read. */
async function previewFor(
  ask: AnyAsk,
  { contact, channelId, sessionId }: Reader,
  body: Static<typeof Filled>,
): Promise<Static<typeof Preview>> {
  const { core, businessId, setup } = ask;
  if (body.text !== undefined) {
    const filled = fillKnown(body.text, await valuesFor(ask, sessionId, contact));
    const measure = await core.measure({
      businessId,
      channelId,
      direction: 'O',
      content: { type: 'text', text: filled.text },
    });
    return present({ body: filled.text, missing: filled.missing, measure });
  }
  if (!body.template) throw missing('template');
  const all = await setup();
  const channel = known(all.channels.get(channelId), 'channel');
  const { media: _, buttons: __, ...choice } = body.template;
  const template = present(choice) as {
    code?: string;
    id?: string;
    lang?: string;
    data?: Record<string, unknown>;
  };
  const request = {
    to: {},
    content: { type: 'template' as const },
    template,
    sender: { type: 'AGENT' as const },
  };
  const target = { channel, contact, contactId: contact.id, csid: contact.csid };
  const content = prepareContent(all, target, request, Date.now());
  const use = content.template!;
  const variant = all.templates.find(({ id }) => id === use.id)!;
  const data = template.data ?? {};
  const without = variablesOf(variant).filter(({ name }) => data[name] === undefined || data[name] === '');
  return present({
    header: use.header,
    body: use.body,
    footer: use.footer,
    buttons: content.buttons,
    missing: without.map(({ name }) => name),
  }) as never;
}

/** Templates as agents choose among them. */
export const inboxTemplates = [
  route({
    method: 'GET',
    path: '/inbox/templates',
    right: 'agent',
    summary: 'Templates, with what is to be filled in',
    query: Type.Object({ channel: text('Id of the channel over which they are to be sent.') }),
    answer: Type.Object({ items: Type.Array(Usable) }, { $id: 'UsableTemplates' }),
    async run({ core, setup, query }) {
      const all = await setup();
      const channel =
        query.channel === undefined ? undefined : known(all.channels.get(query.channel), 'channel');
      const needsApproval = channel !== undefined && carriesOf(core, all, channel.id)?.approval === true;
      const items = all.templates
        .filter(({ contactType }) => !channel || !contactType || contactType === channel.contactType)
        .map((one) => {
          const { code, lang, name, category, header, body, footer, buttons, media } = one;
          const approval = one.approvals.find(({ channelId }) => channelId === channel?.id);
          const usable = !needsApproval || approval?.status.toUpperCase() === 'APPROVED';
          const why = usable
            ? undefined
            : `The provider has not approved it (${approval?.status ?? 'not submitted'}).`;
          return present({
            code,
            lang,
            name,
            category,
            header,
            body,
            footer,
            buttons,
            media,
            variables: variablesOf(one),
            usable,
            why,
          });
        });
      return { items } as never;
    },
  }),
  route({
    method: 'POST',
    path: '/inbox/sessions/:id/preview',
    right: 'agent',
    summary: 'What the person would read: a template, or a text with variables, filled in',
    about: aboutPreview,
    params: idParams,
    body: Filled,
    answer: Preview,
    async run(ask) {
      const row = await sessionSeen(ask, ask.params.id);
      const found = await contacts.byIds(ask.core.db, ask.businessId, [row.contactId]);
      const contact = known(found.get(row.contactId), 'contact');
      return previewFor(ask, { contact, channelId: row.channelId, sessionId: row.id }, ask.body);
    },
  }),
  route({
    method: 'POST',
    path: '/inbox/contacts/:id/preview',
    right: 'agent',
    summary: 'What the person would read, where there is no session yet',
    about: aboutPreview,
    params: idParams,
    body: Filled,
    answer: Preview,
    async run(ask) {
      const contact = await contactSeen(ask, ask.params.id);
      return previewFor(ask, { contact, channelId: contact.channelId }, ask.body);
    },
  }),
];
