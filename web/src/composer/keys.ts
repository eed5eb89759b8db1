import type { KeyboardEvent } from 'react';
import type { Mode } from '../api/message-types.ts';
import { useNamedActs } from '../keys/table.ts';
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
  const as = (tool: 'template' | 'voice') => () => {
    setMode('reply');
    setTool(tool);
  };
  useNamedActs({
    template: as('template'),
    voice: as('voice'),
    'send-resolve': () => void submit({ andThen: 'resolve' }),
  });
}
