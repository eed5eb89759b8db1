import { Trans, useLingui } from '@lingui/react/macro';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ApiError, call, takeToken } from '../api/http.ts';
import type { Me } from '../api/types.ts';
import { client } from '../store/client.ts';
import { meQuery } from '../store/me.ts';
import { ownNames } from '../theme/language.ts';
import { languages, prefer, usePreferences } from '../theme/preferences.ts';
import { TraceId, useSentence } from '../ui/states.tsx';
import { isFramed } from './host-page.ts';
import icon from './icon.svg';
import css from './shell.module.css';

/** The way in for people. */
export default function SignIn() {
  return (
    <main className={css.door}>
      <div className={css.doorCard}>
        <img src={icon} alt="" width={44} height={44} />
        <h1>
          <Trans>Sign in to the inbox</Trans>
        </h1>
        <SignInCard />
      </div>
      <LanguageChoice />
    </main>
  );
}

/** The languages, each in its own words. */
export function LanguageChoice() {
  const { language } = usePreferences();
  const { t } = useLingui();
  return (
    <nav className={css.tongues} aria-label={t`Language`}>
      {languages.map((one) => (
        <button
          key={one}
          type="button"
          lang={one}
          aria-pressed={one === language}
          onClick={() => prefer({ language: one })}
        >
          {ownNames[one]}
        </button>
      ))}
    </nav>
  );
}

/** E-mail and password, and what else the server asks for. */
export function SignInCard({ again, done }: { again?: string | undefined; done?: () => void }) {
  const { t } = useLingui();
  const sentence = useSentence();
  const [asked, setAsked] = useState<{ code?: boolean; businesses?: string[] }>({});
  const [error, setError] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const given = Object.fromEntries(
      [...new FormData(event.currentTarget)].filter(([, value]) => value !== ''),
    );
    setBusy(true);
    setError(undefined);
    try {
      // The browser sends no cookie of ours from within a page of somebody else.
      const body = isFramed ? { ...given, as: 'token' } : given;
      const { me, token } = await call<{ me: Me; token?: string }>('POST', '/sign-in', { body, open: true });
      if (token !== undefined) takeToken(token);
      client.setQueryData(meQuery.queryKey, me);
      done?.();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (failure.code === 'CODE_REQUIRED') setAsked((now) => ({ ...now, code: true }));
      else if (failure.code === 'SEVERAL_BUSINESSES')
        setAsked((now) => ({ ...now, businesses: failure.fields[0]?.possibleValues ?? [] }));
      else setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const told =
    error &&
    ({
      WRONG_SIGN_IN: t`E-mail or password is wrong.`,
      WRONG_CODE: t`The code is wrong. It changes every 30 seconds.`,
      LOCKED: t`Too many tries. Wait a few minutes.`,
    }[error.code] ??
      sentence(error));
  return (
    <form className={css.form} onSubmit={(event) => void submit(event)}>
      <TextInput
        name="email"
        type="email"
        label={t`E-mail`}
        autoComplete="username"
        defaultValue={again}
        dir="ltr"
        required
        withAsterisk={false}
        size="md"
        autoFocus={!again}
      />
      <PasswordInput
        name="password"
        label={t`Password`}
        autoComplete="current-password"
        dir="ltr"
        required
        withAsterisk={false}
        size="md"
        autoFocus={!!again}
        data-autofocus={again ? true : undefined}
        visibilityToggleButtonProps={{
          'aria-label': t`Show the password`,
          tabIndex: 0,
          'aria-hidden': false,
        }}
      />
      {asked.code && (
        <TextInput
          name="code"
          label={t`Code of your authenticator, or a recovery code`}
          autoComplete="one-time-code"
          inputMode="numeric"
          dir="ltr"
          required
          withAsterisk={false}
          size="md"
          autoFocus
        />
      )}
      {asked.businesses && (
        <label className={css.choice}>
          <Trans>Business</Trans>
          <select name="business" dir="ltr">
            {asked.businesses.map((domain) => (
              <option key={domain}>{domain}</option>
            ))}
          </select>
        </label>
      )}
      {told && (
        <p className={css.formError} role="alert">
          {told} {error?.traceId && error.status >= 500 && <TraceId id={error.traceId} />}
        </p>
      )}
      <Button type="submit" size="md" fullWidth loading={busy}>
        <Trans>Sign in</Trans>
      </Button>
    </form>
  );
}
