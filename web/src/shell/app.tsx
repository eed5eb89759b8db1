import { useLingui } from '@lingui/react/macro';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useLayoutEffect } from 'react';
import { Redirect, Route, Switch } from 'wouter';
import { ApiError, call, leaveToken, onSignedOut, takeToken } from '../api/http.ts';
import type { Me } from '../api/types.ts';
import { retryFailed } from '../composer/files.ts';
import { Console } from '../console/lazy.tsx';
import { Contacts } from '../contacts/lazy.tsx';
import { Inbox } from '../inbox.tsx';
import { Settings } from '../settings/lazy.ts';
import { client } from '../store/client.ts';
import { askAgain, askWho, isOut, me, meQuery, ownerOf } from '../store/me.ts';
import { pumpAll } from '../store/outbox.ts';
import { useSignal } from '../store/signal.ts';
import { keepPreferences } from '../theme/preferences.ts';
import { holdersLayer } from '../thread/assign-menu.tsx';
import { Guarded } from '../ui/guarded.tsx';
import { onceIdle } from '../ui/idle.ts';
import { Later, patient } from '../ui/later.tsx';
import { menuLayer } from '../ui/menu.tsx';
import { Spoken } from '../ui/spoken.tsx';
import { Failed, useSlow } from '../ui/states.tsx';
import { Tips } from '../ui/tips.tsx';
import { Toasts } from '../ui/toasts.tsx';
import { Boot } from './boot.tsx';
import { useScreen } from './go.ts';
import { askHost, followHost } from './host-page.ts';
import './signed-out.css';
import { Window } from './window.tsx';

const Join = lazy(() => import('./join.tsx'));
const SignIn = lazy(() => import('./sign-in.tsx'));
const again = () => import('./sign-in-again.tsx');
const SignInAgain = patient(again);

/** The inbox, or the way into it. */
export const App = () => (
  <Guarded>
    <Screen />
  </Guarded>
);

function Screen() {
  const screen = useScreen();
  if (screen === 'join')
    return (
      <Suspense fallback={null}>
        <Join />
      </Suspense>
    );
  return (
    <>
      <SignedIn />
      <Toasts />
      <Tips />
      <Spoken />
    </>
  );
}

function SignedIn() {
  const { t } = useLingui();
  const { data, error, refetch, isPending } = useQuery(meQuery);
  const slow = useSlow(isPending);
  const screen = useScreen();
  const out = useSignedOut();
  useEffect(() => {
    if (data) isSame(data);
  }, [data]);
  // When they are needed, the server may be of another release, without the files of this one.
  useEffect(() => {
    if (data) onceIdle(() => void Promise.all([again(), menuLayer(), holdersLayer()]).catch(() => {}), 5000);
  }, [data !== undefined]);
  useEffect(() => {
    if (data)
      keepPreferences(
        data.preferences,
        (all) => void call('PUT', '/me/preferences', { body: all, keepalive: true }).catch(() => {}),
      );
  }, [data]);
  if (!data) {
    if (error instanceof ApiError && error.status === 401)
      return (
        <Suspense fallback={null}>
          <SignIn />
        </Suspense>
      );
    if (error instanceof ApiError && error.code === 'NO_AGENT')
      return <Failed title={t`This key is no person`} error={error} />;
    if (error) return <Failed error={error} retry={() => void refetch()} />;
    return <Boot {...(slow && { label: t`Loading` })} />;
  }
  return (
    <>
      <Window from={data.seq}>
        <Guarded of={screen}>
          <Switch>
            <Route path="/inbox/:session?" component={Inbox} />
            <Route path="/contacts/:contact?" component={Contacts} />
            <Route path="/settings/:page?" component={Settings} />
            <Route path="/console/*?" component={Console} />
            <Route>
              {screen === 'simulator' ? <Redirect to="/inbox?simulator=1" /> : <Redirect to="/inbox" />}
            </Route>
          </Switch>
        </Guarded>
      </Window>
      {/* What was typed stays where it is behind it. */}
      <Later wanted={out}>
        {(opened) => <SignInAgain opened={opened} email={data.agent.email} done={comeBack} />}
      </Later>
    </>
  );
}

/** Business and agent that this window began with. */
let known: string | undefined;

/** Whether it is still the same person. Somebody else begins anew: nothing of what is here is theirs. */
function isSame(mine: Me): boolean {
  known ??= ownerOf(mine);
  if (known === ownerOf(mine)) return true;
  location.reload();
  return false;
}

/** Goes on where the sign-in has ended, once somebody is known again. */
function comeBack(): void {
  const mine = me();
  if (!mine || !isSame(mine)) return;
  isOut.set(false);
  pumpAll();
  retryFailed();
  void client.invalidateQueries();
}

/** The token that the page around us has handed over last. */
let handed: string | undefined;

/** Goes on under a token of the page around us, once it is known whose it is: what waits here goes out as nobody else. */
async function takeOver(token: string): Promise<void> {
  handed = token;
  if (me()) {
    const whose = await askWho(token);
    if (handed !== token) return;
    if (whose && known !== ownerOf(whose)) {
      leaveToken(token);
      location.reload();
      return;
    }
  }
  takeToken(token);
  await askAgain('answered');
  comeBack();
}

/** Hides what is here once the sign-in has ended, and goes on with a token that the page around us hands over. */
function useSignedOut(): boolean {
  const out = useSignal(isOut);
  useEffect(() => {
    const stop = [
      onSignedOut(() => {
        isOut.set(true);
        askHost();
      }),
      followHost((token) => void takeOver(token).catch(() => {})),
    ];
    return () => {
      for (const each of stop) each();
    };
  }, []);
  useLayoutEffect(() => {
    document.documentElement.toggleAttribute('data-out', out);
  }, [out]);
  return out;
}
