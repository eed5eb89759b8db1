import Type, { type Static } from 'typebox';
import type { Tag as ModelTag, Setup } from '../../model/setup.ts';
import { inWords } from './errors.ts';
import { route } from './route.ts';
import { done, envelope, filled, maybe, microsecondsTime, number, text } from './words.ts';

const tag = 'Tags';

/** A tag as this API tells one (azeer.md 8.1). */
const Tag = Type.Object(
  {
    id: number('Its id.', 3117),
    business_id: text('The business, a UUID.', '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b'),
    tag: text('Its name.', 'VIP'),
    colour: text('`#rrggbb`.', '#1ca08a'),
    description: text('What it is for.', 'Spends most'),
    created_by: number('Number of the user who made it; 0 for nobody in particular.', 40211),
    display_name: text('Empty.', ''),
    updated_at: text('When it was changed.', '2026-01-05T09:12:31.163000Z'),
    created_at: text('When it was made.', '2026-01-05T09:12:31.163000Z'),
  },
  { $id: 'Tag' },
);

function tagTold(one: ModelTag, { business }: Setup): Static<typeof Tag> {
  return {
    id: one.id,
    business_id: business.uuid,
    tag: one.name,
    colour: one.colour ?? '',
    description: one.description ?? '',
    created_by: one.createdBy ?? 0,
    display_name: '',
    updated_at: microsecondsTime(one.updatedAt),
    created_at: microsecondsTime(one.createdAt),
  };
}

const record = {
  id: 3117,
  business_id: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b',
  tag: 'VIP',
  colour: '#1ca08a',
  description: 'Spends most',
  created_by: 40211,
  display_name: '',
  updated_at: '2026-01-05T09:12:31.163000Z',
  created_at: '2026-01-05T09:12:31.163000Z',
};

export const tags = [
  route({
    method: 'POST',
    path: '/tags',
    right: 'setup',
    tag,
    summary: 'Create a tag',
    body: Type.Object(
      {
        tag: filled('Its name, unique whatever its case.', 'VIP'),
        description: maybe(text('What it is for.', 'Spends most')),
        colour: maybe(text('`#rrggbb`.', '#1ca08a')),
      },
      { $id: 'NewTag' },
    ),
    answer: envelope('TagPut', Tag),
    example: {
      request: { tag: 'VIP', description: 'Spends most', colour: '#1ca08a' },
      response: done('Tag created successfully', record),
    },
    async run({ core, caller, body, setup }) {
      const { tag: name, description, colour } = body;
      const { value } = await core.change
        .putTag(caller, {
          name,
          isNew: true,
          ...(description && { description }),
          ...(colour && { colour }),
          ...(caller.makerNo !== undefined && { createdBy: caller.makerNo }),
        })
        .catch(inWords({ name: 'tag' }));
      return done('Tag created successfully', tagTold(value, await setup()));
    },
  }),
  route({
    method: 'GET',
    path: '/tags',
    right: 'read',
    reach: 'application',
    tag,
    summary: 'All tags',
    answer: envelope('TagList', Type.Array(Tag)),
    example: { response: done('tags list', [record]) },
    async run({ setup }) {
      const all = await setup();
      const list = [...all.tags.values()].sort((a, b) => a.id - b.id);
      return done(
        'tags list',
        list.map((one) => tagTold(one, all)),
      );
    },
  }),
];

const CustomField = Type.Object(
  {
    id: number('Its id.', 71),
    display_name: text('Its name.', 'Loyalty number'),
    type: text('What its values are: text, number, date, list.', 'text'),
  },
  { $id: 'CustomField' },
);

export const customFields = [
  route({
    method: 'GET',
    path: '/customfield/group',
    right: 'read',
    reach: 'application',
    tag: 'Custom fields',
    summary: 'All custom fields, by type',
    about: 'A value stands on the contact as a label: its key is the key of the field.',
    answer: envelope(
      'CustomFieldGroups',
      Type.Record(Type.String(), Type.Array(CustomField), { description: 'Fields by their type.' }),
    ),
    example: {
      response: done('custom fields list', {
        text: [{ id: 71, display_name: 'Loyalty number', type: 'text' }],
        date: [{ id: 72, display_name: 'Birthday', type: 'date' }],
      }),
    },
    async run({ setup }) {
      const groups: Record<string, Static<typeof CustomField>[]> = {};
      const all = [...(await setup()).customFields.values()].sort((a, b) => a.id - b.id);
      for (const { id, name, type } of all) {
        groups[type] ??= [];
        groups[type].push({ id, display_name: name, type });
      }
      return done('custom fields list', groups);
    },
  }),
];
