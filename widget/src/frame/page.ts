import type { FromFrame, ToFrame } from '../talk.ts';

/** The page on which we are. */
export interface HostPage {
  say(words: FromFrame): void;
}

/**
 * Talks with the page at `origin`. Only what our parent says from there is heard, and only it hears us;
 * that it may have us at all, the server's `frame-ancestors` see to.
 */
export function talkWith(origin: string | null, hear: (words: ToFrame) => void): HostPage {
  window.addEventListener('message', ({ source, origin: from, data }: MessageEvent<ToFrame>) => {
    if (source === window.parent && from === origin && typeof data?.do === 'string') hear(data);
  });
  return {
    say(words) {
      if (origin && window.parent !== window) window.parent.postMessage(words, origin);
    },
  };
}
