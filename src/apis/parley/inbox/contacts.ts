import Type from 'typebox';
import { present } from '../../../model/present.ts';
import * as inbox from '../../../store/inbox.ts';
import { Contact } from '../contacts.ts';
import { pageOf, pageQuery, pageRead } from '../page.ts';
import { route } from '../route.ts';
import { change, idParams, maybe, ms, oneOf } from '../words.ts';
import { type AnyAsk, contactSeen } from './ask.ts';
import { InboxSession, ThreadMessage } from './schemas.ts';
import { storedTold } from './thread.ts';
import { rowTold } from './told.ts';
import { Said, sendAs } from './writing.ts';

const text = (description: string) => maybe(Type.String({ maxLength: 2048, description }));

const Label = Type.Object(
  {
    key: Type.String({ maxLength: 200, description: 'Unique for a person.' }),
    value: Type.Unknown({ description: 'Any JSON; null takes the label away.' }),
    name: text('Name for people.'),
    type: maybe(oneOf(['TEXT', 'DATE', 'NUMBER', 'LIST'], 'How to read the value.')),
    format: text('How to show the value.'),
  },
  { additionalProperties: false },
);

const again = async (ask: AnyAsk, id: string) => contactSeen(ask, id);

/** Whom one talks with. */
export const inboxContacts = [
  route({
    method: 'GET',
    path: '/inbox/contacts/:id',
    right: 'agent',
    summary: 'One contact',
    params: idParams,
    answer: Contact,
    run: (ask) => contactSeen(ask, ask.params.id),
  }),
  route({
    method: 'PUT',
    path: '/inbox/contacts/:id',
    right: 'agent',
    summary: 'Change what the business says of a contact',
    about: 'What is left out stays as it is.',
    params: idParams,
    body: change({
      profile: maybe(
        Type.Object(
          {
            name: text('Name.'),
            email: text('E-mail address.'),
            phone: text('Phone number.'),
            displayName: text('How you show the person.'),
            imageUrl: text('Address of a picture.'),
            countryCode: text('As you write it.'),
          },
          { additionalProperties: false, description: 'As the business says it.' },
        ),
      ),
      labels: maybe(Type.Array(Label, { maxItems: 100, description: 'Added, or changed by key.' })),
      lang: text('Preferred language.'),
    }),
    answer: Contact,
    async run(ask) {
      const { core, caller, businessId, body } = ask;
      const { id } = await contactSeen(ask, ask.params.id);
      const { profile, labels, lang } = body;
      if (lang) await core.setLanguage(caller, id, lang);
      const told = present({ businessProfile: profile && present(profile), labels }) as never;
      if (profile || labels) await core.updateContact(businessId, { contactId: id }, told);
      return again(ask, id);
    },
  }),
  route({
    method: 'PUT',
    path: '/inbox/contacts/:id/tags',
    right: 'agent',
    summary: 'Give a contact these tags, and no others',
    params: idParams,
    body: change({
      tags: Type.Array(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }), { description: 'Ids of tags.' }),
    }),
    answer: Contact,
    async run(ask) {
      const { id } = await contactSeen(ask, ask.params.id);
      return ask.core.setTags(ask.caller, id, ask.body.tags);
    },
  }),
  route({
    method: 'PUT',
    path: '/inbox/contacts/:id/owner',
    right: 'agent',
    summary: 'Make an agent the owner of a contact',
    about: 'An open session of the contact is handed to that agent.',
    params: idParams,
    body: change({
      agent: maybe(
        Type.Union([Type.String(), Type.Null()], { description: 'Code of the agent; null: nobody.' }),
      ),
    }),
    answer: Type.Object({ changed: Type.Boolean({ description: 'It had another owner before.' }) }),
    async run(ask) {
      const { id } = await contactSeen(ask, ask.params.id);
      return ask.core.assignContact(ask.caller, id, ask.body.agent || undefined);
    },
  }),
  route({
    method: 'GET',
    path: '/inbox/contacts/:id/sessions',
    right: 'agent',
    summary: 'The sessions of a contact that you see, newest first',
    params: idParams,
    query: Type.Object(pageQuery),
    answer: pageOf(InboxSession),
    async run(ask) {
      const { core, businessId, query } = ask;
      const { id } = await contactSeen(ask, ask.params.id);
      const { view } = await ask.me();
      const rows = await inbox.ofContacts(core.db, businessId, view, [id], query);
      const setup = await ask.setup();
      return pageRead(
        rows.map((row) => rowTold(core, setup, row)),
        (row) => row.id,
        query.limit,
      );
    },
  }),
  route({
    method: 'GET',
    path: '/inbox/contacts/:id/events',
    right: 'agent',
    summary: 'What a customer did, as the business told it, newest first',
    params: idParams,
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object({
            name: Type.String({ description: 'What it was.' }),
            id: Type.String({ description: 'Its id.' }),
            at: ms('When it was told.'),
            data: maybe(Type.Unknown({ description: 'What was told with it.' })),
          }),
          { description: 'At most 100.' },
        ),
      },
      { $id: 'CustomerEvents' },
    ),
    async run(ask) {
      const contact = await contactSeen(ask, ask.params.id);
      const found = await ask.core.customerEvents(contact, 100, ask.businessId);
      return { items: found.map(({ data, ...rest }) => ({ ...rest, ...(data !== null && { data }) })) };
    },
  }),
  route({
    method: 'POST',
    path: '/inbox/contacts/:id/messages',
    right: 'agent',
    summary: 'Write to a contact: goes on with its session, or begins one',
    params: idParams,
    body: Said,
    creates: 'always',
    answer: ThreadMessage,
    async run(ask) {
      const { id, channelId } = await contactSeen(ask, ask.params.id);
      const sent = await sendAs(ask, { contactId: id, channelId }, ask.body);
      ask.made('created');
      return storedTold(ask, sent.sessionId, sent.id);
    },
  }),
];
