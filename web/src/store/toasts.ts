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

/** What went wrong, and what leads elsewhere, waits until somebody has seen it. */
const stays = ({ tone, act }: Toast) => tone === 'error' || act?.leads === true;

export function dismiss(id: number): void {
  toasts.set((all) => all.filter((one) => one.id !== id));
}

/** Says something in short; with an undo for eight seconds. What is said already is not said twice. */
export function toast(text: string, more: Partial<Pick<Toast, 'tone' | 'act' | 'traceId'>> = {}): void {
  last += 1;
  const id = last;
  const one: Toast = { id, text, tone: 'plain', ...more };
  const isSame = (other: Toast) => stays(one) && other.tone === one.tone && other.text === text;
  toasts.set((all) => [...all.filter((other) => !isSame(other)).slice(-2), one]);
  if (!stays(one)) setTimeout(dismiss, undoMs, id);
}

/** Takes back the last thing that can be; true when there was one. What went wrong has nothing to take back. */
export function undoLast(): boolean {
  const one = toasts.get().findLast(({ act, tone }) => act && !act.leads && tone === 'plain');
  if (!one) return false;
  dismiss(one.id);
  one.act?.run();
  return true;
}
