import { formatter } from '@lingui/format-po';

/** The languages of the inbox. English is in the source; the others are complete, or the build fails. */
export default {
  sourceLocale: 'en',
  locales: ['en', 'ar', 'hi'],
  catalogs: [
    {
      path: '<rootDir>/src/locales/{locale}',
      include: ['src'],
      exclude: ['src/console/**', 'src/contacts/**'],
    },
    // Those of the console and of the contacts come with them.
    { path: '<rootDir>/src/console/locales/{locale}', include: ['src/console'] },
    { path: '<rootDir>/src/contacts/locales/{locale}', include: ['src/contacts'] },
  ],
  format: formatter({ lineNumbers: false, origins: false }),
};
