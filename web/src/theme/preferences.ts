import { useSyncExternalStore } from 'react';

export const languages = ['en', 'ar', 'hi'] as const;
export type Language = (typeof languages)[number];

/** How somebody wants the inbox to be; kept on the server, with a copy here for the first moment. */
export interface Preferences {
  language: Language;
  theme: 'light' | 'dark' | 'auto';
  density: 'comfortable' | 'compact';
  digits: 'latn' | 'native';
  /** What Enter alone does in the composer. */
  enter: 'send' | 'line';
  singleKeys: boolean;
  /** What stands below an answer, once it is added; empty: there is none yet. */
  signature: string;
  /** New mails have it by themselves. */
  signs: boolean;
  sound: 'off' | 'mine' | 'all';
  /** Whether that was asked. */
  soundAsked: boolean;
  notifications: boolean;
  /** Notifications show what was written. */
  notificationText: boolean;
  /** When a conversation counts as read. */
  read: 'view' | 'reply';
  /** The order of the lists. */
  sort: 'latest' | 'waiting';
  viewsFolded: boolean;
  contactFolded: boolean;
  /** The console begins with the first steps. */
  firstSteps: boolean;
  /** Widths of panes, px. */
  listWidth: number;
  contactWidth: number;
  /** Keys that somebody chose instead of ours: id of the act → combination. */
  keys: Record<string, string>;
}

const key = 'parley.preferences';

function first(): Language {
  const wanted = navigator.languages.map((one) => one.slice(0, 2));
  return languages.find((one) => wanted.includes(one)) ?? 'en';
}

const defaults = (): Preferences => ({
  language: first(),
  theme: 'auto',
  density: 'comfortable',
  digits: 'latn',
  enter: 'send',
  singleKeys: true,
  signature: '',
  signs: false,
  sound: 'off',
  soundAsked: false,
  notifications: false,
  notificationText: false,
  read: 'view',
  sort: 'latest',
  viewsFolded: false,
  contactFolded: false,
  firstSteps: true,
  listWidth: 340,
  contactWidth: 300,
  keys: {},
});

/** What is kept may be of another release, or of another program: what makes no sense is left out. */
function sensible(given: unknown): Partial<Preferences> {
  const kept: Record<string, unknown> = {};
  for (const [name, usual] of Object.entries(defaults())) {
    const value = (given as Record<string, unknown> | null)?.[name];
    if (typeof value === typeof usual && value !== null) kept[name] = value;
  }
  if (!languages.includes(kept.language as Language)) delete kept.language;
  return kept as Partial<Preferences>;
}

function read(): Preferences {
  try {
    return { ...defaults(), ...sensible(JSON.parse(localStorage.getItem(key) ?? '{}')) };
  } catch {
    return defaults();
  }
}

let current = read();
const heard = new Set<() => void>();
let save: ((all: Preferences) => void) | undefined;

export const preferences = () => current;

/** Changes some, at once on this screen and soon on the server. */
export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(key, JSON.stringify(current));
  } catch {
    // A browser that keeps nothing still has them until the window closes.
  }
  for (const one of heard) one();
  save?.(current);
}

/** Takes what the server has of this person, and tells the server from now on. */
export function keepPreferences(theirs: Record<string, unknown>, saver: (all: Preferences) => void): void {
  save = undefined;
  // Nobody signs as who was at this screen before.
  prefer({ signature: '', signs: false, ...sensible(theirs) });
  save = saver;
}

export function onPreferences(listener: () => void): () => void {
  heard.add(listener);
  return () => heard.delete(listener);
}

export const usePreferences = () => useSyncExternalStore(onPreferences, preferences);
