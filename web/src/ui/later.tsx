import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { toast } from '../store/toasts.ts';

/** How long until a part that could not be loaded is asked for again: the first time, and at most, ms. */
const [againMs, atMostMs] = [1000, 30_000];

/** Who has waited so long is told, ms: the server may be of another release, without this file, and only a reload helps. */
const tellAfterMs = 8000;

/** As `lazy`, for what has to come also when the line was cut just then: it is asked for until it is there. */
// biome-ignore lint/suspicious/noExplicitAny: any component, as `lazy` has it
export const patient = <Part extends ComponentType<any>>(load: () => Promise<{ default: Part }>) =>
  lazy(async () => {
    for (let wait = againMs; ; wait = Math.min(2 * wait, atMostMs)) {
      try {
        return await load();
      } catch {
        if (wait >= tellAfterMs)
          toast(i18n._(msg`This could not be loaded`), {
            tone: 'error',
            act: { label: i18n._(msg`Try again`), run: () => location.reload() },
          });
        await new Promise((done) => setTimeout(done, wait));
      }
    }
  });

interface LaterProps {
  wanted: boolean;
  /** While the code is on its way Esc, or a press elsewhere, takes the wish back. */
  giveUp?: () => void;
  children(opened: boolean): ReactNode;
}

/**
 * For a layer whose code is loaded when it is first wanted. It begins closed and opens then, so that it knows where the
 * focus was; and it stays, so that it can close as it opened.
 */
export function Later({ wanted, giveUp, children }: LaterProps) {
  const [was, setWas] = useState(wanted);
  if (wanted && !was) setWas(true);
  if (!was) return null;
  return (
    <Suspense fallback={wanted && giveUp ? <Awaited giveUp={giveUp} /> : null}>
      <Opening wanted={wanted}>{children}</Opening>
    </Suspense>
  );
}

function Awaited({ giveUp }: { giveUp(): void }) {
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      // It means this, and not the conversation behind it.
      event.preventDefault();
      event.stopPropagation();
      giveUp();
    };
    document.addEventListener('keydown', key, true);
    document.addEventListener('pointerdown', giveUp, true);
    return () => {
      document.removeEventListener('keydown', key, true);
      document.removeEventListener('pointerdown', giveUp, true);
    };
  }, [giveUp]);
  return null;
}

function Opening({ wanted, children }: Omit<LaterProps, 'giveUp'>) {
  const [opened, setOpened] = useState(false);
  useEffect(() => setOpened(wanted), [wanted]);
  return children(opened);
}
