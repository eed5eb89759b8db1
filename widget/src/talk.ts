/** A person as the business's own server vouches for: a signed token, or an id with its HMAC. */
export type Identity =
  | { token: string }
  | { userId: string; hash: string; name?: string; email?: string; phone?: string };

/** What a page may tell of its visitor. */
export interface Context {
  name?: string;
  email?: string;
  phone?: string;
}

/** The page on which the visitor is. */
export interface Page {
  url: string;
  title: string;
  referrer: string;
}

/** What the loader says to the frame, by `postMessage`. */
export type ToFrame =
  | {
      do: 'start';
      shown: boolean;
      focus: boolean;
      page: Page;
      lang?: string;
      identity?: Identity;
      context?: Context;
    }
  | { do: 'show'; focus: boolean }
  | { do: 'hide' }
  | { do: 'logout' }
  | { do: 'identify'; identity: Identity }
  | { do: 'language'; lang: string }
  | { do: 'context'; context: Context }
  | { do: 'page'; page: Page };

/** What the frame says to the loader. */
export type FromFrame =
  | { tell: 'hello' }
  | { tell: 'close' }
  | { tell: 'unread'; count: number }
  /**
   * Whether a conversation is open, or about to be: that is worth keeping a connection on the next page, too. From now
   * on the page may keep things.
   */
  | { tell: 'conversation'; open: boolean }
  /** The identity is too old: the page is asked for a fresh one. */
  | { tell: 'identity' }
  | { tell: 'event'; name: 'message' | 'error'; data: unknown };
