import { Trans, useLingui } from '@lingui/react/macro';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { call, queryOf } from '../api/http.ts';
import type { InboxSession, Page, Person, SearchAnswer } from '../api/types.ts';
import { shortTime } from '../theme/format.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Bones, Failed, useSlow } from '../ui/states.tsx';
import { LayerBox } from './layer.tsx';
import css from './palette.module.css';

const afterMs = 180;
const againMs = 2000;
const isEmpty = ({ messages, contacts }: SearchAnswer) =>
  (messages?.items.length ?? 0) + (contacts?.items.length ?? 0) === 0;

/** Finds words in all messages, and customers by name, number or address. */
export default function Search({ close }: { close(): void }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(setAsked, afterMs, text.trim());
    return () => clearTimeout(timer);
  }, [text]);
  const { data, error, isFetching, isPlaceholderData, refetch } = useQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal }) =>
      call<SearchAnswer>('GET', `/inbox/search${queryOf({ q: asked, in: 'all', limit: 20 })}`, { signal }),
    enabled: asked.length > 1,
    placeholderData: (before) => before,
    // What was written just now is found within seconds: who waits for it need not type again.
    refetchInterval: ({ state }) => (state.data && isEmpty(state.data) ? againMs : false),
  });
  const slow = useSlow(isFetching && !data);
  const openMessage = (sessionId: string, messageId: string) => {
    close();
    go(`/inbox/${sessionId}?message=${messageId}`);
  };
  const openPerson = async (person: Person) => {
    const { items } = await call<Page<InboxSession>>(
      'GET',
      `/inbox/contacts/${encodeURIComponent(person.id)}/sessions?limit=1`,
    );
    close();
    if (items[0]) go(`/inbox/${items[0].id}`);
  };
  const messages = data?.messages?.items ?? [];
  const people = data?.contacts?.items ?? [];
  const isNone = asked.length > 1 && data && !isPlaceholderData && isEmpty(data);
  return (
    <LayerBox title={t`Search`} close={close}>
      <div className={css.searchField}>
        <IconSearch size={19} />
        <input
          type="search"
          className={css.field}
          dir="auto"
          data-autofocus
          value={text}
          placeholder={t`Search all messages and customers`}
          aria-label={t`Search all messages and customers`}
          onChange={(event) => setText(event.target.value)}
        />
      </div>
      <div className={css.list} role="status">
        {error && <Failed error={error} retry={() => void refetch()} />}
        {slow && <Bones count={4} shape="line" />}
        {isNone && (
          <p className={css.none}>
            <Trans>Nothing was found. Parts of words are found from their beginning.</Trans>
          </p>
        )}
        {people.length > 0 && <h2 className={css.group}>{t`Customers`}</h2>}
        {people.map((person) => {
          const name =
            person.businessProfile.displayName ||
            person.businessProfile.name ||
            person.profile.name ||
            person.csid;
          return (
            <button key={person.id} type="button" className={css.hit} onClick={() => void openPerson(person)}>
              <Avatar id={person.id} name={name} size={30} />
              <span className={css.hitLines}>
                <b dir="auto">{name}</b>
                <small>
                  <bdi dir="ltr">{person.csid}</bdi>
                </small>
              </span>
            </button>
          );
        })}
        {messages.length > 0 && <h2 className={css.group}>{t`Messages`}</h2>}
        {messages.map((one) => (
          <button
            key={one.id}
            type="button"
            className={css.hit}
            onClick={() => openMessage(one.sessionId, one.id)}
          >
            <Avatar id={one.contact.id} name={one.contact.name} size={30} />
            <span className={css.hitLines}>
              <b>
                <bdi>{one.contact.name}</bdi> <small className="numbers">{shortTime(one.at)}</small>
              </b>
              <span dir="auto" className={css.snippet}>
                {one.snippet.map((part, i) =>
                  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text keep their order
                  part.hit ? <mark key={i}>{part.text}</mark> : <span key={i}>{part.text}</span>,
                )}
              </span>
            </span>
          </button>
        ))}
      </div>
    </LayerBox>
  );
}
