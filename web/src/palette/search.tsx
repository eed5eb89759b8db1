import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { call, queryOf } from '../api/http.ts';
import type { InboxSession, Page, Person, SearchAnswer } from '../api/types.ts';
import { askedAgain } from '../shell/ui-state.ts';
import { toast } from '../store/toasts.ts';
import { shortTime } from '../theme/format.ts';
import { Avatar } from '../ui/avatar.tsx';
import { complain } from '../ui/refusals.ts';
import { Bones, Failed, useSlow } from '../ui/states.tsx';
import { LayerBox } from './layer.tsx';
import css from './palette.module.css';

const afterMs = 180;
const againMs = 2000;
const isEmpty = ({ messages, contacts, sessions = [] }: SearchAnswer) =>
  (messages?.items.length ?? 0) + (contacts?.items.length ?? 0) + sessions.length === 0;

/** What is found: customers and conversations at once, messages page after page. */
function useFound(asked: string) {
  return useInfiniteQuery({
    queryKey: ['search', asked],
    queryFn: ({ signal, pageParam: after }) => {
      const of = after === undefined ? 'all' : 'messages';
      const query = queryOf({ q: asked, in: of, limit: 20, after });
      return call<SearchAnswer>('GET', `/inbox/search${query}`, { signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ messages }) => messages?.next,
    enabled: asked.length > 1,
    placeholderData: (before) => before,
    // What was written just now is found within seconds: who waits for it need not type again.
    refetchInterval: ({ state: { data } }) => (data?.pages.every(isEmpty) ? againMs : false),
  });
}

/** Where a conversation is shown, beside the list as it is. */
function addressOf(sessionId: string, messageId?: string): string {
  const query = new URLSearchParams(location.pathname.startsWith('/inbox') ? location.search : '');
  query.delete('message');
  if (messageId !== undefined) query.set('message', messageId);
  return `/inbox/${sessionId}${query.size > 0 ? `?${query}` : ''}`;
}

/** Finds words in all messages, customers by name, number or address, and a conversation by its ticket. */
export default function Search({ close }: { close(): void }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(setAsked, afterMs, text.trim());
    return () => clearTimeout(timer);
  }, [text]);
  const found = useFound(asked);
  const { data, error, isFetching, isPlaceholderData, refetch } = found;
  const slow = useSlow(isFetching && !data);
  const open = (address: string) => {
    close();
    // The address that is there already tells nobody anything.
    if (address === location.pathname + location.search) askedAgain.set((n) => n + 1);
    else go(address);
  };
  const openPerson = async (person: Person) => {
    try {
      const path = `/inbox/contacts/${encodeURIComponent(person.id)}/sessions?limit=1`;
      const { items } = await call<Page<InboxSession>>('GET', path);
      if (items[0]) open(addressOf(items[0].id));
      else toast(t`There is no conversation with this customer that you see.`);
    } catch (error) {
      complain(error);
    }
  };
  const pages = asked.length > 1 ? (data?.pages ?? []) : [];
  const messages = pages.flatMap((page) => page.messages?.items ?? []);
  const people = pages[0]?.contacts?.items ?? [];
  const sessions = pages[0]?.sessions ?? [];
  const isNone = pages.length > 0 && !isPlaceholderData && pages.every(isEmpty);
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
        {error && messages.length === 0 && <Failed error={error} retry={() => void refetch()} />}
        {slow && <Bones count={4} shape="line" />}
        {isNone && (
          <p className={css.none}>
            <Trans>Nothing was found. Parts of words are found from their beginning.</Trans>
          </p>
        )}
        {sessions.length > 0 && <h2 className={css.group}>{t`Conversations`}</h2>}
        {sessions.map(({ id, ticket, contact, activeAt }) => (
          <button key={id} type="button" className={css.hit} onClick={() => open(addressOf(id))}>
            <Avatar id={contact.id} name={contact.name} size={30} />
            <span className={css.hitLines}>
              <b>
                <bdi>{contact.name}</bdi> <small className="numbers">{shortTime(activeAt)}</small>
              </b>
              <small>
                <bdi dir="ltr">{ticket}</bdi>
              </small>
            </span>
          </button>
        ))}
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
            onClick={() => open(addressOf(one.sessionId, one.id))}
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
        <More found={found} />
      </div>
    </LayerBox>
  );
}

/** The messages before those that are shown. */
function More({ found }: { found: ReturnType<typeof useFound> }) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, isPlaceholderData, fetchNextPage } = found;
  if (!hasNextPage || isPlaceholderData) return null;
  return (
    <div className={css.more}>
      {isFetchNextPageError && (
        <p role="alert">
          <Trans>Older messages could not be loaded.</Trans>
        </p>
      )}
      <Button
        variant="default"
        size="xs"
        aria-busy={isFetchingNextPage}
        onClick={() => void (isFetchingNextPage || fetchNextPage())}
      >
        {isFetchingNextPage ? <Trans>Loading…</Trans> : <Trans>Show older messages</Trans>}
      </Button>
    </div>
  );
}
