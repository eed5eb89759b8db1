import { Suspense } from 'react';
import { addTexts, type Catalog } from '../theme/language.ts';
import { patient } from '../ui/later.tsx';
import { Bones, useSlow } from '../ui/states.tsx';

const texts: Catalog = {
  en: () => import('./locales/en.po'),
  ar: () => import('./locales/ar.po'),
  hi: () => import('./locales/hi.po'),
};
let spoken = false;

/** The page of contacts with its texts, which is not fetched before somebody opens it. */
const Page = patient(async () => {
  const page = await import('./page.tsx');
  if (!spoken) await addTexts(texts);
  spoken = true;
  return page;
});

export const Contacts = () => (
  <Suspense fallback={<Waiting />}>
    <Page />
  </Suspense>
);

const Waiting = () => (useSlow(true) ? <Bones count={8} shape="row" /> : null);
