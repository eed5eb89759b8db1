import { useEffect } from 'preact/hooks';
import type { Chat } from '../chat.ts';
import type { Tongue } from '../words/words.ts';
import { wantsEmail, wantsForm } from './asked.ts';
import { Composer } from './composer.tsx';
import { AroundContext, useAround, useNow } from './context.ts';
import { Header } from './header.tsx';
import { Log } from './log.tsx';
import { usePart } from './part.ts';

/** The whole frame. */
export function App(around: { chat: Chat; tongue: Tongue }) {
  return (
    <AroundContext.Provider value={around}>
      <Header />
      <Main />
    </AroundContext.Provider>
  );
}

function Main() {
  const { chat, tongue } = useAround();
  const { words } = tongue;
  const now = useNow();
  useEscape(chat);
  // Until it is known who the visitor is, nothing is asked; written may be all the same.
  const asks = now.phase === 'chat' && wantsForm(chat, now);
  const forms = usePart(asks || wantsEmail(chat, now), () => import('./forms.tsx'));
  if (now.phase === 'consent') return <Consent />;
  if (now.phase === 'off' || now.phase === 'sign-in') {
    return <main class="card">{now.phase === 'off' ? words.off : words.signIn}</main>;
  }
  return (
    <main>
      {now.line === 'offline' && (
        <p class="bar" role="status">
          {words.offline}
        </p>
      )}
      {asks ? forms && <forms.PreChat /> : <Log />}
      {!asks && forms && <forms.EmailCapture />}
      {!asks && <Composer />}
    </main>
  );
}

function Consent() {
  const { chat, tongue } = useAround();
  return (
    <main class="card">
      <p>{tongue.words.consent}</p>
      <button type="button" class="main" onClick={chat.agree}>
        {tongue.words.agree}
      </button>
    </main>
  );
}

/** Escape closes what is on top; layers inside stop it before it comes here. */
function useEscape(chat: Chat): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.isComposing && !event.defaultPrevented) chat.close();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [chat]);
}
