import { chooseLanguage } from '../language.ts';
import type { Site } from '../site.ts';
import type { Context, FromFrame, Identity, Page, ToFrame } from '../talk.ts';
import { drawLauncher, type Launcher } from './launcher.ts';

/** Who the visitor is, or how to ask for it whenever it is needed. */
type Who = Identity | string | (() => Who | Promise<Who>);
type Hear = (data: unknown) => void;
type Command = [name: keyof Api, ...given: unknown[]];

/** What a page calls, as `parley.open()` or, before the script came, `parley.push(['open'])`. */
interface Api {
  open(): void;
  close(): void;
  toggle(): void;
  identify(who: Who): void;
  logout(): void;
  setLanguage(lang: string): void;
  setContext(context: Context): void;
  /** Hears `ready`, `open`, `close`, `unread`, `message`, `error`. Answers how to stop hearing. */
  on(event: string, hear: Hear): () => void;
  /** Takes everything off the page; running the script again puts it back. */
  destroy(): void;
  push(...commands: Command[]): void;
}

/** Put here by the server: see `build.mjs`. */
declare const PARLEY_SITE: Site;

const page = window as unknown as { parley?: Api | Command[]; navigation?: EventTarget };
const site = PARLEY_SITE;
const script = document.currentScript as HTMLScriptElement | null;
const base = new URL('.', script?.src || `${site.base}/widget/`);
const flag = `parley.${site.key}`;
const over = new AbortController();
const hearers: [event: string, hear: Hear][] = [];

let launcher: Launcher;
let lang = chooseLanguage([document.documentElement.lang, ...navigator.languages], site.languages);
let langWasSet = false;
let who: Who | undefined;
let context: Context | undefined;
let shown = false;
/** The frame has been told how things stand, and hears what changes. */
let ready = false;
let focus = false;
let unread = 0;
let url = location.href;
/** Whether something may be kept in the page's storage. */
let mayKeep = !site.consent;

const api: Api = {
  open: () => show(true),
  close: hide,
  toggle: () => (shown ? hide() : show(true)),
  identify(given) {
    who = given;
    void tellIdentity();
  },
  logout() {
    who = undefined;
    say({ do: 'logout' });
  },
  setLanguage(wish) {
    lang = chooseLanguage([wish], [wish, ...site.languages]);
    langWasSet = true;
    draw();
    say({ do: 'language', lang });
  },
  setContext(given) {
    context = { ...context, ...given };
    say({ do: 'context', context });
  },
  on(event, hear) {
    const one: (typeof hearers)[number] = [event, hear];
    hearers.push(one);
    return () => {
      if (hearers.includes(one)) hearers.splice(hearers.indexOf(one), 1);
    };
  },
  destroy() {
    over.abort();
    launcher.host.remove();
    delete page.parley;
  },
  push(...commands) {
    for (const [name, ...given] of commands) (api[name] as (...all: unknown[]) => unknown)?.(...given);
  },
};

// The same script twice, as single-page apps do it, is once.
if (!page.parley || Array.isArray(page.parley)) start(page.parley ?? []);

function start(queue: Command[]): void {
  launcher = drawLauncher(site);
  page.parley = api;
  const { button } = launcher;
  const { signal } = over;
  const hear = (target: EventTarget | undefined, name: string, heard: (event: never) => void) =>
    target?.addEventListener(name, heard as EventListener, { signal });
  hear(button, 'click', api.toggle);
  hear(button, 'pointerenter', load);
  hear(button, 'focus', load);
  hear(window, 'message', receive);
  hear(window, 'popstate', moved);
  hear(window, 'hashchange', moved);
  hear(page.navigation, 'currententrychange', moved);
  const wasShown = noted(() => sessionStorage);
  draw();
  api.push(...queue);
  // A panel that was open stays open on the next page, unless it would cover it.
  if (wasShown && innerWidth > 480 && innerHeight > 480) show(false);
  else if (noted(() => localStorage)) (window.requestIdleCallback ?? setTimeout)(load);
}

function load(): void {
  if (launcher.frame) return;
  launcher.addFrame(`${base}frame?site=${site.key}&lang=${lang}&origin=${location.origin}`);
  draw();
}

function show(withFocus: boolean): void {
  load();
  shown = true;
  focus = withFocus;
  draw();
  if (focus) launcher.frame!.focus();
  say({ do: 'show', focus });
  fire('open');
}

function hide(): void {
  if (!shown) return;
  shown = false;
  draw();
  say({ do: 'hide' });
  fire('close');
}

function draw(): void {
  launcher.draw({ shown, unread, lang });
  note(() => sessionStorage, shown);
}

function say(words: ToFrame): void {
  if (ready) launcher.frame!.contentWindow?.postMessage(words, base.origin);
}

function fire(event: string, data?: unknown): void {
  for (const [name, hear] of [...hearers]) if (name === event) hear(data);
}

async function identity(): Promise<Identity | undefined> {
  try {
    let given = who;
    while (typeof given === 'function') given = await given();
    return typeof given === 'string' ? { token: given } : given;
  } catch (error) {
    fire('error', { code: 'IDENTITY', error });
    return undefined;
  }
}

async function tellIdentity(): Promise<void> {
  const known = await identity();
  if (known) say({ do: 'identify', identity: known });
}

/** The frame is there: how things stand. */
async function greet(): Promise<void> {
  const asked = who;
  const known = await identity();
  ready = true;
  if (shown && focus) launcher.frame!.focus();
  say({
    do: 'start',
    shown,
    focus,
    page: here(),
    ...(langWasSet && { lang }),
    ...(known && { identity: known }),
    ...(context && { context }),
  });
  if (who && who !== asked) void tellIdentity();
  fire('ready');
}

function receive({ source, origin, data }: MessageEvent<FromFrame>): void {
  if (origin !== base.origin || !source || source !== launcher.frame?.contentWindow) return;
  if (data.tell === 'hello') void greet();
  else if (data.tell === 'close') {
    hide();
    launcher.button.focus();
  } else if (data.tell === 'unread') {
    unread = data.count;
    draw();
    fire('unread', unread);
  } else if (data.tell === 'conversation') {
    mayKeep = true;
    draw();
    note(() => localStorage, data.open);
  } else if (data.tell === 'identity') void tellIdentity();
  else fire(data.name, data.data);
}

// Storage may be closed to us; then the page forgets, and nothing else.
function note(storage: () => Storage, on: boolean): void {
  try {
    if (!on) storage().removeItem(flag);
    else if (mayKeep) storage().setItem(flag, '1');
  } catch {}
}

function noted(storage: () => Storage): string | null {
  try {
    return storage().getItem(flag);
  } catch {
    return null;
  }
}

function moved(): void {
  if (location.href === url) return;
  url = location.href;
  say({ do: 'page', page: here() });
}

function here(): Page {
  return { url: location.href, title: document.title, referrer: document.referrer };
}
