import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '../api/http.ts';
import { Sentence } from '../text/sentence.tsx';
import { sentenceOf } from './refusals.ts';
import css from './ui.module.css';

/** What comes within so long needs no placeholder, ms. */
export const momentMs = 150;

/** True once something has taken longer than a moment. */
export function useSlow(waiting: boolean, ms = momentMs): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    if (!waiting) {
      setSlow(false);
      return;
    }
    const timer = setTimeout(setSlow, ms, true);
    return () => clearTimeout(timer);
  }, [waiting, ms]);
  return waiting && slow;
}

/** Says why there is nothing, and what to do next. */
export function Empty({
  icon,
  title,
  children,
  act,
}: {
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  act?: ReactNode;
}) {
  return (
    <div className={css.state}>
      {icon && <div className={css.stateIcon}>{icon}</div>}
      <p className={css.stateTitle}>{title}</p>
      {children && <p className={css.stateText}>{children}</p>}
      {act}
    </div>
  );
}

interface FailedProps {
  error: unknown;
  retry?: () => void;
  /** The other try is under way. */
  busy?: boolean;
  title?: string;
  /** What is said of it, where that is more than the error tells. */
  told?: string;
  /** What else can be done. */
  children?: ReactNode;
}

/** Says in a sentence what failed, with the id of the request and another try. */
export function Failed({ error, retry, busy = false, title, told, children }: FailedProps) {
  const { t } = useLingui();
  const sentence = useSentence();
  const traceId = error instanceof ApiError ? error.traceId : undefined;
  return (
    <div className={css.state} role="alert">
      <p className={css.stateTitle}>{title ?? t`This could not be loaded`}</p>
      <p className={css.stateText} dir="auto">
        <Sentence text={told ?? sentence(error)} />
      </p>
      {retry && (
        <Button variant="default" size="xs" onClick={retry} loading={busy}>
          <Trans>Try again</Trans>
        </Button>
      )}
      {children}
      {traceId && <TraceId id={traceId} />}
    </div>
  );
}

/** The id of a request, to copy into a message to the operator. */
export function TraceId({ id }: { id: string }) {
  const { t } = useLingui();
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className={css.trace}
      aria-label={t`Copy request id ${id}`}
      onClick={() => void navigator.clipboard?.writeText(id).then(() => setCopied(true))}
    >
      {copied ? <Trans>Copied</Trans> : <bdi dir="ltr">{id}</bdi>}
    </button>
  );
}

/** How this screen tells an error, in the language that it has now. */
export function useSentence(): (error: unknown) => string {
  const { i18n } = useLingui();
  return (error) => sentenceOf(error, i18n);
}

interface BonesProps {
  count: number;
  shape: 'row' | 'message' | 'line';
  /** They take over from others, which stood there already. */
  stay?: boolean;
}

/** Grey shapes where something is about to be. */
export function Bones({ count, shape, stay = false }: BonesProps) {
  const { t } = useLingui();
  return (
    <div className={css.bones} role="status" aria-label={t`Loading`} data-stay={stay || undefined}>
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <div key={i} className={css.bone} data-shape={shape} data-side={i % 3 === 1 ? 'end' : 'start'} />
      ))}
    </div>
  );
}
