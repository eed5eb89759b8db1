import { lazy, Suspense } from 'react';
import { useSignal } from '../store/signal.ts';
import { layer } from './ui-state.ts';

const Palette = lazy(() => import('../palette/palette.tsx'));
const Keys = lazy(() => import('../palette/keys-help.tsx'));
const Search = lazy(() => import('../palette/search.tsx'));

/** What lies above the panes: loaded when it is first asked for. */
export function Layers() {
  const open = useSignal(layer);
  const close = () => layer.set(undefined);
  return (
    <Suspense fallback={null}>
      {open === 'palette' && <Palette close={close} />}
      {open === 'keys' && <Keys close={close} />}
      {open === 'search' && <Search close={close} />}
    </Suspense>
  );
}
