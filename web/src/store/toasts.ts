import { signal } from './signal.ts';

/** A short word about what was done, with the way back. */
export interface Toast {
  id: number;
  /** Names in it are set `apart`. */
  text: string;
  tone: 'plain' | 'error';
  act?: {
    label: string;
    run(): void;
    /** It leads elsewhere, and takes nothing back. */
    leads?: boolean;
  };
  /** Of a request that failed. */
  traceId?: string;
}

export const toasts = signal<Toast[]>([]);

/** What can be taken back, last one last: as long as its time lasts, whatever else is shown meanwhile. */
const undos = new Map<number, () => void>();

let last = 0;
const undoMs = 8000;
/** So many are shown at once. */
const mostShown = 3;

/** What went wrong, and what leads elsewhere, waits until somebody has seen it. */
const stays = ({ tone, act }: Toast) => tone === 'error' || act?.leads === true;

export function dismiss(id: number): void {
  toasts.set((all) => all.filter((one) => one.id !== id));
}

/** Says something in short; with an undo for eight seconds. What is said already is not said twice. */
export function toast(text: string, more: Partial<Pick<Toast, 'tone' | 'act' | 'traceId'>> = {}): void {
  last += 1;
  const id = last;
  const { act, tone = 'plain' } = more;
  // What went wrong has nothing to take back.
  const takesBack = act !== undefined && !act.leads && tone === 'plain';
  if (takesBack) undos.set(id, act.run);
  const one: Toast = {
    ...{ id, text, tone },
    ...more,
    ...(takesBack && { act: { ...act, run: () => takeBack(id) } }),
  };
  const isSame = (other: Toast) => stays(one) && other.tone === one.tone && other.text === text;
  toasts.set((all) => [...all.filter((other) => !isSame(other)).slice(1 - mostShown), one]);
  if (stays(one)) return;
  setTimeout(() => {
    undos.delete(id);
    dismiss(id);
  }, undoMs);
}

/** Once, by key or by button. */
function takeBack(id: number): void {
  const run = undos.get(id);
  undos.delete(id);
  dismiss(id);
  run?.();
}

/** Takes back the last thing that can be, and each time the one before; true when there was one. */
export function undoLast(): boolean {
  const id = [...undos.keys()].at(-1);
  if (id === undefined) return false;
  takeBack(id);
  return true;
}
