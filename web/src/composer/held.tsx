import { Trans } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { Mode } from '../api/message-types.ts';
import type { useAttachments } from './attachments.tsx';
import css from './composer.module.css';

/** A variable as it stands in a canned answer that is not filled in yet. */
const variable = /\{\{\s*(?:contact|agent|session|data|global)\.[\p{L}\p{N}_.$-]+\s*(?:\|[^{}|]*)?\}\}/u;

interface Held {
  mode: Mode;
  text: string;
  attachments: ReturnType<typeof useAttachments>;
}

function reason({ mode, text, attachments }: Held): ReactNode {
  if (mode === 'note') return undefined;
  if (attachments.busy) return <Trans>A file is still on its way here. Send it once it has come.</Trans>;
  if (attachments.failed) return <Trans>A file could not be uploaded. Try it again, or take it away.</Trans>;
  const blank = variable.exec(text)?.[0];
  return (
    blank !== undefined && (
      <Trans>
        <bdi dir="ltr">{blank}</bdi> is not filled in yet. Wait a moment, or write it yourself.
      </Trans>
    )
  );
}

/** Whether something keeps an answer from being sent. Who tries reads what it is, as long as it does. */
export function useHeld(given: Held): [held: () => boolean, why: ReactNode] {
  const [tried, setTried] = useState(false);
  const why = reason(given);
  if (tried && !why) setTried(false);
  const held = () => {
    if (why) setTried(true);
    return !!why;
  };
  const told = tried && why && (
    <p className={css.held} role="alert">
      {why}
    </p>
  );
  return [held, told];
}
