import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { memo, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useSearch } from 'wouter';
import type { Mode, ThreadMessage } from '../api/message-types.ts';
import type { InboxSession } from '../api/types.ts';
import { writeAnew } from '../composer/anew.ts';
import { Composer } from '../composer/composer.tsx';
import { line, presence } from '../live/state.ts';
import { askedAgain } from '../shell/ui-state.ts';
import { takeDrafts } from '../store/drafts.ts';
import { useMe, useNames } from '../store/me.ts';
import { isSending, outbox } from '../store/outbox.ts';
import { quote } from '../store/quoted.ts';
import { useSession } from '../store/sessions.ts';
import { usePart, useSignal } from '../store/signal.ts';
import { goTo, readNewer, useThread, wasJustRead } from '../store/thread.ts';
import { apart, Sentence } from '../text/sentence.tsx';
import { list } from '../theme/format.ts';
import { Guarded } from '../ui/guarded.tsx';
import { Bones, Failed, useSlow } from '../ui/states.tsx';
import { NoticePlace } from '../ui/toasts.tsx';
import { reopenSession } from './deeds.ts';
import { Gone, isRefused } from './gone.tsx';
import { Head } from './head.tsx';
import { firstUnread } from './items.ts';
import { Messages } from './messages.tsx';
import { useReading } from './reading.ts';
import css from './thread.module.css';
import { ThreadSearch } from './thread-search.tsx';

interface ThreadPaneProps {
  sessionId: string;
  /** It was waited for before it is drawn. */
  late: boolean;
  back: (() => void) | undefined;
  toggleContact(): void;
  showsContact: boolean;
  next(): void;
}

/** A conversation: who it is with, what was said, and where the answer is written. Not drawn anew when another one is chosen. */
export const ThreadPane = memo(function ThreadPane(props: ThreadPaneProps) {
  const { sessionId, late, back, toggleContact, showsContact, next } = props;
  const { t } = useLingui();
  const session = useSession(sessionId);
  const thread = useThread(sessionId);
  const slow = useSlow(thread.isPending);
  const all = useSignal(outbox);
  const outgoing = useMemo(() => all.filter((one) => one.sessionId === sessionId), [all, sessionId]);
  const at = new URLSearchParams(useSearch()).get('message') ?? undefined;
  const [target, setTarget] = useState<{ id: string }>();
  const reply = useCallback((message: ThreadMessage) => quote(sessionId, message), [sessionId]);
  // How often it was asked for since it was closed.
  const [searching, setSearching] = useState(0);
  const seen = useRef<string>(undefined);
  const firstNew = useFirstNew(session.data?.unread, thread.messages);
  const setAtEnd = useReading(sessionId, session.data, thread.messages.at(-1)?.id);
  // Whoever is on the way to a message has not seen what stands there until it comes.
  const isLed = useRef(at !== undefined && location.pathname.endsWith(`/${sessionId}`));
  const show = useCallback(
    (messageId: string) => {
      isLed.current = true;
      void goTo(sessionId, messageId)
        .then(
          () => setTarget({ id: messageId }),
          () => {},
        )
        .finally(() => {
          isLed.current = false;
        });
    },
    [sessionId],
  );
  const again = useSignal(askedAgain);
  // The same one is shown again when it is asked for again.
  useEffect(() => {
    // The address may be that of the conversation that is to come.
    if (at !== undefined && location.pathname.endsWith(`/${sessionId}`)) show(at);
  }, [at, show, sessionId, again]);
  // After a cut, and when it is opened again, what was missed is read.
  const isLive = useSignal(line) === 'live';
  const isNew = useRef(true);
  useEffect(() => {
    if (isLive && !(isNew.current && wasJustRead(sessionId))) void readNewer(sessionId);
    isNew.current = false;
  }, [isLive, sessionId]);
  useEffect(() => {
    if (session.data?.drafts) takeDrafts(session.data, (mode: Mode) => isSending(sessionId, mode));
  }, [session.data, sessionId]);
  const onSeen = useCallback((id: string) => {
    if (!isLed.current && (seen.current === undefined || id > seen.current)) seen.current = id;
  }, []);
  const wasHere = useRef(false);
  if (isRefused(session.error))
    return <Gone sessionId={sessionId} error={session.error} back={back} wasHere={wasHere.current} />;
  wasHere.current ||= session.data !== undefined;
  const person = session.data?.contact.name ?? '';
  const failed = (thread.messages.length === 0 && thread.error) || (!session.data && session.error);
  return (
    <div className={css.pane}>
      {session.data && (
        <Head
          session={session.data}
          back={back}
          toggleContact={toggleContact}
          showsContact={showsContact}
          next={next}
          search={() => setSearching((times) => times + 1)}
        />
      )}
      {back && <h1 className="sr">{t`Messages with ${person}`}</h1>}
      {back && <NoticePlace rank="thread" />}
      {searching > 0 && (
        <ThreadSearch
          sessionId={sessionId}
          messages={thread.messages}
          hasOlder={thread.hasOlder}
          asked={searching}
          show={show}
          close={() => setSearching(0)}
        />
      )}
      <section className={css.body} aria-label={t`Messages with ${person}`}>
        {failed && (
          <Failed
            error={failed}
            retry={() => {
              void thread.refetch();
              void session.refetch();
            }}
          />
        )}
        {failed && thread.messages.length + outgoing.length === 0 ? null : thread.isPending ? (
          (late || slow) && <Bones count={6} shape="message" stay={late} />
        ) : (
          <Guarded>
            <Messages
              messages={thread.messages}
              outgoing={outgoing}
              firstNew={firstNew}
              hasOlder={thread.hasOlder}
              older={thread.older}
              hasNewer={thread.hasNewer}
              newer={thread.newer}
              latest={thread.latest}
              person={person}
              at={target}
              reply={reply}
              show={show}
              edit={writeAnew}
              seen={onSeen}
              atEnd={setAtEnd}
            />
          </Guarded>
        )}
      </section>
      <Company sessionId={sessionId} person={person} />
      {session.data && <Ended session={session.data} />}
      {session.data && <Composer session={session.data} lastSeen={() => seen.current} />}
    </div>
  );
});

