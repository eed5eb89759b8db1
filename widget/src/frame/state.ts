import type { Line } from './connection.ts';
import type { Message, Profile, ServerFrame, SessionNow } from './protocol.ts';

/** What the visitor wrote and the server has not told back yet. */
export interface Draft {
  cid: string;
  at: number;
  conversation: string;
  /** What is said to the server; a file's is made when it is uploaded. */
  frame: { t: string; [field: string]: unknown };
  /** As it is shown. */
  shown: Message;
  state: 'queued' | 'sending' | 'sent' | 'uploading' | 'failed';
  /** Of an upload, from 0 to 1. */
  progress?: number;
  error?: string;
}

/** Everything that is shown. */
export interface State {
  phase: 'waiting' | 'consent' | 'chat' | 'off' | 'sign-in';
  line: Line;
  shown: boolean;
  /** Grows whenever the visitor wants to write at once. */
  focus: number;
  /** Whether this window is being looked at. */
  visible: boolean;
  conversation: string | undefined;
  lastSeq: number | undefined;
  messages: readonly Message[];
  drafts: readonly Draft[];
  /** There are older messages at the server. */
  more: boolean;
  session: SessionNow | undefined;
  agents: number;
  /** An agent has seen our messages up to this one. */
  seen: string | undefined;
  typing: { name?: string | undefined } | undefined;
  visitor: Profile;
  /** The first message that was not read when the panel was opened. */
  firstUnread: string | undefined;
  unread: number;
  sound: boolean;
  /** The visitor was asked for an e-mail address, and said not now. */
  emailPutOff: boolean;
  notice: string | undefined;
}

export const emptyConversation = {
  lastSeq: undefined,
  messages: [],
  more: false,
  session: undefined,
  seen: undefined,
  typing: undefined,
  firstUnread: undefined,
  unread: 0,
} satisfies Partial<State>;

/** A number was left out: something was missed, and must be told again. */
export const gap = Symbol('gap');

/** What a frame changes; undefined: nothing; `gap`: it cannot be understood without an earlier one. */
export function changeBy(state: State, frame: ServerFrame): Partial<State> | typeof gap | undefined {
  if ('seq' in frame && frame.t !== 'welcome') {
    const { lastSeq } = state;
    if (lastSeq !== undefined && frame.seq <= lastSeq) return undefined;
    if (lastSeq !== undefined && frame.seq > lastSeq + 1) return gap;
    return { lastSeq: frame.seq, ...numbered(state, frame) };
  }
  if (frame.t === 'welcome') return welcomed(state, frame);
  if (frame.t === 'seen') return { seen: frame.id };
  if (frame.t === 'agents') return { agents: frame.online };
  if (frame.t === 'typing') return { typing: frame.on ? { name: frame.name } : undefined };
  if (frame.t === 'profile') {
    const { name, email, phone } = frame;
    return { visitor: { ...state.visitor, ...present({ name, email, phone }) } };
  }
  return undefined;
}

function numbered(state: State, frame: ServerFrame): Partial<State> {
  if (frame.t === 'msg') {
    const { t: _, seq: __, ...message } = frame;
    return {
      messages: withMessage(state.messages, message),
      drafts: state.drafts.filter(({ cid }) => cid !== message.cid),
      ...(message.dir === 'out' && { typing: undefined }),
    };
  }
  if (frame.t === 'status') {
    const { id, status } = frame;
    return { messages: state.messages.map((one) => (one.id === id ? { ...one, status } : one)) };
  }
  if (frame.t === 'deleted') return { messages: state.messages.filter(({ id }) => id !== frame.id) };
  if (frame.t === 'session') {
    const { open, resolved, agent } = frame;
    return { session: { open, resolved, ...(agent && { agent }) } };
  }
  return {};
}

function welcomed(state: State, frame: ServerFrame & { t: 'welcome' }): Partial<State> {
  const isAnother = state.conversation !== undefined && frame.conversation !== state.conversation;
  const anew = frame.reset || isAnother || state.lastSeq === undefined;
  const cids = new Set(frame.messages?.map(({ cid }) => cid));
  return {
    ...(anew && {
      ...emptyConversation,
      lastSeq: frame.seq,
      messages: frame.messages ?? [],
      more: frame.more ?? false,
      unread: state.unread,
    }),
    conversation: frame.conversation,
    drafts: state.drafts.filter(
      ({ cid, conversation }) => !cids.has(cid) && conversation === frame.conversation,
    ),
    agents: frame.agents,
    ...(frame.session && { session: frame.session }),
    ...(frame.readUpTo && { seen: frame.readUpTo }),
  };
}

function withMessage(messages: readonly Message[], message: Message): readonly Message[] {
  const isKnown = messages.some(({ id }) => id === message.id);
  return !isKnown ? [...messages, message] : messages.map((one) => (one.id === message.id ? message : one));
}

function present(profile: { [Key in keyof Profile]: string | undefined }): Profile {
  return Object.fromEntries(Object.entries(profile).filter(([, value]) => value)) as Profile;
}

/** A state that can be changed, and listened to. */
export interface Store {
  readonly now: State;
  change(by: Partial<State>): void;
  listen(hear: () => void): () => void;
}

export function openStore(first: State): Store {
  let now = first;
  const hearers = new Set<() => void>();
  return {
    get now() {
      return now;
    },
    change(by) {
      now = { ...now, ...by };
      for (const hear of hearers) hear();
    },
    listen(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
  };
}
