import type { words as english } from './en.ts';

/** Every sentence of the frame. `#` stands for a number, `{…}` for what its name says. */
export type Words = { [Key in keyof typeof english]: string };

/** A language as it is spoken: its sentences, and how it counts and dates. */
export interface Tongue {
  readonly lang: string;
  readonly words: Words;
  /** As `09:41`. */
  time(at: number): string;
  /** As `Saturday 28 November`, or the words for today and yesterday. */
  day(at: number): string;
  /** As `Monday 09:00`. */
  weekday(at: number): string;
  /** As `1.2 MB`. */
  size(bytes: number): string;
}

const languages: Record<string, () => Promise<{ words: Words }>> = {
  en: () => import('./en.ts'),
  ar: () => import('./ar.ts'),
  hi: () => import('./hi.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  ur: () => import('./ur.ts'),
};

/** The sentences of a language; of English when they cannot be had. */
export async function tongueOf(lang: string): Promise<Tongue> {
  const load = languages[lang];
  if (!load) return tongueOf('en');
  return load().then(
    ({ words }) => tongue(lang, words),
    (error) => (lang === 'en' ? Promise.reject(error) : tongueOf('en')),
  );
}

function tongue(lang: string, words: Words): Tongue {
  // Digits that everybody in chat reads, whatever the language's own.
  const locale = `${lang}-u-nu-latn`;
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options);
  const time = format({ hour: 'numeric', minute: '2-digit' });
  const date = format({ weekday: 'long', day: 'numeric', month: 'long' });
  const weekday = format({ weekday: 'long', hour: 'numeric', minute: '2-digit' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const dayOf = (at: number) => new Date(at).setHours(0, 0, 0, 0);
  return {
    lang,
    words,
    time: (at) => time.format(at),
    weekday: (at) => weekday.format(at),
    day(at) {
      const ago = Math.round((dayOf(at) - dayOf(Date.now())) / 86_400_000);
      return ago === 0 || ago === -1 ? relative.format(ago, 'day') : date.format(at);
    },
    size(bytes) {
      const [value, unit] =
        bytes < 1e3 ? [bytes, 'byte'] : bytes < 1e6 ? [bytes / 1e3, 'kilobyte'] : [bytes / 1e6, 'megabyte'];
      const maximumFractionDigits = value < 10 ? 1 : 0;
      return new Intl.NumberFormat(locale, { style: 'unit', unit, maximumFractionDigits }).format(value);
    },
  };
}
