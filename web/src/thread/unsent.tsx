import { Trans, useLingui } from '@lingui/react/macro';
import { type RefObject, useState } from 'react';
import type { Mode } from '../api/message-types.ts';
import { useDraft } from '../composer/draft.ts';
import type { Outgoing } from '../store/db.ts';
import { draftOf, draftsChanged, endDraft, keepDraft } from '../store/drafts.ts';
import { outbox, putBack, takeBack } from '../store/outbox.ts';
import { useSignal } from '../store/signal.ts';
import { toast } from '../store/toasts.ts';
import { Content } from './content.tsx';
import css from './unsent.module.css';

/** What somebody wrote for a conversation, and cannot send there any more: to copy, or to let go. */
export function Unsent({
  sessionId,
  field,
}: {
  sessionId: string;
  /** Of the draft that was being typed. */
  field: RefObject<HTMLTextAreaElement | null>;
}) {
  const { t } = useLingui();
  const outgoing = useSignal(outbox).filter((one) => one.sessionId === sessionId);
  useSignal(draftsChanged);
  // What is emptied by hand keeps its field.
  const [shown] = useState(() => (['reply', 'note'] as const).filter((one) => draftOf(sessionId, one)?.text));
  const [gone, setGone] = useState<Mode[]>([]);
  const drafts = shown.filter((one) => !gone.includes(one));
  if (outgoing.length + drafts.length === 0) return null;
  const discard = (mode: Mode) => {
    const text = draftOf(sessionId, mode)?.text ?? '';
    endDraft(sessionId, mode);
    setGone((now) => [...now, mode]);
    const run = () => {
      keepDraft(sessionId, mode, text);
      draftsChanged.set((n) => n + 1);
      setGone((now) => now.filter((one) => one !== mode));
    };
    toast(t`Discarded`, { act: { label: t`Undo`, run } });
  };
  return (
    <section className={css.unsent} aria-label={t`What you wrote`}>
      {outgoing.map((one) => (
        <NotSent key={one.key} outgoing={one} />
      ))}
      {drafts.map((mode, i) => (
        <Draft
          key={mode}
          sessionId={sessionId}
          mode={mode}
          field={i === 0 ? field : undefined}
          discard={() => discard(mode)}
        />
      ))}
    </section>
  );
}

function NotSent({ outgoing }: { outgoing: Outgoing }) {
  const { t } = useLingui();
  const { key, mode, compose } = outgoing;
  const content = { type: 'text' as const, ...compose.content };
  const discard = () => {
    const one = takeBack(key);
    if (one) toast(t`Discarded`, { act: { label: t`Undo`, run: () => putBack(one) } });
  };
  return (
    <article className={css.one} data-mode={mode} data-unsent>
      <h3>{mode === 'note' ? <Trans>Your note was not kept</Trans> : <Trans>Not sent</Trans>}</h3>
      {compose.template ? (
        <p>
          <Trans>Template</Trans> <bdi dir="ltr">{compose.template.code}</bdi>
        </p>
      ) : (
        <Content content={content} />
      )}
      <Ways text={content.text ?? content.media?.caption ?? ''} discard={discard} />
    </article>
  );
}

interface DraftProps {
  sessionId: string;
  mode: Mode;
  field: RefObject<HTMLTextAreaElement | null> | undefined;
  discard(): void;
}

/** It can be written to its end: whoever was in the middle of a word goes on. */
function Draft({ sessionId, mode, field, discard }: DraftProps) {
  const { t } = useLingui();
  const [text, setText] = useDraft(sessionId, mode);
  return (
    <div className={css.one} data-mode={mode}>
      <h3>{mode === 'note' ? <Trans>The note you began</Trans> : <Trans>The answer you began</Trans>}</h3>
      <textarea
        ref={field}
        dir="auto"
        rows={2}
        value={text}
        aria-label={mode === 'note' ? t`The note you began` : t`The answer you began`}
        onChange={(event) => setText(event.target.value)}
      />
      <Ways text={text} discard={discard} />
    </div>
  );
}

function Ways({ text, discard }: { text: string; discard(): void }) {
  const [copied, setCopied] = useState<string>();
  return (
    <p className={css.ways}>
      {text !== '' && (
        <button
          type="button"
          onClick={() => void navigator.clipboard?.writeText(text).then(() => setCopied(text))}
        >
          {copied === text ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
        </button>
      )}
      <button type="button" onClick={discard}>
        <Trans>Discard</Trans>
      </button>
    </p>
  );
}
