import { type ReactNode, Suspense, useEffect, useState } from 'react';

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
