import { i18n } from '@lingui/core';
import { tagOf } from './format.ts';
import { type Language, onPreferences } from './preferences.ts';

/** The texts of a part of the screens in each language, loaded when they are needed. */
export type Catalog = Record<Language, () => Promise<{ messages: Parameters<typeof i18n.load>[1] }>>;

/** Of every part that is on the screens; the later ones go first where both have a text. */
const catalogs: Catalog[] = [
  {
    en: () => import('../locales/en.po'),
    ar: () => import('../locales/ar.po'),
    hi: () => import('../locales/hi.po'),
  },
];

/** What each language calls itself. */
export const ownNames: Record<Language, string> = { en: 'English', ar: 'العربية', hi: 'हिन्दी' };

export const directionOf = (language: Language) => (language === 'ar' ? 'rtl' : 'ltr');

/** Speaks a language from now on: texts, direction, and what a screen reader is told. */
export async function speak(language: Language): Promise<void> {
  if (i18n.locale !== language) {
    for (const catalog of catalogs) i18n.load(language, (await catalog[language]()).messages);
    // Numbers inside texts have the same digits as those beside them.
    i18n.activate(language, tagOf(language));
  }
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}

/** Other digits are asked for: they are in the texts, too. */
export const followDigits = () => {
  let tag = '';
  return onPreferences(() => {
    const { locale } = i18n;
    if (!locale || tag === tagOf(locale)) return;
    tag = tagOf(locale);
    i18n.activate(locale, tag);
  });
};

/** Brings the texts of a part that is loaded later: in the language of the screen, and in each that is chosen from now on. */
export async function addTexts(catalog: Catalog): Promise<void> {
  const { locale } = i18n;
  i18n.load(locale, (await catalog[locale as Language]()).messages);
  catalogs.push(catalog);
  // It was changed meanwhile.
  if (i18n.locale !== locale) i18n.load(i18n.locale, (await catalog[i18n.locale as Language]()).messages);
}
