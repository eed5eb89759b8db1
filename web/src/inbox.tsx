import { useLingui } from '@lingui/react/macro';
import { Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useLocation, useParams, useSearch } from 'wouter';
import css from './inbox.module.css';
import { useListActs } from './list/acts.ts';
import { useFilter } from './list/filter.ts';
import { ListPane } from './list/pane.tsx';
import { Views } from './list/views.tsx';
import { view } from './live/socket.ts';
import { line } from './live/state.ts';
import { About, Opened } from './opened.tsx';
import { isSimulating, toggleSimulator } from './simulator/where.ts';
import { useSessions } from './store/sessions.ts';
import { readAhead } from './store/thread.ts';
import { prefer, usePreferences } from './theme/preferences.ts';
import { Grip } from './ui/grip.tsx';
import { Guarded } from './ui/guarded.tsx';
import { onceIdle } from './ui/idle.ts';
import { Later, patient } from './ui/later.tsx';
import { useStable } from './ui/stable.ts';
import { Behind } from './ui/toasts.tsx';
import { useWidth } from './ui/width.ts';

const SidePane = patient(() => import('./ui/side-pane.tsx'));
const Simulator = patient(() => import('./simulator/simulator.tsx'));

/** What the address says of the list: the message that was looked for is one of the conversation that is left. */
function listSearch(): string {
  const query = new URLSearchParams(location.search);
  query.delete('message');
  return query.size > 0 ? `?${query}` : '';
}

/** The panes of the inbox: as many side by side as the screen has room for. */
export function Inbox() {
  const { t } = useLingui();
  const { session } = useParams<{ session?: string }>();
  const search = useSearch();
  const [, go] = useLocation();
  const { filter } = useFilter();
  const sessions = useSessions(filter);
  const width = useWidth();
  const { viewsFolded, contactFolded, listWidth, contactWidth } = usePreferences();
  const [drawer, setDrawer] = useState(false);
  const findBox = useRef<HTMLInputElement>(null);
  const simulating = isSimulating(search);
  const open = useCallback(
    (id: string) => {
      readAhead(id);
      go(`/inbox/${id}${listSearch()}`);
    },
    [go],
  );
  const leave = useCallback(() => {
    const row = `[data-session="${location.pathname.split('/').at(-1)}"]`;
    go(`/inbox${listSearch()}`);
    // Whoever comes back to the list is at the conversation that they come from.
    requestAnimationFrame(() => document.querySelector<HTMLElement>(row)?.focus());
  }, [go]);
  useEffect(() => {
    view(session ?? null);
    return () => view(null);
  }, [session]);
  useListActs({ rows: sessions.rows, session, open, leave, findBox });
  const isPhone = width === 'phone';
  const isBehind = isPhone && session !== undefined;
  // Whoever comes to a conversation by its address has no place in the list.
  const isListed = useRef(false);
  isListed.current ||= !isBehind;
  // The phone needs their room; the title of the list opens them meanwhile.
  const showsViews = width === 'wide' && !viewsFolded && !simulating;
  const showsContact = session !== undefined && width === 'wide' && !contactFolded && !simulating;
  const columns = useMemo(
    () =>
      isPhone
        ? 'minmax(0, 1fr)'
        : [
            showsViews && '220px',
            // Where it gets tight the panes beside it give way before the conversation does.
            width === 'narrow' ? `${Math.min(listWidth, 300)}px` : `minmax(260px, ${listWidth}px)`,
            `minmax(${showsContact ? 440 : 0}px, 1fr)`,
            showsContact && `minmax(260px, ${contactWidth}px)`,
            simulating && width !== 'narrow' && '372px',
          ]
            .filter(Boolean)
            .join(' '),
    [isPhone, width, showsViews, listWidth, showsContact, contactWidth, simulating],
  );
  const toggleContact = useStable(() =>
    width === 'wide' && !simulating ? prefer({ contactFolded: !contactFolded }) : setDrawer(true),
  );
  useReadNext(sessions.rows, session);
  const next = useStable(() => {
    if (session !== undefined) openNext(sessions.rows, session, open);
  });
  const phone = (
    <Guarded>
      <Suspense fallback={null}>
        <Simulator close={() => toggleSimulator(go)} open={open} />
      </Suspense>
    </Guarded>
  );
  return (
    <div className={css.panes} style={{ gridTemplateColumns: columns }}>
      {showsViews && (
        <Guarded>
          <Views />
        </Guarded>
      )}
      {/* Behind the conversation it keeps its place: whoever goes back has not lost it. */}
      {(!isPhone || !session || isListed.current) && (
        <div className={css.pane} data-behind={isBehind || undefined} inert={isBehind}>
          <Behind value={isBehind}>
            <Guarded of={search}>
              <ListPane sessions={sessions} selected={session} open={open} findBox={findBox} />
            </Guarded>
          </Behind>
          {!isPhone && (
            <Grip
              label={t`Width of the list`}
              value={listWidth}
              low={260}
              high={520}
              change={(listWidth) => prefer({ listWidth })}
            />
          )}
        </div>
      )}
      {(!isPhone || session) && (
        <Opened
          session={session}
          back={isPhone ? leave : undefined}
          toggleContact={toggleContact}
          showsContact={showsContact}
          open={open}
          next={next}
        />
      )}
      {simulating && (width === 'wide' || width === 'middle') && (
        <aside className={css.pane} aria-label={t`Simulator`} tabIndex={-1} data-region="simulator">
          {phone}
        </aside>
      )}
      <Later wanted={simulating && (width === 'phone' || width === 'narrow')}>
        {(opened) => (
          <SidePane
            opened={opened}
            close={() => toggleSimulator(go)}
            size={isPhone ? '100%' : 372}
            title={t`Simulator`}
            bare
          >
            {phone}
          </SidePane>
        )}
      </Later>
      <Later wanted={drawer && session !== undefined}>
        {(opened) => (
          <SidePane
            opened={opened}
            close={() => setDrawer(false)}
            size={isPhone ? '100%' : 340}
            title={t`About the customer`}
          >
            <About session={session} open={open} />
          </SidePane>
        )}
      </Later>
    </div>
  );
}

/** So long after a conversation is opened the next one's messages are asked for, ms. */
const readNextMs = 600;

/** Whoever goes down the list finds the next conversation read: one for each that is opened, however the list moves. */
function useReadNext(rows: { id: string }[], session: string | undefined): void {
  const read = useStable(() => {
    const next = rows[rows.findIndex(({ id }) => id === session) + 1];
    if (next && line.get() === 'live') readAhead(next.id);
  });
  useEffect(() => {
    if (session === undefined) return;
    const timer = setTimeout(() => onceIdle(read), readNextMs);
    return () => clearTimeout(timer);
  }, [session, read]);
}

function openNext(rows: { id: string }[], session: string, open: (id: string) => void): void {
  const at = rows.findIndex(({ id }) => id === session);
  const next = rows[at + 1] ?? rows[at - 1];
  if (next) open(next.id);
}
