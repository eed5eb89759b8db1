import { useLingui } from '@lingui/react/macro';
import type { RefObject } from 'react';
import { useActs } from '../keys/acts.ts';
import { table } from '../keys/table.ts';
import { tagsWanted } from '../shell/ui-state.ts';

interface ContactActs {
  rows: { id: string }[];
  contact: string | undefined;
  open(id: string): void;
  leave(): void;
  write: (() => void) | undefined;
  findBox: RefObject<HTMLInputElement | null>;
}

/** Going through the contacts by key: by the keys that go through the conversations, whichever somebody chose for these. */
export function useContactActs({ rows, contact, open, leave, write, findBox }: ContactActs): void {
  const { t } = useLingui();
  const step = (by: 1 | -1) => {
    // Whoever went through the list with the arrows goes on from there.
    const row = document.activeElement?.closest('[data-contact]')?.getAttribute('data-contact');
    const at = rows.findIndex(({ id }) => id === (row ?? contact));
    const to = at === -1 ? rows[0] : rows[at + by];
    if (to) open(to.id);
  };
  useActs([
    { ...table.next, id: 'next', label: t`Next contact`, run: () => step(1) },
    { ...table.previous, id: 'previous', label: t`Previous contact`, run: () => step(-1) },
    { ...table.leave, id: 'leave', label: t`Back to the list`, run: leave },
    {
      ...table.search,
      id: 'search',
      label: t`Search the contacts`,
      run: () => {
        findBox.current?.focus();
        findBox.current?.select();
      },
    },
    ...(write ? [{ ...table.reply, id: 'reply', label: t`Write a message`, run: write }] : []),
    ...(contact === undefined
      ? []
      : [
          {
            ...table.labels,
            id: 'labels',
            label: t`Tag the customer`,
            run: () => tagsWanted.set(Date.now()),
          },
        ]),
  ]);
}
