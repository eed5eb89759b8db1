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

let last = 0;
const undoMs = 8000;
const errorMs = 12_000;

export function dismiss(id: number): void {
  toasts.set((all) => all.filter((one) => one.id !== id));
}

/** Says something at the foot of the screen; with an undo for eight seconds. */
export function toast(text: string, more: Partial<Pick<Toast, 'tone' | 'act' | 'traceId'>> = {}): void {
  last += 1;
  const id = last;
  toasts.set((all) => [...all.slice(-2), { id, text, tone: 'plain', ...more }]);
  setTimeout(dismiss, more.tone === 'error' ? errorMs : undoMs, id);
}

/** Takes back the last thing that can be; true when there was one. What went wrong has nothing to take back. */
export function undoLast(): boolean {
  const one = toasts.get().findLast(({ act, tone }) => act && !act.leads && tone === 'plain');
  if (!one) return false;
  dismiss(one.id);
  one.act?.run();
  return true;
}
