import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { sessionsQuery } from '../contact/person.ts';
import { useGo } from '../shell/go.ts';
import { focusComposer, screenTitle } from '../shell/ui-state.ts';
import { readAhead } from '../store/thread.ts';
import { Guarded } from '../ui/guarded.tsx';
import { useWidth } from '../ui/width.ts';
import { useContactActs } from './acts.ts';
import { useContactsAddress } from './address.ts';
import css from './contacts.module.css';
import { List } from './list.tsx';
import { Opened } from './opened.tsx';
import { useLivePeople, usePeople } from './people.ts';
import { Tools } from './tools.tsx';

/** Everybody whom the business knows: the list, and beside it the one who is chosen. */
export default function Contacts() {
  const { t } = useLingui();
  const { filter, change, contact, open } = useContactsAddress();
  const people = usePeople(filter);
  useLivePeople(filter);
  const go = useGo();
  const isPhone = useWidth() === 'phone';
  const findBox = useRef<HTMLInputElement>(null);
  const box = useRef<HTMLElement>(null);
  useTitle();
  const toList = useCallback(
    () =>
      requestAnimationFrame(() =>
        box.current?.querySelector<HTMLElement>('[data-row][tabindex="0"]')?.focus(),
      ),
    [],
  );
  const leave = () => {
    if (contact === undefined) return;
    open();
    toList();
  };
  const openSession = (id: string) => {
    readAhead(id);
    go(`/inbox/${id}`);
  };
  const [writing, setWriting] = useState<string>();
  // Whoever goes to somebody else and comes back has not asked to write.
  useEffect(() => () => setWriting(undefined), [contact]);
  const { data: sessions } = useQuery({ ...sessionsQuery(contact ?? ''), enabled: contact !== undefined });
  const newest = sessions?.items[0]?.id;
  const write =
    contact === undefined || !sessions
      ? undefined
      : () => {
          if (newest === undefined) return setWriting(contact);
          openSession(newest);
          focusComposer.set({ mode: 'reply', at: Date.now() });
        };
  useContactActs({ rows: people.rows, contact, open, leave, write, findBox });
  const reset = () =>
    change({ text: undefined, tag: undefined, owner: undefined, unowned: undefined, channel: undefined });
  return (
    <div className={css.page} data-opened={contact !== undefined || undefined}>
      {!(isPhone && contact !== undefined) && (
        <main ref={box} className={css.list} id="thread" tabIndex={-1} data-region="list">
          <Tools
            findBox={findBox}
            total={people.isPlaceholderData ? undefined : people.total}
            toList={toList}
          />
          <Guarded>
            <List filter={filter} people={people} selected={contact} open={open} reset={reset} />
          </Guarded>
        </main>
      )}
      {contact !== undefined && (
        <Aside phone={isPhone} label={t`About the customer`}>
          <Guarded of={contact} leave={leave}>
            <Opened
              key={contact}
              id={contact}
              alone={isPhone}
              leave={leave}
              openSession={openSession}
              write={write}
              writing={writing === contact}
              endWriting={() => setWriting(undefined)}
            />
          </Guarded>
        </Aside>
      )}
    </div>
  );
}

interface AsideProps {
  phone: boolean;
  label: string;
  children: ReactNode;
}

/** The profile: beside the list, or in its place. */
const Aside = ({ phone, label, children }: AsideProps) =>
  phone ? (
    <main className={css.about} id="thread" aria-label={label} tabIndex={-1} data-region="contact">
      {children}
    </main>
  ) : (
    <aside className={css.about} aria-label={label} tabIndex={-1} data-region="contact">
      {children}
    </aside>
  );

/** What the tab of the browser is called. */
function useTitle(): void {
  const { t } = useLingui();
  const title = t`Contacts`;
  useEffect(() => {
    screenTitle.set(title);
    return () => screenTitle.set(undefined);
  }, [title]);
}
