import { lazy, Suspense } from 'react';
import { addTexts, type Catalog } from '../theme/language.ts';
import { Bones, Failed } from '../ui/states.tsx';

const texts: Catalog = {
  en: () => import('./locales/en.po'),
  ar: () => import('./locales/ar.po'),
  hi: () => import('./locales/hi.po'),
};

/** The console with its texts, which is neither fetched nor counted before somebody opens it. */
const Frame = lazy(async () => {
  try {
    const [frame] = await Promise.all([import('./frame.tsx'), addTexts(texts)]);
    return frame;
  } catch (error) {
    return { default: () => <Failed error={error} retry={() => location.reload()} /> };
  }
});

export const Console = () => (
  <Suspense fallback={<Bones count={6} shape="line" />}>
    <Frame />
  </Suspense>
);
