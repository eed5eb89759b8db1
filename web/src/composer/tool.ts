import { useCallback, useEffect, useRef, useState } from 'react';
import type { ChosenTemplate } from '../api/types.ts';
import { draftOf } from '../store/drafts.ts';

/** What can stand in the place of the field, or at it. */
export type Tool = 'emoji' | 'template' | 'voice';

/**
 * Which tool is open, and whether somebody asked for it. A template that was begun is there again where no words wait; who
 * only came to the conversation goes on by its keys, and is not taken into the form.
 */
export function useTool(sessionId: string, chosen: ChosenTemplate | undefined, text: string) {
  const [tool, setTool] = useState<Tool | undefined>(chosen && text === '' ? 'template' : undefined);
  const [isAsked, setAsked] = useState(false);
  const hadChosen = useRef(!!chosen);
  useEffect(() => {
    // It came from the server, after a reload for example.
    if (chosen && !hadChosen.current && !draftOf(sessionId, 'reply')?.text)
      setTool((now) => now ?? 'template');
    hadChosen.current = !!chosen;
  }, [chosen, sessionId]);
  const open = useCallback((next: Tool | undefined) => {
    setAsked(next !== undefined);
    setTool(next);
  }, []);
  const close = useCallback((which: Tool) => setTool((now) => (now === which ? undefined : now)), []);
  return { tool, isAsked, open, close };
}
