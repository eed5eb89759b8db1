import { useLingui } from '@lingui/react/macro';
import { IconX } from '@tabler/icons-react';
import { createContext, useCallback, useContext, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { signal, useSignal } from '../store/signal.ts';
import { dismiss, type Toast, toasts } from '../store/toasts.ts';
import { aloud, Sentence } from '../text/sentence.tsx';
import { IconButton } from './icon-button.tsx';
import { alarm, tell } from './spoken.tsx';
import { TraceId } from './states.tsx';
import css from './ui.module.css';

/** Parts of the screen that make room for notices. */
const places = signal<{ element: HTMLElement; rank: number }[]>([]);

/** Whether a part of the screen lies behind another one: nobody sees what is told there. */
export const Behind = createContext(false);

/**
 * Where notices stand while this is on the screen; of several the one of the highest rank has them. They take room here and
 * lie over nothing: what somebody writes and reads meanwhile is not covered.
 */
export function NoticePlace({ rank }: { rank: 'window' | 'list' | 'thread' }) {
  const register = useCallback(
    (element: HTMLDivElement) => {
      const one = { element, rank: ranks.indexOf(rank) };
      places.set((all) => [...all, one]);
      return () => places.set((all) => all.filter((other) => other !== one));
    },
    [rank],
  );
  return useContext(Behind) ? null : <div ref={register} className={css.noticePlace} />;
}
const ranks = ['window', 'list', 'thread'];

/** What was just done, with the way back, and what went wrong. */
export function Toasts() {
  const all = useSignal(toasts);
  const [place] = useSignal(places).toSorted((one, other) => other.rank - one.rank);
  useReadOut(all);
  if (all.length === 0) return null;
  return place ? createPortal(<Notices all={all} />, place.element) : <Notices all={all} floats />;
}

/** Tells them to who cannot see them, each once, wherever it goes on the screen. */
function useReadOut(all: Toast[]): void {
  const told = useRef(0);
  useEffect(() => {
    for (const { id, text, tone, act } of all) {
      if (id <= told.current) continue;
      told.current = id;
      const words = act ? `${aloud(text)} – ${act.label}` : aloud(text);
      if (tone === 'error') alarm(words);
      else tell(words);
    }
  }, [all]);
}

function Notices({ all, floats }: { all: Toast[]; floats?: boolean }) {
  const { t } = useLingui();
  return (
    <section
      className={css.toasts}
      aria-label={t`Notices`}
      data-region="notices"
      data-floats={floats}
      tabIndex={-1}
    >
      {all.map(({ id, text, tone, act, traceId }) => (
        // What it is; it is read out where that is noticed whenever it comes.
        <div
          key={id}
          className={css.toast}
          data-tone={tone}
          {...(tone === 'plain' && { role: 'status', 'aria-live': 'off' })}
        >
          <span dir="auto">
            <Sentence text={text} />
          </span>
          {act && (
            <button
              type="button"
              className={css.toastAct}
              onClick={() => {
                dismiss(id);
                act.run();
              }}
            >
              {act.label}
            </button>
          )}
          <IconButton label={t`Dismiss`} size="small" onClick={() => dismiss(id)}>
            <IconX size={14} />
          </IconButton>
          {traceId && <TraceId id={traceId} />}
        </div>
      ))}
    </section>
  );
}
