/** A web site whose visitors talk with the business: what its channel's settings come to. */
export interface Site {
  /** What everybody may know: the widget is told it. */
  readonly shown: ShownSite;
  /** Origins of pages that may show the widget; `https://*.shop.example` is every sub-domain. */
  readonly origins: readonly string[];
  /** With what the business's server vouches for its people; absent: it does not. */
  readonly identitySecret?: string;
  /** What one visitor may do. */
  readonly limits: { readonly messages: number; readonly frames: number; readonly sockets: number };
}

/** What a widget shows and does on a site. */
export interface ShownSite {
  name: string;
  /** Only people whom the business's server vouches for may chat. */
  enforce: boolean;
  /** `#rrggbb` */
  colour: string;
  side: 'start' | 'end';
  theme: 'auto' | 'light' | 'dark';
  sound: boolean;
  languages: string[];
  /** By language. */
  greeting: Record<string, string>;
  logoUrl?: string;
  /** What is asked for before the first message; absent: nothing. */
  preChat?: Partial<Record<PreChatField, 'optional' | 'required'>>;
  /** Absent: always open. `next`: when `open` changes, epoch ms. */
  hours?: { open: boolean; next?: number; zone: string };
  captureEmail: boolean;
  consent: boolean;
  maxText: number;
  maxFileBytes: number;
  fileTypes: string[];
}

export const preChatFields = ['name', 'email', 'phone'] as const;
export type PreChatField = (typeof preChatFields)[number];

/** Whether a page of this origin may show the widget of a site. */
export function allowsOrigin({ origins }: Pick<Site, 'origins'>, origin: string): boolean {
  return origins.some((allowed) => {
    const star = allowed.indexOf('://*.');
    if (star < 0) return allowed === origin;
    const [scheme, rest] = [allowed.slice(0, star + 3), allowed.slice(star + 4)];
    // At least one label stands for the star; what holds a path or a user is no origin.
    return origin.startsWith(scheme) && origin.endsWith(rest) && origin.length > scheme.length + rest.length;
  });
}
