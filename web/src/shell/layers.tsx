import { Suspense } from 'react';
import { useSignal } from '../store/signal.ts';
import { patient } from '../ui/later.tsx';
import { layer } from './ui-state.ts';

const Palette = patient(() => import('../palette/palette.tsx'));
const Keys = patient(() => import('../palette/keys-help.tsx'));
const Search = patient(() => import('../palette/search.tsx'));

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
