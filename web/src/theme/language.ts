import { i18n } from '@lingui/core';
import type { Language } from './preferences.ts';

const catalogs: Record<Language, () => Promise<{ messages: Parameters<typeof i18n.load>[1] }>> = {
  en: () => import('../locales/en.po'),
  ar: () => import('../locales/ar.po'),
  hi: () => import('../locales/hi.po'),
};

/** What each language calls itself. */
export const ownNames: Record<Language, string> = { en: 'English', ar: 'العربية', hi: 'हिन्दी' };

export const directionOf = (language: Language) => (language === 'ar' ? 'rtl' : 'ltr');

/** Speaks a language from now on: texts, direction, and what a screen reader is told. */
export async function speak(language: Language): Promise<void> {
  if (i18n.locale !== language) {
    const { messages } = await catalogs[language]();
    i18n.loadAndActivate({ locale: language, messages });
  }
  document.documentElement.lang = language;
  document.documentElement.dir = directionOf(language);
}
