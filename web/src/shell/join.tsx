import { Trans, useLingui } from '@lingui/react/macro';
import { Button, PasswordInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, call } from '../api/http.ts';
import type { Me } from '../api/types.ts';
import { client } from '../store/client.ts';
import { meQuery } from '../store/me.ts';
import { Failed, useSentence } from '../ui/states.tsx';
import icon from './icon.svg';
import css from './shell.module.css';
import { LanguageChoice } from './sign-in.tsx';

interface Link {
  kind: 'invitation' | 'reset';
  business: { domain: string; name: string };
  name: string;
  email: string;
}

const linkToken = () => decodeURIComponent(/^#token=(.+)$/.exec(location.hash)?.[1] ?? '');

/** Where the link of an invitation leads: somebody chooses a password, and is in. */
export default function Join() {
  const { t } = useLingui();
  const sentence = useSentence();
  const [token] = useState(linkToken);
  const [error, setError] = useState<ApiError>();
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => call<Link>('POST', '/sign-in/link', { body: { token }, open: true }),
    retry: false,
  });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get('password'));
    try {
      const { me } = await call<{ me: Me }>('POST', '/sign-in/password', {
        body: { token, password },
        open: true,
      });
      client.setQueryData(meQuery.queryKey, me);
      location.replace('/inbox');
    } catch (failure) {
      if (failure instanceof ApiError) setError(failure);
    }
  };
  const told =
    error &&
    (error.code === 'WEAK_PASSWORD' ? t`Choose a longer password: 10 characters at least.` : sentence(error));
  return (
    <main className={css.door}>
      <div className={css.doorCard}>
        <img src={icon} alt="" width={44} height={44} />
        {link.error ? (
          <Failed title={t`This link is used up or too old`} error={link.error} />
        ) : (
          <>
            <h1>
              {link.data?.kind === 'reset' ? (
                <Trans>Choose a new password</Trans>
              ) : (
                <Trans>Welcome to the inbox</Trans>
              )}
            </h1>
            {link.data && (
              <p className={css.doorText}>
                <bdi>{link.data.name}</bdi> · <bdi dir="ltr">{link.data.email}</bdi> ·{' '}
                <bdi>{link.data.business.name}</bdi>
              </p>
            )}
            <form className={css.form} onSubmit={(event) => void submit(event)}>
              <input
                type="hidden"
                name="username"
                autoComplete="username"
                value={link.data?.email ?? ''}
                readOnly
              />
              <PasswordInput
                name="password"
                label={t`Password`}
                description={t`10 characters at least`}
                autoComplete="new-password"
                minLength={10}
                maxLength={200}
                dir="ltr"
                required
                withAsterisk={false}
                size="md"
                autoFocus
              />
              {told && (
                <p className={css.formError} role="alert">
                  {told}
                </p>
              )}
              <Button type="submit" size="md" fullWidth disabled={!link.data}>
                <Trans>Set the password and go on</Trans>
              </Button>
            </form>
          </>
        )}
      </div>
      <LanguageChoice />
    </main>
  );
}
