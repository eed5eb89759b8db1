import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useState } from 'react';

/** How long until a part that could not be loaded is asked for again: the first time, and at most, ms. */
const [againMs, atMostMs] = [1000, 30_000];

/** As `lazy`, for what has to come also when the line was cut just then: it is asked for until it is there. */
// biome-ignore lint/suspicious/noExplicitAny: any component, as `lazy` has it
export const patient = <Part extends ComponentType<any>>(load: () => Promise<{ default: Part }>) =>
  lazy(async () => {
    for (let wait = againMs; ; wait = Math.min(2 * wait, atMostMs)) {
      try {
        return await load();
      } catch {
        await new Promise((done) => setTimeout(done, wait));
      }
    }
  });

interface LaterProps {
  wanted: boolean;
  children(opened: boolean): ReactNode;
}

/**
 * For a layer whose code is loaded when it is first wanted. It begins closed and opens then, so that it knows where the
 * focus was; and it stays, so that it can close as it opened.
 */
export function Later({ wanted, children }: LaterProps) {
  const [was, setWas] = useState(wanted);
  if (wanted && !was) setWas(true);
  if (!was) return null;
  return (
    <Suspense fallback={null}>
      <Opening wanted={wanted}>{children}</Opening>
    </Suspense>
  );
}

function Opening({ wanted, children }: LaterProps) {
  const [opened, setOpened] = useState(false);
  useEffect(() => setOpened(wanted), [wanted]);
  return children(opened);
}
