import { useLingui } from '@lingui/react/macro';
import { IconX } from '@tabler/icons-react';
import { useSignal } from '../store/signal.ts';
import { dismiss, toasts } from '../store/toasts.ts';
import { Sentence } from '../text/sentence.tsx';
import { IconButton } from './icon-button.tsx';
import { TraceId } from './states.tsx';
import css from './ui.module.css';

/** What was just done, with the way back, at the foot of the screen. */
export function Toasts() {
  const { t } = useLingui();
  const all = useSignal(toasts);
  return (
    <section className={css.toasts} aria-label={t`Notices`}>
      {all.map(({ id, text, tone, act, traceId }) => (
        <div key={id} className={css.toast} data-tone={tone} role={tone === 'error' ? 'alert' : 'status'}>
          <span dir="auto">
            <Sentence text={text} />
          </span>
          {traceId && <TraceId id={traceId} />}
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
        </div>
      ))}
    </section>
  );
}
