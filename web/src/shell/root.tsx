import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { I18nProvider } from '@lingui/react';
import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Router } from 'wouter';
import { client } from '../store/client.ts';
import { toast } from '../store/toasts.ts';
import { directionOf, followDigits, speak } from '../theme/language.ts';
import { theme } from '../theme/mantine.ts';
import { type Language, usePreferences } from '../theme/preferences.ts';
import { App } from './app.tsx';
import { Boot } from './boot.tsx';
import { ask } from './go.ts';
import css from './shell.module.css';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

/** The frame of everything: language, direction, colours, and what was read from the server. */
export function Root() {
  const { language, theme: wanted } = usePreferences();
  const machine = useColorScheme('light', { getInitialValueInEffect: false });
  const [spoken, failed] = useSpoken(language);
  if (!spoken) return failed ? <Speechless /> : <Boot />;
  return (
    <I18nProvider i18n={i18n}>
      <DirectionProvider initialDirection={directionOf(spoken)} detectDirection={false}>
        <MantineProvider
          theme={theme}
          forceColorScheme={wanted === 'auto' ? machine : wanted}
          getStyleNonce={() => nonce}
          deduplicateInlineStyles
        >
          <Directed language={spoken}>
            <QueryClientProvider client={client}>
              <Router aroundNav={ask}>
                <App />
              </Router>
            </QueryClientProvider>
          </Directed>
        </MantineProvider>
      </DirectionProvider>
    </I18nProvider>
  );
}

/** How long until texts that did not come are asked for again: the first time, and at most, ms. */
const [againMs, atMostMs] = [1000, 30_000];

/** The language whose texts are there, and whether others were asked for in vain; they are asked for until they come. */
function useSpoken(language: Language): [spoken: Language | undefined, failed: boolean] {
  useEffect(followDigits, []);
  const [spoken, setSpoken] = useState<Language>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let gone = false;
    const ask = (wait: number) =>
      void speak(language).then(
        () => setSpoken(language),
        () => {
          if (gone) return;
          setFailed(true);
          if (i18n.locale && wait === againMs)
            toast(i18n._(msg`This could not be loaded`), { tone: 'error' });
          timer = setTimeout(ask, wait, Math.min(2 * wait, atMostMs));
        },
      );
    ask(againMs);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [language]);
  return [spoken, failed];
}

/** Where no texts are, it says so without them. */
const Speechless = () => (
  <div className={css.speechless} role="alert" lang="en" dir="ltr">
    <p>Parley could not be loaded. Check your connection.</p>
    <button type="button" onClick={() => location.reload()}>
      Try again
    </button>
  </div>
);

function Directed({ language, children }: { language: Language; children: ReactNode }) {
  const { setDirection } = useDirection();
  useEffect(() => setDirection(directionOf(language)), [language, setDirection]);
  return children;
}
