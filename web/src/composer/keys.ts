import { useLingui } from '@lingui/react/macro';
import type { KeyboardEvent } from 'react';
import type { Mode } from '../api/types.ts';
import { useActs } from '../keys/acts.ts';
import { usePreferences } from '../theme/preferences.ts';
import type { Afterwards } from './send-all.ts';
import type { useSuggestions } from './suggestions.tsx';

interface Keys {
  submit(more?: Afterwards): boolean;
  suggestions: ReturnType<typeof useSuggestions>;
  area: { current: HTMLTextAreaElement | null };
}

/** Enter sends, or begins a line, as somebody prefers; Esc leaves the field. */
export function useKeys({ submit, suggestions, area }: Keys) {
  const { enter } = usePreferences();
  return (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || suggestions.onKeyDown(event)) return;
    const mod = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') {
      event.preventDefault();
      area.current?.blur();
      document.getElementById('thread')?.focus();
    }
    if (event.key !== 'Enter' || event.altKey) return;
    if (mod && event.shiftKey) {
      event.preventDefault();
      submit({ andThen: 'resolve' });
    } else if (mod || (enter === 'send' && !event.shiftKey)) {
      event.preventDefault();
      submit();
    }
  };
}

interface ComposerActs {
  setTool(tool: 'template' | 'voice'): void;
  setMode(mode: Mode): void;
  submit(more?: Afterwards): boolean;
}

export function useComposerActs({ setTool, setMode, submit }: ComposerActs): void {
  const { t } = useLingui();
  const as = (tool: 'template' | 'voice') => () => {
    setMode('reply');
    setTool(tool);
  };
  useActs([
    { id: 'template', label: t`Choose a template`, keys: ['KeyT'], run: as('template') },
    { id: 'voice', label: t`Record a voice message`, run: as('voice') },
    { id: 'send-resolve', label: t`Send and resolve`, run: () => submit({ andThen: 'resolve' }) },
  ]);
}
