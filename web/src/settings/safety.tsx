import { Trans, useLingui } from '@lingui/react/macro';
import { Button, PasswordInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ApiError, call } from '../api/http.ts';
import { signOut } from '../shell/sign-out.ts';
import { toast } from '../store/toasts.ts';
import { shortTime } from '../theme/format.ts';
import { Bones, Failed, useSentence } from '../ui/states.tsx';
import { Codes } from './codes.tsx';
import css from './settings.module.css';

interface SignInRow {
  id: string;
  kind: string;
  current: boolean;
  seenAt: number;
  address?: string;
  userAgent?: string;
}

/** The password, and where one is signed in. */
export function Safety() {
  const { t } = useLingui();
  const sentence = useSentence();
  const [error, setError] = useState<ApiError>();
  const signIns = useQuery({
    queryKey: ['sign-ins'],
    queryFn: () => call<{ items: SignInRow[] }>('GET', '/me/sign-ins'),
  });
  const change = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    setError(undefined);
    try {
      await call('PUT', '/me/password', { body: { old: given.get('old'), password: given.get('password') } });
      form.reset();
      toast(t`The password is changed. All other sign-ins have ended.`);
      void signIns.refetch();
    } catch (failure) {
      if (failure instanceof ApiError) setError(failure);
    }
  };
  const end = async (id: string) => {
    await call('DELETE', `/me/sign-ins/${id}`).catch(() => {});
    void signIns.refetch();
  };
  const told =
    error &&
    ({
      WRONG_PASSWORD: t`The old password is wrong.`,
      WEAK_PASSWORD: t`Choose a longer password: 10 characters at least.`,
    }[error.code] ??
      sentence(error));
  return (
    <>
      <form className={css.form} onSubmit={(event) => void change(event)}>
        <PasswordInput
          name="old"
          label={t`Old password`}
          autoComplete="current-password"
          dir="ltr"
          required
          withAsterisk={false}
        />
        <PasswordInput
          name="password"
          label={t`New password`}
          description={t`10 characters at least`}
          autoComplete="new-password"
          minLength={10}
          dir="ltr"
          required
          withAsterisk={false}
        />
        {told && (
          <p role="alert" className={css.error}>
            {told}
          </p>
        )}
        <Button type="submit" className={css.save ?? ''}>
          <Trans>Change the password</Trans>
        </Button>
      </form>
      <Codes />
      <h2>
        <Trans>Where you are signed in</Trans>
      </h2>
      {signIns.error && <Failed error={signIns.error} retry={() => void signIns.refetch()} />}
      {signIns.isPending && <Bones count={3} shape="line" />}
      <ul className={css.signIns}>
        {signIns.data?.items.map((one) => (
          <li key={one.id}>
            <span>
              <bdi dir="ltr">{one.userAgent?.slice(0, 70) ?? one.kind}</bdi>
              <small>
                <bdi dir="ltr">{one.address ?? ''}</bdi> · {shortTime(one.seenAt)}
              </small>
            </span>
            {one.current ? (
              <span className={css.here}>
                <Trans>This one</Trans>
              </span>
            ) : (
              <Button size="compact-sm" variant="default" onClick={() => void end(one.id)}>
                <Trans>End</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Button variant="default" className={css.save ?? ''} onClick={() => void signOut(true)}>
        <Trans>Sign out everywhere</Trans>
      </Button>
    </>
  );
}
