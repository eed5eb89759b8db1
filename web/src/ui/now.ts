import { signal, useSignal } from '../store/signal.ts';

const minute = signal(Date.now());
setInterval(() => minute.set(Date.now()), 30_000);

/** The time, told again every half minute: for what says how long ago. */
export const useNow = () => useSignal(minute);
