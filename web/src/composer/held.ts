import { useLingui } from '@lingui/react/macro';
import type { Mode } from '../api/types.ts';
import { toast } from '../store/toasts.ts';
import type { useAttachments } from './attachments.tsx';

/** A variable as it stands in a canned answer that is not filled in yet. */
const variable = /\{\{\s*(?:contact|agent|session|data|global)\.[\p{L}\p{N}_.$-]+\s*\}\}/u;

interface Held {
  mode: Mode;
  text: string;
  attachments: ReturnType<typeof useAttachments>;
}

/** Whether something keeps an answer from being sent; somebody reads what it is then. */
export function useHeld({ mode, text, attachments }: Held): () => boolean {
  const { t } = useLingui();
  return () => {
    if (mode === 'note') return false;
    const blank = variable.exec(text)?.[0];
    const why = attachments.busy
      ? t`A file is still on its way here. Send it once it has come.`
      : attachments.failed
        ? t`A file could not be uploaded. Try it again, or take it away.`
        : blank !== undefined && t`${blank} is not filled in yet. Wait a moment, or write it yourself.`;
    if (why) toast(why, { tone: 'error' });
    return !!why;
  };
}
