import { i18n } from '@lingui/core';
import { msg, plural } from '@lingui/core/macro';
import { ApiError, call } from '../api/http.ts';
import type { Person } from '../api/types.ts';
import { client } from '../store/client.ts';
import { names } from '../store/me.ts';
import { knownRow, patchRow } from '../store/sessions.ts';
import { apart } from '../text/sentence.tsx';
import { complain } from '../ui/refusals.ts';
import { done } from './deeds.ts';

/** The tags of the customer of a conversation, as its row has them. */
const tagsOf = (id: string): number[] => knownRow(id)?.contact.tags ?? [];

/** Whether the customers of all these conversations have the tag. */
export const haveAll = (ids: string[], tag: number): boolean => ids.every((id) => tagsOf(id).includes(tag));

/** Gives the customer of a conversation these tags, at once on the screen, and as it was when the server refuses. */
async function setTags(id: string, tags: number[]): Promise<boolean> {
  const row = knownRow(id);
  if (!row) return false;
  const { contact } = row;
  patchRow(id, { contact: { ...contact, tags } });
  try {
    const path = `/inbox/contacts/${encodeURIComponent(contact.id)}/tags`;
    client.setQueryData<Person>(['contact', contact.id], await call<Person>('PUT', path, { body: { tags } }));
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    patchRow(id, { contact });
    complain(error);
    return false;
  }
}

/** Tags the customers of these conversations, or takes the tag away where all have it. One undo takes it all back. */
export async function tagMany(ids: string[], tag: number): Promise<void> {
  const takesAway = haveAll(ids, tag);
  // A customer has one set of tags, in however many conversations.
  const before = new Map(ids.map((id) => [knownRow(id)?.contact.id, { id, tags: tagsOf(id) }]));
  const meant = [...before.values()].filter(({ tags }) => tags.includes(tag) === takesAway);
  const made = await Promise.all(
    meant.map(({ id, tags }) => setTags(id, takesAway ? tags.filter((one) => one !== tag) : [...tags, tag])),
  );
  const worked = meant.filter((_, i) => made[i]);
  if (worked.length === 0) return;
  const name = apart(names().tag(tag)?.name ?? String(tag));
  const count = worked.length;
  const word = takesAway
    ? msg`${plural(count, { one: 'Tag taken away from # customer', other: 'Tag taken away from # customers' })}: ${name}`
    : msg`${plural(count, { one: '# customer tagged', other: '# customers tagged' })}: ${name}`;
  // What was tagged since stays.
  done(i18n._(word), () => {
    for (const { id } of worked) {
      const others = tagsOf(id).filter((one) => one !== tag);
      void setTags(id, takesAway ? [...others, tag] : others);
    }
  });
}
