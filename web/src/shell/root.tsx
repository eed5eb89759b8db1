import { i18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { DirectionProvider, MantineProvider, useDirection } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { Router } from 'wouter';
import { client } from '../store/client.ts';
import { directionOf, speak } from '../theme/language.ts';
import { theme } from '../theme/mantine.ts';
import { type Language, usePreferences } from '../theme/preferences.ts';
import { App } from './app.tsx';
import { ask } from './go.ts';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';

/** The frame of everything: language, direction, colours, and what was read from the server. */
export function Root() {
  const { language, theme: wanted } = usePreferences();
  const machine = useColorScheme('light', { getInitialValueInEffect: false });
  const [spoken, setSpoken] = useState<Language>();
  useEffect(() => {
    void speak(language).then(() => setSpoken(language));
  }, [language]);
  if (!spoken) return null;
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

function Directed({ language, children }: { language: Language; children: ReactNode }) {
  const { setDirection } = useDirection();
  useEffect(() => setDirection(directionOf(language)), [language, setDirection]);
  return children;
}
