import { plural } from '@lingui/core/macro';
import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../api/http.ts';
import type { Mode, Preview } from '../api/message-types.ts';
import type { InboxSession } from '../api/types.ts';
import { useNames } from '../store/me.ts';
import { number } from '../theme/format.ts';
import css from './composer.module.css';

interface CountProps {
  text: string;
  session: InboxSession;
  mode: Mode;
}

/** How many characters are left, once it gets tight; for SMS, how many segments it is. */
export function Count({ text, session, mode }: CountProps) {
  const channel = useNames().channel(session.channelId);
  if (mode === 'note' || text.trim() === '') return null;
  if (channel?.contactType === 'SMS') return <Segments sessionId={session.id} text={text.trim()} />;
  const most = channel?.maxText;
  if (most === undefined || text.length < most * 0.85) return null;
  return (
    <span className={`${css.count} numbers`} data-over={text.length > most || undefined}>
      {number(text.length)} / {number(most)}
    </span>
  );
}

/** So long nothing is typed before it is counted, ms. */
const countAfterMs = 300;

/** Counted by the server, which knows the alphabet of the channel. Nothing where it does not charge by the part. */
function Segments({ sessionId, text }: { sessionId: string; text: string }) {
  const { t } = useLingui();
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(setSettled, countAfterMs, text);
    return () => clearTimeout(timer);
  }, [text]);
  const { data } = useQuery({
    queryKey: ['segments', sessionId, settled],
    queryFn: () => call<Preview>('POST', `/inbox/sessions/${sessionId}/preview`, { body: { text: settled } }),
    placeholderData: (before) => before,
    gcTime: 60_000,
    retry: false,
  });
  if (!data?.measure) return null;
  const { segments } = data.measure;
  const left = number(data.measure.left);
  return (
    <span className={`${css.count} numbers`}>
      {t`${plural(segments, { one: '# segment', other: '# segments' })} · ${left} left`}
    </span>
  );
}
