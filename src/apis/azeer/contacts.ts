import Type, { type Static } from 'typebox';
import { present } from '../../model/present.ts';
import { invalid, missing } from '../../model/problem.ts';
import type { ContactDraft } from '../../pipeline/core.ts';
import { findOnce } from '../../pipeline/idempotency.ts';
import * as store from '../../store/contacts.ts';
import { assertOwn } from '../reach.ts';
import { checkerOf } from '../validate.ts';
import { agentNamed, assignee } from './agents.ts';
import { inWords } from './errors.ts';
import { Contact, contactOfNumber, contactTold, lanesOf } from './people.ts';
import { type Ask, route } from './route.ts';
import {
  Done,
  digitsOf,
  done,
  filled,
  ident,
  idParams,
  known,
  maybe,
  numberOf,
  phone,
  tagIdsOf,
  text,
} from './words.ts';

const tag = 'Contacts';

/** How many contacts a call may bring (azeer.md 4.1). */
const mostIn = { sync: 15, async: 1000 } as const;
type Mode = keyof typeof mostIn;

const parts = {
  platform_id: phone,
  platform: text('`whatsapp`, in any case.', 'whatsapp'),
  image_url: maybe(text('A picture.')),
  profile_name: filled('Name.', 'Huda'),
  profile_display_name: filled('The name that is shown.', 'Huda A.'),
  profile_email: maybe(text('E-mail address.')),
  country_code: filled('In any form; kept as it is.', '966'),
  tags: maybe(Type.Array(ident('Id of a tag.', 31), { description: 'Added to those that it has.' })),
};
const NewContact = Type.Object(parts, { $id: 'NewContact' });
type NewContact = Static<typeof NewContact>;

/** Many in `contacts`, or one that stands alone (azeer.md 4.2). */
const ContactsBody = Type.Object(
  {
    mode: maybe(text('`sync`, the default: at most 15. `async`: at most 1000.', 'sync')),
    contacts: maybe(Type.Array(NewContact, { description: 'What is there already is changed.' })),
    ...(Object.fromEntries(Object.entries(parts).map(([name, schema]) => [name, maybe(schema)])) as {
      [Name in keyof typeof parts]: ReturnType<typeof maybe<(typeof parts)[Name]>>;
    }),
  },
  { $id: 'NewContacts', description: 'A list of contacts, or one contact as it is.' },
);
const ContactsPut = Type.Object(
  { ...Done.properties, data: maybe(Type.Array(Contact, { description: 'Of `sync` alone.' })) },
  { $id: 'ContactsPut' },
);

const checkOne = checkerOf(NewContact, 'body');

/** The contacts of a request, whichever form it has. */
function givenIn(body: Static<typeof ContactsBody>): {
  mode: Mode;
  list: NewContact[];
  at: (i: number) => string;
} {
  const { mode = 'sync', contacts, ...rest } = body;
  if (mode !== 'sync' && mode !== 'async') {
    throw invalid('mode', 'mode must be sync or async', { possibleValues: Object.keys(mostIn) });
  }
  if (contacts === undefined) {
    if (rest.platform_id === undefined) throw missing('contacts');
    const checked = checkOne(rest) as { value: NewContact } | { error: Error };
    if ('error' in checked) throw checked.error;
    return { mode, list: [checked.value], at: () => '' };
  }
  const most = mostIn[mode];
  if (contacts.length === 0 || contacts.length > most) {
    throw invalid('contacts', `contacts must hold 1 to ${most} contacts in mode ${mode}`, {
      code: 'WRONG_NUMBER_OF_CONTACTS',
    });
  }
  return { mode, list: contacts, at: (i) => `contacts[${i}].` };
}

function draftOf(given: NewContact, at: string): ContactDraft {
  if (given.platform.trim().toLowerCase() !== 'whatsapp') {
    throw invalid(`${at}platform`, `${at}platform must be whatsapp`, { possibleValues: ['whatsapp'] });
  }
  return {
    csid: digitsOf(given.platform_id, `${at}platform_id`),
    businessProfile: present({
      name: given.profile_name,
      displayName: given.profile_display_name,
      email: given.profile_email,
      imageUrl: given.image_url,
      countryCode: given.country_code,
    }),
    ...(given.tags && { tags: tagIdsOf(given.tags, `${at}tags`) }),
  };
}

/** The core's names of a contact's parts, as this API calls them. */
const ourNames: Readonly<Record<string, string>> = {
  csid: 'platform_id',
  'businessProfile.name': 'profile_name',
  'businessProfile.displayName': 'profile_display_name',
  'businessProfile.email': 'profile_email',
  'businessProfile.imageUrl': 'image_url',
  'businessProfile.countryCode': 'country_code',
};

/** The names of the parts of all contacts of a request. */
function namesIn(count: number, at: (i: number) => string): Record<string, string> {
  const names = Array.from({ length: count }, (_, i) =>
    [...Object.entries(ourNames), ['tags', 'tags']].map(([core, own]) => [
      `contacts[${i}].${core}`,
      at(i) + own,
    ]),
  );
  return Object.fromEntries(names.flat()) as Record<string, string>;
}

