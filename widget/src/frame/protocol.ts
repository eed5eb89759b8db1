/** Who wrote a message of the business. */
export interface Writer {
  kind: 'agent' | 'bot' | 'team';
  name?: string;
  avatar?: string;
}

/** What a person can press or choose below a message. */
export interface Choice {
  type: 'QUICK_REPLY' | 'URL' | 'PHONE_NUMBER' | 'LOCATION_REQUEST';
  code?: string;
  label: string;
  desc?: string;
  url?: string;
  phone?: string;
  section?: string;
}

/** A file as the server tells of it; what is not known is left out. */
export interface Media {
  id: string;
  url?: string;
  thumbUrl?: string;
  mime?: string;
  name?: string;
  size?: number;
  width?: number;
  height?: number;
  caption?: string;
  state?: 'stored' | 'fetching' | 'failed';
}

export interface Place {
  latitude: string | number;
  longitude: string | number;
  name?: string;
  address?: string;
}

export interface Card {
  name?: { formatted_name?: string };
  phones?: { phone?: string }[];
  emails?: { email?: string }[];
}

/** A message of either side. `in`: the visitor wrote it. */
export interface Message {
  id: string;
  dir: 'in' | 'out';
  at: number;
  cid?: string;
  type: string;
  from?: Writer;
  text?: string;
  heading?: string;
  footer?: string;
  listLabel?: string;
  media?: Media;
  location?: Place;
  cards?: Card[];
  buttons?: Choice[];
  press?: { code: string; label?: string };
  reaction?: { emoji: string; to: string };
  replyTo?: string;
  status?: 'sent' | 'delivered' | 'read';
}

export interface SessionNow {
  open: boolean;
  resolved: boolean;
  agent?: { name?: string; avatar?: string };
}

export interface Profile {
  name?: string;
  email?: string;
  phone?: string;
}

/** What the server says; further kinds are left aside. */
export type ServerFrame =
  | {
      t: 'welcome';
      seq: number;
      conversation: string;
      reset?: boolean;
      messages?: Message[];
      more?: boolean;
      session?: SessionNow;
      agents: number;
      readUpTo?: string;
      heartbeatMs?: number;
    }
  | ({ t: 'msg'; seq: number } & Message)
  | { t: 'status'; seq: number; id: string; status: 'delivered' | 'read' }
  | { t: 'deleted'; seq: number; id: string }
  | ({ t: 'session'; seq: number } & SessionNow)
  | { t: 'skip'; seq: number }
  | { t: 'ack'; cid: string; id: string; at: number }
  | { t: 'typing'; on: boolean; name?: string }
  | { t: 'seen'; id: string }
  | { t: 'agents'; online: number }
  | ({ t: 'profile'; cid?: string } & Profile)
  | { t: 'error'; code: string; message: string; cid?: string; field?: string; retryAfter?: number }
  | { t: 'pong' | 'renewed' };

/** What we say. */
export type ClientFrame = { t: string; [field: string]: unknown };

/** How a socket ended, by the code of its close frame. */
export const closed = { token: 4401, forbidden: 4403, tooMuch: 4429, moved: 4410 } as const;
