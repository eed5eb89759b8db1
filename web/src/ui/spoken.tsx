import { signal, useSignal } from '../store/signal.ts';

const polite = signal('');
const assertive = signal('');
let waiting: string[] = [];
let timed = false;
const everyMs = 2000;

/** The same once more is something new: a sign that nobody hears makes it another text. */
const anew = (text: string, before: string) => (text === before ? `${text}\u200b` : text);

/** Tells a screen reader something new; what comes within two seconds is told together. */
export function tell(text: string): void {
  waiting.push(text);
  if (timed) return;
  timed = true;
  setTimeout(() => {
    const text = waiting.join('. ');
    polite.set((before) => anew(text, before));
    waiting = [];
    timed = false;
  }, everyMs);
}

/** Tells a screen reader at once that something failed. */
export const alarm = (text: string) => assertive.set((before) => anew(text, before));

/** The two regions that are read out; always there, so that a change in them is noticed. */
export function Spoken() {
  return (
    <>
      <div className="sr" aria-live="polite">
        {useSignal(polite)}
      </div>
      <div className="sr" aria-live="assertive">
        {useSignal(assertive)}
      </div>
    </>
  );
}
