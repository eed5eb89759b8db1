import { Trans } from '@lingui/react/macro';
import type { RefObject } from 'react';
import type { Mode } from '../api/message-types.ts';
import { draftOf, settle } from '../store/drafts.ts';
import css from './composer.module.css';

interface OtherDraftProps {
  sessionId: string;
  mode: Mode;
  area: RefObject<HTMLTextAreaElement | null>;
}

/** What the same person has begun to write at another screen, while something else stands in the field here. */
export function OtherDraft({ sessionId, mode, area }: OtherDraftProps) {
  const other = draftOf(sessionId, mode)?.other;
  if (!other) return null;
  const end = (how: 'add' | 'drop') => {
    settle(sessionId, mode, how);
    // The button goes with its box; with the focus nowhere the next words were commands.
    (area.current ?? document.querySelector<HTMLElement>('[data-region="composer"]'))?.focus();
  };
  return (
    <div className={css.other}>
      <p role="status">
        <Trans>At another screen you began:</Trans>{' '}
        <bdi className={css.otherText}>{other.text || other.data?.template?.code}</bdi>
      </p>
      <span>
        <button type="button" onClick={() => end('add')}>
          <Trans>Add it here</Trans>
        </button>
        <button type="button" onClick={() => end('drop')}>
          <Trans>Discard it</Trans>
        </button>
      </span>
    </div>
  );
}