/** That the conversation is over, and how it goes on. */
function Ended({ session }: { session: InboxSession }) {
  if (session.state === 'closed')
    return (
      <div className={css.closed}>
        <span>
          <Trans>This conversation is closed. An answer begins a new one.</Trans>
        </span>
      </div>
    );
  if (session.state !== 'resolved') return null;
  return (
    <div className={css.closed}>
      <span>
        <Trans>Resolved. It opens again when the customer writes.</Trans>
      </span>
      <Button size="compact-sm" variant="default" onClick={() => void reopenSession(session.id)}>
        <Trans>Reopen</Trans>
      </Button>
    </div>
  );
}

/** Where new messages begin, as it was when the conversation was opened. */
function useFirstNew(unread: number | undefined, messages: ThreadMessage[]): string | undefined {
  const fixed = useRef<{ id: string | undefined }>(undefined);
  if (fixed.current === undefined && unread !== undefined && messages.length > 0)
    fixed.current = { id: firstUnread(messages, unread) };
  return fixed.current?.id;
}

/** Who else is here, and who is writing. */
function Company({ sessionId, person }: { sessionId: string; person: string }) {
  const { t } = useLingui();
  const mine = useMe().agent.code;
  const names = useNames();
  const typing = usePart(presence, (all) => all.typing[sessionId]);
  const now = Date.now();
  const writers = Object.entries(typing ?? {})
    .filter(([who, until]) => who !== mine && until > now)
    .map(([who]) => apart(who === 'contact' ? person : names.agentName(who)));
  const who = list(writers);
  return (
    <div className={css.company} role="status">
      {writers.length > 0 && (
        <>
          <span className={css.dots} aria-hidden="true" />
          <span dir="auto">
            <Sentence text={t`${who} is writing`} />
          </span>
        </>
      )}
    </div>
  );
}
