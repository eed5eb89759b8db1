import Type from 'typebox';
import { customFieldTypes, type Setup } from '../../model/setup.ts';
import { findOnce } from '../../pipeline/idempotency.ts';
import { byCode } from './by-code.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { route } from './route.ts';
import { change, flag, idParams, known, maybe, ms, name, oneOf, Removed } from './words.ts';

const parts = {
  colour: maybe(Type.String({ description: '`#rrggbb`; empty takes it away.', examples: ['#1ca08a'] })),
  description: maybe(
    Type.String({ description: 'What it is for; empty takes it away.', examples: ['Spends most'] }),
  ),
};
const tagName = Type.String({
  description: 'Unique in the business, whatever its case.',
  examples: ['VIP'],
});
const Tag = Type.Object(
  {
    id: Type.Integer({ description: 'Its id.', examples: [31] }),
    name: tagName,
    ...parts,
    createdBy: maybe(Type.Integer({ description: 'Number of the agent who made it.' })),
    createdAt: ms('When it was made.'),
    updatedAt: ms('When it was changed last.'),
  },
  { $id: 'Tag', description: 'By what the business sorts its contacts.' },
);

const tagOf = ({ tags }: Setup, id: string) => known(tags.get(Number(id)), 'tag');

export const tags = [
  route({
    method: 'GET',
    path: '/tags',
    right: 'read',
    reach: 'application',
    summary: 'All tags',
    query: PageQuery,
    answer: pageOf(Tag),
    run: async ({ setup, query }) => pageFrom((await setup()).tags.values(), (one) => String(one.id), query),
  }),
  route({
    method: 'GET',
    path: '/tags/:id',
    right: 'read',
    reach: 'application',
    summary: 'One tag',
    params: idParams,
    answer: Tag,
    thing: ({ params }) => ({ noun: 'tags', key: params.id }),
    run: async ({ setup, params }) => tagOf(await setup(), params.id),
  }),
  route({
    method: 'POST',
    path: '/tags',
    right: 'setup',
    summary: 'Create a tag',
    about: 'The same name is the same tag again: what is given of it is changed.',
    body: change({
      name: tagName,
      ...parts,
      isNew: maybe(flag('It must not be there yet: refused on `name` with TAKEN. Default: false.')),
    }),
    creates: 'sometimes',
    answer: Tag,
    async run({ core, caller, body, made }) {
      const put = await core.change.putTag(caller, body);
      made(put.change);
      return put.value;
    },
  }),
  route({
    method: 'PATCH',
    path: '/tags/:id',
    right: 'setup',
    summary: 'Change a tag',
    params: idParams,
    body: change({ name: maybe(tagName), ...parts }),
    answer: Tag,
    thing: ({ params }) => ({ noun: 'tags', key: params.id }),
    async run({ core, caller, params, body, setup }) {
      const id = await findOnce(async () => tagOf(await setup(), params.id).id);
      return (await core.change.putTag(caller, { ...body, id })).value;
    },
  }),
  route({
    method: 'DELETE',
    path: '/tags/:id',
    right: 'setup',
    summary: 'Remove a tag, also from every contact that has it',
    params: idParams,
    answer: Removed,
    thing: ({ params }) => ({ noun: 'tags', key: params.id }),
    async run({ core, caller, params, setup }) {
      const id = await findOnce(async () => tagOf(await setup(), params.id).id);
      await core.change.remove(caller, 'tags', String(id));
      return { removed: true };
    },
  }),
];

const fieldParts = {
  name: maybe(name),
  type: maybe(oneOf(customFieldTypes, 'What its values are. Default: `text`.')),
};

export const customFields = byCode({
  noun: 'custom-fields',
  reach: 'application',
  one: 'custom field',
  aOne: 'a custom field',
  key: 'key',
  parts: fieldParts,
  answer: Type.Object(
    {
      id: Type.Integer({ description: 'Its id.', examples: [71] }),
      key: Type.String({
        description: 'Key of the label that holds the value of a contact.',
        examples: ['loyalty'],
      }),
      ...fieldParts,
    },
    { $id: 'CustomField', description: 'A label that every contact may have.' },
  ),
  all: (setup) => setup.customFields.values(),
  codeOf: (field) => field.key,
  told: (field) => field,
  put: (core, by, key, body) => core.change.putCustomField(by, { ...body, key }),
  removable: 'customFields',
  idOf: (field) => String(field.id),
  aboutRemoval: 'Contacts keep their labels of this key.',
});
