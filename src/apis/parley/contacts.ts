import Type from 'typebox';
import { contactTypes, type Contact as ModelContact } from '../../model/contact.ts';
import { present } from '../../model/present.ts';
import type { Caller } from '../../pipeline/core.ts';
import * as stored from '../../store/contacts.ts';
import { assertOwn, codeShown, ownContacts } from '../reach.ts';
import { pageFrom, pageOf, pageQuery, pageRead } from './page.ts';
import { route } from './route.ts';
import { change, flag, idParams, known, maybe, ms, oneOf } from './words.ts';

const text = (description: string) => maybe(Type.String({ description }));

const Profile = Type.Object(
  {
    name: text('Name.'),
    email: text('E-mail address.'),
    phone: text('Phone number.'),
  },
  { $id: 'Profile' },
);
const BusinessProfile = Type.Object(
  {
    ...Profile.properties,
    profileId: text("The person's id in your own system."),
    displayName: text('How you show the person, where that is not the name.'),
    imageUrl: text('Address of a picture.'),
    countryCode: text('As you write it: `966`, `SA`.'),
  },
  { $id: 'BusinessProfile', description: 'What the business says of the person.' },
);
const tagIds = Type.Array(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }), {
  description: 'Ids of tags.',
  examples: [[31]],
});
/** A person as the API tells it. */
export const Contact = Type.Object(
  {
    id: Type.String({ description: 'Its id.' }),
    no: Type.Integer({ description: 'Number, unique among contacts and agents.', examples: [5120] }),
    type: oneOf(Object.keys(contactTypes) as (keyof typeof contactTypes)[], 'What kind of address it is.'),
    lane: Type.String({ description: 'Our side: number, page, site, mailbox.' }),
    csid: Type.String({ description: "The channel's own id of the person." }),
    channelId: Type.String({ description: 'The channel that last carried a message.' }),
    profile: Profile,
    businessProfile: BusinessProfile,
    labels: Type.Array(
      Type.Object({
        key: Type.String({ description: 'Unique for a person.' }),
        value: Type.Unknown({ description: 'Any JSON.' }),
        name: text('Name for people.'),
        type: maybe(oneOf(['TEXT', 'DATE', 'NUMBER', 'LIST'], 'How to read the value.')),
        format: text('How to show the value.'),
      }),
      { description: 'What the business noted about the person.' },
    ),
    tags: tagIds,
    owner: text('Code of the agent whose customer this is.'),
    lang: text('Preferred language.'),
    optedOut: flag('The person wants no messages.'),
    lastInboundAt: maybe(ms('When the person last wrote.')),
  },
  { $id: 'Contact' },
);

const draft = Type.Object(
  {
    channelId: text('Id of the channel; may be left out when there is one alone.'),
    csid: Type.String({ description: "The channel's own id of the person.", examples: ['966512340001'] }),
    businessProfile: maybe(
      Type.Object(BusinessProfile.properties, {
        additionalProperties: false,
        description: 'Added to what is known.',
      }),
    ),
    tags: maybe(tagIds),
  },
  { additionalProperties: false },
);
const Put = Type.Object(
  {
    items: Type.Array(
      Type.Object({ contact: Contact, created: Type.Boolean({ description: 'It was not there before.' }) }),
      { description: 'In the order of the request.' },
    ),
  },
  { $id: 'ContactsPut' },
);

/** A contact as the caller may know it: the code of its owner may be a mail address. */
function contactTold({ owner, ...contact }: ModelContact, caller: Caller): ModelContact {
  const shown = codeShown(caller, owner);
  return { ...contact, ...(shown !== undefined && { owner: shown }) };
}

function isAsked(contact: ModelContact, { tag, owner }: { tag?: number; owner?: string }): boolean {
  return (
    (tag === undefined || contact.tags.includes(tag)) && (owner === undefined || contact.owner === owner)
  );
}

export const contacts = [
  route({
    method: 'GET',
    path: '/contacts',
    right: 'read',
    reach: 'own',
    summary: 'All contacts, in the order of their ids',
    query: Type.Object({
      ...pageQuery,
      tag: maybe(
        Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1, description: 'Only those with this tag.' }),
      ),
      owner: text('Only those of this agent.'),
    }),
    answer: pageOf(Contact),
    async run({ core, caller, businessId, query }) {
      const own = await ownContacts(core, caller);
      const page = own
        ? pageFrom(
            own.filter((one) => isAsked(one, query)),
            (one) => one.id,
            query,
          )
        : pageRead(await stored.list(core.db, businessId, query), (one) => one.id, query.limit);
      return { ...page, items: page.items.map((one) => contactTold(one, caller)) };
    },
  }),
  route({
    method: 'POST',
    path: '/contacts',
    right: 'write',
    summary: 'Create contacts, or tell more of those that are there',
    about: 'Up to 1000 at once, all or none. Profiles and tags are added to what is known.',
    body: change({ contacts: Type.Array(draft, { minItems: 1, maxItems: 1000 }) }),
    answer: Put,
    async run({ core, caller, body }) {
      const drafts = body.contacts.map(({ businessProfile = {}, ...rest }) =>
        present({ ...rest, businessProfile: present(businessProfile) }),
      );
      return { items: await core.putContacts(caller, drafts) };
    },
  }),
  route({
    method: 'GET',
    path: '/contacts/:id',
    right: 'read',
    reach: 'own',
    summary: 'One contact',
    params: idParams,
    answer: Contact,
    async run({ core, caller, businessId, params }) {
      await assertOwn(core, caller, params.id);
      const found = await stored.byIds(core.db, businessId, [params.id]);
      return contactTold(known(found.get(params.id), 'contact'), caller);
    },
  }),
  route({
    method: 'PUT',
    path: '/contacts/:id/tags',
    right: 'write',
    summary: 'Give a contact these tags, and no others',
    params: idParams,
    body: change({ tags: tagIds }),
    answer: Contact,
    run: ({ core, caller, params, body }) => core.setTags(caller, params.id, body.tags),
  }),
  route({
    method: 'POST',
    path: '/contacts/:id/tags',
    right: 'write',
    summary: 'Give a contact more tags',
    about: 'One that it has already is no error.',
    params: idParams,
    body: change({ tags: tagIds }),
    answer: Contact,
    run: ({ core, caller, params, body }) => core.tagContact(caller, params.id, body.tags),
  }),
  route({
    method: 'PUT',
    path: '/contacts/:id/owner',
    right: 'write',
    summary: 'Make an agent the owner of a contact',
    about: 'An open session of the contact is handed to that agent. Without an agent it has no owner then.',
    params: idParams,
    body: change({ agent: text('Code of the agent.') }),
    answer: Type.Object(
      { changed: Type.Boolean({ description: 'It had another owner before, or none.' }) },
      { $id: 'ContactAssigned' },
    ),
    run: ({ core, caller, params, body }) => core.assignContact(caller, params.id, body.agent || undefined),
  }),
];
