import { Trans, useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { findAttached } from '../composer/files.ts';
import { followKeys } from '../keys/acts.ts';
import { connect } from '../live/socket.ts';
import { line } from '../live/state.ts';
import { client, readFailed } from '../store/client.ts';
import { openDrafts } from '../store/drafts.ts';
import { isOut, setupQuery } from '../store/me.ts';
import { openOutbox } from '../store/outbox.ts';
import { useCounts } from '../store/sessions.ts';
import { useSignal } from '../store/signal.ts';
import { guardDrops } from '../ui/drops.ts';
import { useSlow } from '../ui/states.tsx';
import { NoticePlace } from '../ui/toasts.tsx';
import { useAlerts } from './alerts.ts';
import { useGlobalActs } from './global-acts.tsx';
import { useScreen } from './go.ts';
import { Layers } from './layers.tsx';
import { Rail } from './rail.tsx';
import css from './shell.module.css';
import { SoundBar } from './sound-bar.tsx';
import { screenTitle } from './ui-state.ts';

/** What stays on the screen wherever one goes: the rail, the bar about the line, the layers above. */
export function Window({ from, children }: { from: number; children: ReactNode }) {
  useQuery(setupQuery);
  // Who is asked for again is told a later event: what this window has heard counts, or those in between would be missed.
  const [first] = useState(from);
  useEffect(() => {
    void findAttached();
    const stop = [connect(first), openOutbox(), openDrafts(), followKeys(), guardDrops()];
    return () => {
      for (const each of stop) each();
    };
  }, [first]);
  useTitle();
  useAlerts();
  useGlobalActs();
  const inbox = useScreen() === 'inbox';
  return (
    <>
      {inbox && (
        <a className="skip" href="#list">
          <Trans>Skip to the conversations</Trans>
        </a>
      )}
      <a className="skip" href="#thread">
        {inbox ? <Trans>Skip to the messages</Trans> : <Trans>Skip to the content</Trans>}
      </a>
      <div className={css.window}>
        <div className={css.bars}>
          <LineBar />
          <ChannelBar />
          {inbox && <SoundBar />}
        </div>
        <Rail />
        <div className={css.stage}>{children}</div>
        <div className={css.notices}>
          <NoticePlace rank="window" />
        </div>
      </div>
      <Layers />
    </>
  );
}

/** Says that there is no line, or that this window is not level with the server yet. */
function LineBar() {
  const at = useSignal(line);
  const out = useSignal(isOut);
  // A line that is back within a second is not worth a word.
  const slow = useSlow(at !== 'live', at === 'connecting' ? 4000 : 900);
  useEffect(() => {
    // Who was away reads again what no event will tell: counts and lists by time.
    if (at !== 'live') return;
    void client.invalidateQueries({ queryKey: ['counts'] });
    readFailed();
  }, [at]);
  if (!slow || out) return null;
  return (
    <div className={css.line} data-line={at} role="status">
      {at === 'catching-up' ? (
        <Trans>Catching up…</Trans>
      ) : at === 'connecting' ? (
        <Trans>Connecting…</Trans>
      ) : (
        <Trans>No connection. You can read and write: it is sent as soon as the server is back.</Trans>
      )}
    </div>
  );
}

/** Says which channels wait for an administrator, and why: what is written there goes when they are mended. */
function ChannelBar() {
  const channels = useQuery(setupQuery).data?.channels ?? [];
  const stopped = channels.filter(({ enabled, attention }) => enabled && attention);
  if (stopped.length === 0) return null;
  return (
    <div className={css.line} role="status">
      {stopped.map(({ id, name, attention }) => (
        <div key={id}>
          <Trans>
            <bdi>{name || id}</bdi> waits for an administrator, and messages wait with it:{' '}
            <bdi>{attention}</bdi>
          </Trans>
        </div>
      ))}
    </div>
  );
}

/** `(4) Inbox`, and a dot on the icon of the tab: conversations with something to read, and notes that call one. */
function useTitle(): void {
  const { t } = useLingui();
  const { unread: own = 0, mentions = 0 } = useCounts().data ?? {};
  const unread = own + mentions;
  const title = useSignal(screenTitle) ?? t`Inbox`;
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) ${title}` : title;
    const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (!icon) return;
    icon.dataset.plain ??= icon.href;
    icon.href = unread > 0 ? dotted : icon.dataset.plain;
  }, [unread, title]);
}

const dotted = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9" fill="#0b6e58"/><path d="M9 10.5A2.5 2.5 0 0 1 11.500 8h9A2.500 2.500 0 0 1 23 10.500v6a2.500 2.500 0 0 1-2.500 2.500H16l-4.600 4.100a.6.6 0 0 1-1-.45V19A2.500 2.500 0 0 1 9 16.500z" fill="#fff"/><circle cx="25" cy="7" r="7" fill="#e5484d"/></svg>',
)}`;
