import { present } from '../model/present.ts';
import { invalid, notFound } from '../model/problem.ts';
import { type CustomField, customFieldTypes, type Tag } from '../model/setup.ts';
import * as store from '../store/setup-people.ts';
import type { Change, CustomFieldChange, TagChange } from './setup.ts';
import { checkName, checkOneOf, checkText, same } from './setup-check.ts';
import { type Draft, settle } from './setup-draft.ts';

/** Creates or changes a tag. */
export async function putTag(draft: Draft, change: TagChange): Promise<Change<Tag>> {
  const { tags } = draft.setup;
  const meant = change.id === undefined ? undefined : tags.get(change.id);
  if (change.id !== undefined && !meant) throw notFound('id', 'TAG_NOT_FOUND', 'There is no such tag.');
  const name = checkName(change.name ?? meant?.name ?? '');
  const namesake = [...tags.values()].find((one) => one.name.toLowerCase() === name.toLowerCase());
  const before = meant ?? namesake;
  if (namesake && (change.isNew || namesake.id !== before?.id))
    throw invalid('name', `name is that of another tag already: "${namesake.name}"`, {
      code: 'TAKEN',
      value: name,
    });
  const value: Tag = present({
    id: before?.id ?? 0,
    name,
    colour: colourOf(change.colour ?? before?.colour),
    description: descriptionOf(change.description ?? before?.description),
    createdBy: before ? before.createdBy : change.createdBy,
    createdAt: before?.createdAt ?? 0,
    updatedAt: before?.updatedAt ?? 0,
  });
  return settle(draft, value, {
    exists: before !== undefined,
    differs: !same(before, value),
    async write() {
      if (before) value.updatedAt = await store.updateTag(draft.tx, draft.businessId, value);
      else Object.assign(value, await store.insertTag(draft.tx, draft.businessId, value));
      tags.set(value.id, value);
    },
  });
}

function descriptionOf(text: string | undefined): string | undefined {
  return text ? checkText(text, 'description') : undefined;
}

function colourOf(colour: string | undefined): string | undefined {
  if (!colour) return undefined;
  if (!/^#[0-9a-f]{6}$/i.test(colour))
    throw invalid('colour', 'colour must be # and six hex digits, such as #1ca08a', { value: colour });
  return colour.toLowerCase();
}

/** Creates or changes a custom field: a label that every contact may have. */
export async function putCustomField(draft: Draft, change: CustomFieldChange): Promise<Change<CustomField>> {
  const fields = draft.setup.customFields;
  const key = checkName(change.key, 'key');
  const namesake = [...fields.values()].find((one) => one.key === key);
  const before = change.id === undefined ? namesake : fields.get(change.id);
  if (change.id !== undefined && !before)
    throw notFound('id', 'CUSTOM_FIELD_NOT_FOUND', 'There is no such custom field.');
  if (namesake && namesake.id !== before?.id)
    throw invalid('key', `There is a custom field "${key}" already.`, { code: 'TAKEN', value: key });
  const value: CustomField = {
    id: before?.id ?? 0,
    key,
    name: checkName(change.name ?? before?.name ?? key),
    type: checkOneOf(change.type ?? before?.type ?? 'text', customFieldTypes, 'type'),
  };
  return settle(draft, value, {
    exists: before !== undefined,
    differs: !same(before, value),
    async write() {
      if (before) await store.updateCustomField(draft.tx, draft.businessId, value);
      else value.id = await store.insertCustomField(draft.tx, draft.businessId, value);
      fields.set(value.id, value);
    },
  });
}
