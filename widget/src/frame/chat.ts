import type { Site } from '../site.ts';
import type { Context, Identity, Page, ToFrame } from '../talk.ts';
import { type Connection, openConnection } from './connection.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import type { HostPage } from './page.ts';
import type { Message, Profile, ServerFrame } from './protocol.ts';
import { history, type Session } from './server.ts';
import { changeBy, emptyConversation, gap, type State, type Store } from './state.ts';
import type { Storage } from './storage.ts';

/** What a person can do in the chat. */
export interface Chat {
  readonly site: Site;
  readonly store: Store;
  readonly storage: Storage;
  readonly outbox: Outbox;
  /** What the page said. */
  heard(words: ToFrame): void;
  agree(): void;
  /** The box is being written in; or was emptied. */
  typing(on: boolean): void;
  /** Everything is on the screen, and somebody looks. */
  sawAll(): void;
  /** Who the visitor is; resolves with the field that was not taken, if any. */
  introduce(profile: Profile): Promise<{ field?: string; message: string } | undefined>;
  /** Fetches what was before. */
  older(): Promise<void>;
  /** Everything anew: addresses of files grow old. */
  refresh(): void;
  toggleSound(): void;
  putOffEmail(): void;
  close(): void;
  lookedAt(visible: boolean): void;
}

export interface ChatNeeds {
  site: Site;
  store: Store;
  storage: Storage;
  host: HostPage;
  /** Another language is spoken from now on. */
  speak(lang: string): void;
  lang(): string;
}

const chime = () => void import('./sound.ts').then((sound) => sound.chime());

/** Acknowledging and typing are said at most this often, ms. */
const ackMs = 250;
const typingMs = 3000;
/** That somebody writes is shown this long, ms. */
const typingShownMs = 5000;
/** Addresses of files are asked for anew at most this often, ms. */
const refreshMs = 60_000;