const sample = {
  platform_id: '966512340001',
  platform: 'whatsapp',
  profile_name: 'Huda',
  profile_display_name: 'Huda A.',
  country_code: '966',
  tags: [31],
};
const record = {
  id: 5120,
  platform_id: '966512340001',
  platform: 'whatsapp',
  is_agent: false,
  business_id: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b',
  image_url: '',
  profile_name: 'Huda',
  profile_display_name: 'Huda A.',
  profile_email: '',
  country_code: '966',
  tags: [31],
};

type Asker = Pick<Ask<unknown, unknown, unknown>, 'core' | 'setup'>;

/** The contact that a body names by its number, or 400: nothing can be done without it (azeer.md 3.5, 8.3). */
async function contactMeant({ core, setup }: Asker, given: string | number) {
  const digits = digitsOf(given, 'platform_id');
  const contact = await contactOfNumber(core, await setup(), digits);
  if (contact) return contact;
  throw invalid('platform_id', 'platform_id: there is no contact with this number', {
    code: 'UNKNOWN_CONTACT',
  });
}

export const contacts = [
  route({
    method: 'POST',
    path: '/contact/create',
    right: 'write',
    tag,
    summary: 'Create contacts, or change those that are there',
    about:
      'All or none. Known by the number on the WhatsApp channel where it was heard last, else on the first one. ' +
      '`async` is stored when this answers, too, and leaves `data` out.',
    body: ContactsBody,
    answer: ContactsPut,
    example: {
      request: { mode: 'sync', contacts: [sample] },
      response: { success: true, message: 'contacts created', data: [record] },
    },
    async run({ core, caller, body, setup }) {
      const { mode, list, at } = givenIn(body);
      const all = await setup();
      const drafts = list.map((one, i) => draftOf(one, at(i)));
      const channels = await findOnce(async () => {
        const numbers = drafts.map(({ csid }) => csid);
        return (await lanesOf(core, all, numbers, (i) => `${at(i)}platform_id`)).map(({ id }) => id);
      });
      const placed = drafts.map((draft, i) => ({ ...draft, channelId: channels[i]! }));
      const put = await core
        .putContacts(caller, placed)
        .catch((error: unknown) => inWords(namesIn(list.length, at))(error));
      const message = 'contacts created';
      if (mode === 'async') return { success: true, message };
      return done(
        message,
        put.map(({ contact }) => contactTold(contact, all)),
      );
    },
  }),
  route({
    method: 'POST',
    path: '/contact/assign',
    right: 'write',
    tag,
    summary: 'Assign a contact to an agent',
    about:
      'Its open conversation goes to that agent, and so do later ones. The same agent again changes nothing.',
    body: Type.Object({ platform_id: phone, assigned_platform_id: assignee }, { $id: 'Assignment' }),
    answer: Done,
    example: {
      request: { platform_id: '966544444444', assigned_platform_id: 'lina@shop.example' },
      response: { message: 'assignment completed successfully', success: true },
    },
    async run(ask) {
      const { core, caller, body, setup } = ask;
      const { contact, agent } = await findOnce(async () => {
        const { id } = await contactMeant(ask, body.platform_id);
        const agent = agentNamed(await setup(), body.assigned_platform_id);
        if (agent) return { contact: id, agent: agent.code };
        throw invalid('assigned_platform_id', 'assigned_platform_id: there is no such agent', {
          code: 'UNKNOWN_AGENT',
        });
      });
      await core
        .assignContact(caller, contact, agent)
        .catch(inWords({ agent: 'assigned_platform_id', contactId: 'platform_id' }));
      return { message: 'assignment completed successfully', success: true };
    },
  }),
  route({
    method: 'POST',
    path: '/contact/tags',
    right: 'write',
    tag: 'Tags',
    summary: 'Add tags to a contact',
    about: 'To those that it has; one that it has already is no error.',
    status: 201,
    body: Type.Object(
      {
        platform_id: phone,
        tag_ids: Type.Array(ident('Id of a tag.', 3117), { minItems: 1, description: 'Existing tags.' }),
      },
      { $id: 'ContactTags' },
    ),
    answer: Done,
    example: {
      request: { platform_id: '966512340001', tag_ids: [3117] },
      response: { message: 'tags assigned successfully', success: true },
    },
    async run(ask) {
      const { core, caller, body } = ask;
      const ids = tagIdsOf(body.tag_ids, 'tag_ids');
      const contact = await contactMeant(ask, body.platform_id);
      await core
        .tagContact(caller, contact.id, ids)
        .catch(inWords({ tags: 'tag_ids', contactId: 'platform_id' }));
      return { message: 'tags assigned successfully', success: true };
    },
  }),
  route({
    method: 'GET',
    path: '/contact/:id',
    right: 'read',
    reach: 'own',
    tag,
    summary: 'One contact, by its phone number or its id',
    params: idParams,
    answer: Contact,
    example: { response: record },
    async run({ core, caller, businessId, params, setup }) {
      const all = await setup();
      const number = params.id.replace(/^\+/, '');
      const no = numberOf(number);
      const found =
        (await contactOfNumber(core, all, number)) ??
        (no === undefined ? undefined : await store.byNumber(core.db, businessId, no));
      await assertOwn(core, caller, found?.id);
      return contactTold(known(found, 'contact'), all);
    },
  }),
];
