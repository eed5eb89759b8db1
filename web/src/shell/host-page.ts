import { token } from '../api/http.ts';

// The page around us, where a site shows the inbox in a frame: what is said is in docs/inbox.md.

/** Whether another page shows us in a frame. */
export const isFramed = window.parent !== window;

/** Nothing that is said is a secret, and only sites that the server names can show us. */
const tell = (type: 'parley:ready' | 'parley:expired') => window.parent.postMessage({ type }, '*');

/** The token that the page around was told of last, that it is no longer good. */
let refused: string | undefined;

/** Asks the page around for another token, once for each that it gave. */
export function askHost(): void {
  const now = token();
  if (!isFramed || now === undefined || now === refused) return;
  refused = now;
  tell('parley:expired');
}

/** Tells of the tokens that the page around hands over, and says that we are ready for them. Answers how to stop. */
export function followHost(handed: (token: string) => void): () => void {
  if (!isFramed) return () => {};
  const take = ({ source, data }: MessageEvent) => {
    if (source !== window.parent || data?.type !== 'parley:token' || typeof data.token !== 'string') return;
    handed(data.token);
  };
  addEventListener('message', take);
  tell('parley:ready');
  return () => removeEventListener('message', take);
}
