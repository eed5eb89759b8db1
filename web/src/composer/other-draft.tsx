import { Trans } from '@lingui/react/macro';
import type { Mode } from '../api/message-types.ts';
import { draftOf, settle } from '../store/drafts.ts';
import css from './composer.module.css';

/** What the same person has begun to write at another screen, while something else stands in the field here. */
export function OtherDraft({ sessionId, mode }: { sessionId: string; mode: Mode }) {
  const other = draftOf(sessionId, mode)?.other;
  if (!other) return null;
  return (
    <div className={css.other} role="status">
      <p>
        <Trans>At another screen you began:</Trans>{' '}
        <bdi className={css.otherText}>{other.text || other.data?.template?.code}</bdi>
      </p>
      <span>
        <button type="button" onClick={() => settle(sessionId, mode, 'add')}>
          <Trans>Add it here</Trans>
        </button>
        <button type="button" onClick={() => settle(sessionId, mode, 'drop')}>
          <Trans>Discard it</Trans>
        </button>
      </span>
    </div>
  );
}
