import { useLingui } from '@lingui/react/macro';
import { type RefObject, useRef } from 'react';
import type { Mode } from '../api/message-types.ts';
import { useActs } from '../keys/acts.ts';
import { useGo } from '../shell/go.ts';
import { toast } from '../store/toasts.ts';
import { usePreferences } from '../theme/preferences.ts';
import { useStable } from '../ui/stable.ts';

/** The text with the signature at its end; as it is where that stands there already. */
export function signed(text: string, signature: string): string {
  const own = signature.trim();
  return own === '' || text.trimEnd().endsWith(own) ? text : `${text.trimEnd()}\n\n${own}`;
}

interface SignatureOptions {
  area: RefObject<HTMLTextAreaElement | null>;
  text: string;
  mode: Mode;
  isMail: boolean;
  /** Changes the text as a whole; the caret is so many letters from its beginning then. */
  rewrite(change: (now: string) => string, caret: number): void;
}

/** Puts what an agent ends with below the answer: when asked to, and below new mails by itself where that is wished. */
export function useSignature({ area, text, mode, isMail, rewrite }: SignatureOptions) {
  const { t } = useLingui();
  const { signature, signs } = usePreferences();
  const go = useGo();
  const began = useRef(false);
  const add = () => {
    const now = area.current?.value ?? text;
    if (signed(now, signature) !== now)
      rewrite((before) => signed(before, signature), area.current?.selectionStart ?? 0);
  };
  const sign = useStable(() => {
    if (signature.trim() !== '') return add();
    toast(t`Write your signature here first. Then one press adds it.`);
    go('/settings/writing');
  });
  useActs([{ id: 'sign', label: t`Add my signature`, run: sign }]);
  const isWished = signs && isMail && mode === 'reply';
  return {
    sign,
    /** Of the field: a mail begins with the first letter that is typed. */
    field: {
      onCompositionStart() {
        began.current = text === '';
      },
      // While somebody composes a letter the field may not be changed.
      onCompositionEnd() {
        if (isWished && began.current && area.current?.value !== '') add();
      },
    },
    typed(isComposing: boolean) {
      if (isWished && !isComposing && text === '' && area.current?.value !== '') add();
    },
  };
}