export function openChat(needs: ChatNeeds): Chat {
  const { site, store, storage, host } = needs;
  let page: Page | undefined;
  let identity: Identity | undefined;
  let context: Context | undefined;
  let typedAt = 0;
  let refreshedAt = 0;
  let readSeq = -1;
  let acking: ReturnType<typeof setTimeout> | undefined;
  let typingOver: ReturnType<typeof setTimeout> | undefined;
  const introductions = new Map<string, (answer: { field?: string; message: string } | undefined) => void>();

  const connection: Connection = openConnection({
    siteKey: site.key,
    storage,
    cursor: () => ({ lastSeq: store.now.lastSeq, conversation: store.now.conversation }),
    page: () => page,
    lang: needs.lang,
    hearer: {
      frame: heardFrame,
      session: began,
      line(line) {
        if (line === store.now.line) return;
        store.change({ line });
        if (line !== 'online') return outbox.interrupted();
        if (context) connection.say({ t: 'profile', ...context });
        acknowledge();
        outbox.flush();
      },
      refused: (code) => store.change({ phase: code === 'IDENTITY_REQUIRED' ? 'sign-in' : 'off' }),
      identityNeeded(code) {
        host.say({ tell: 'identity' });
        host.say({ tell: 'event', name: 'error', data: { code } });
      },
    },
  });
  const outbox = openOutbox({ store, storage, say: connection.say, token: () => connection.token });

  function began(session: Session): void {
    const { conversation, visitor, unread } = session;
    const before = store.now.conversation;
    if (before !== undefined && conversation !== undefined && before !== conversation) leave();
    const { name, email, phone } = visitor;
    store.change({
      phase: 'chat',
      visitor: { ...(name && { name }), ...(email && { email }), ...(phone && { phone }) },
      ...(store.now.lastSeq === undefined && { unread }),
    });
    host.say({ tell: 'unread', count: store.now.unread });
    host.say({ tell: 'conversation', open: session.open });
  }

  /** Another conversation: nothing of this one may be seen in it. */
  function leave(): void {
    readSeq = -1;
    store.change({ ...emptyConversation, drafts: [], conversation: undefined });
  }

  function heardFrame(frame: ServerFrame): void {
    const before = store.now;
    const change = changeBy(before, frame);
    if (change === gap) {
      connection.refresh();
      return;
    }
    if (change) store.change(change);
    if (frame.t === 'welcome') {
      outbox.restore(frame.conversation);
      host.say({ tell: 'conversation', open: frame.session?.open ?? store.now.messages.length > 0 });
    } else if (frame.t === 'msg' && change) arrived(frame);
    else if (frame.t === 'session' && change) host.say({ tell: 'conversation', open: frame.open });
    else if (frame.t === 'typing') {
      clearTimeout(typingOver);
      typingOver = setTimeout(() => store.change({ typing: undefined }), typingShownMs);
    } else if (frame.t === 'ack') {
      outbox.settled(frame);
      // The page may be loaded again before it is said.
      host.say({ tell: 'conversation', open: true });
    } else if (frame.t === 'profile') answered(frame.cid, undefined);
    else if (frame.t === 'error') {
      outbox.settled(frame);
      const { field, message } = frame;
      answered(frame.cid, { message, ...(field && { field }) });
    }
    if ('seq' in frame) acknowledge();
  }

  function arrived(message: Message): void {
    host.say({
      tell: 'event',
      name: 'message',
      data: { id: message.id, dir: message.dir, type: message.type },
    });
    if (message.dir !== 'out' || message.type === 'reaction') return;
    const { shown, visible, unread, firstUnread } = store.now;
    if (shown && visible) return;
    store.change({ unread: unread + 1, firstUnread: firstUnread ?? message.id });
    host.say({ tell: 'unread', count: unread + 1 });
    if (store.now.sound) chime();
  }

  function acknowledge(): void {
    if (acking) return;
    acking = setTimeout(() => {
      acking = undefined;
      if (store.now.line === 'online') connection.say({ t: 'ack', seq: store.now.lastSeq });
    }, ackMs);
  }

  function answered(cid: string | undefined, answer: { field?: string; message: string } | undefined): void {
    if (cid === undefined) return;
    introductions.get(cid)?.(answer);
    introductions.delete(cid);
  }

  function show(shown: boolean, withFocus: boolean): void {
    store.change({ shown, focus: store.now.focus + Number(shown && withFocus) });
  }

  function begin(words: ToFrame & { do: 'start' }): void {
    page = words.page;
    identity = words.identity;
    context = words.context;
    if (words.lang) needs.speak(words.lang);
    show(words.shown, words.focus);
    if (store.now.phase !== 'consent') connection.start(identity);
  }

  function become(who: Identity | undefined): void {
    const isOther = JSON.stringify(who) !== JSON.stringify(identity);
    identity = who;
    if (store.now.phase === 'consent') return;
    if (!who) {
      outbox.clear();
      storage.remove('text');
      context = undefined;
      leave();
      store.change({ visitor: {} });
    }
    if (isOther || !who) connection.become(who);
  }

  return {
    site,
    store,
    storage,
    outbox,
    heard(words) {
      if (words.do === 'start') begin(words);
      else if (words.do === 'show') show(true, words.focus);
      else if (words.do === 'hide') store.change({ shown: false, firstUnread: undefined });
      else if (words.do === 'identify') become(words.identity);
      else if (words.do === 'logout') become(undefined);
      else if (words.do === 'language') {
        needs.speak(words.lang);
        connection.say({ t: 'profile', lang: words.lang });
      } else if (words.do === 'context') {
        context = words.context;
        connection.say({ t: 'profile', ...context });
      } else {
        page = words.page;
        connection.say({ t: 'page', url: page.url, title: page.title });
      }
    },
    agree() {
      storage.permit();
      storage.set('agreed', true);
      host.say({ tell: 'conversation', open: true });
      store.change({ phase: 'waiting' });
      connection.start(identity);
    },
    typing(on) {
      const now = Date.now();
      if (on && now - typedAt < typingMs) return;
      if (!on && typedAt === 0) return;
      typedAt = on ? now : 0;
      connection.say(on ? { t: 'typing' } : { t: 'typing', on: false });
    },
    sawAll() {
      const { lastSeq, line, unread } = store.now;
      if (lastSeq === undefined || line !== 'online') return;
      if (unread > 0) {
        store.change({ unread: 0 });
        host.say({ tell: 'unread', count: 0 });
      }
      if (lastSeq === readSeq) return;
      readSeq = lastSeq;
      connection.say({ t: 'read', seq: lastSeq });
    },
    introduce(profile) {
      const cid = `profile-${Date.now()}`;
      return new Promise((done) => {
        introductions.set(cid, done);
        connection.say({ t: 'profile', cid, ...profile });
      });
    },
    async older() {
      const { messages, conversation } = store.now;
      const first = messages[0];
      if (!first || !connection.token) return;
      const before = await history(connection.token, first.id).catch(() => undefined);
      if (!before || store.now.conversation !== conversation || store.now.messages[0] !== first) return;
      store.change({ messages: [...before.messages, ...store.now.messages], more: before.more });
    },
    refresh() {
      if (Date.now() - refreshedAt < refreshMs) return;
      refreshedAt = Date.now();
      connection.refresh();
    },
    toggleSound() {
      const sound = !store.now.sound;
      store.change({ sound });
      storage.set('sound', sound);
      if (sound) chime();
    },
    putOffEmail: () => store.change({ emailPutOff: true }),
    close: () => host.say({ tell: 'close' }),
    lookedAt: (visible) => store.change({ visible }),
  };
}

/** How everything is before anything is known. */
export function firstState(site: Site, storage: Storage): State {
  return {
    ...emptyConversation,
    phase: site.consent && !storage.get('agreed') ? 'consent' : 'waiting',
    line: 'connecting',
    shown: false,
    focus: 0,
    visible: document.visibilityState === 'visible',
    conversation: undefined,
    drafts: [],
    agents: 0,
    visitor: {},
    sound: storage.get<boolean>('sound') ?? site.sound,
    emailPutOff: false,
    notice: undefined,
  };
}
