import { Trans, useLingui } from '@lingui/react/macro';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type FormEvent, useMemo, useState } from 'react';
import { encode } from 'uqr';
import { ApiError, call } from '../api/http.ts';
import { client } from '../store/client.ts';
import { meQuery, useMe } from '../store/me.ts';
import { toast } from '../store/toasts.ts';
import { asciiDigits } from '../text/fold.ts';
import { useSentence } from '../ui/states.tsx';
import css from './settings.module.css';

type Step =
  | { now: 'rest' }
  | { now: 'asking' }
  | { now: 'confirming'; secret: string; uri: string }
  | { now: 'told'; recoveryCodes: string[] };

/** Codes of a second device at sign-in: set up with an app for codes, or no longer asked for. */
export function Codes() {
  const { t } = useLingui();
  const { totp } = useMe();
  const [step, setStep] = useState<Step>({ now: 'rest' });
  const [told, setTold] = useState('');
  const sentence = useSentence();
  const attempt = async (work: () => Promise<void>) => {
    setTold('');
    try {
      await work();
    } catch (error) {
      const words: Record<string, string> = {
        WRONG_PASSWORD: t`The password is wrong.`,
        WRONG_CODE: t`The code is wrong. It changes every 30 seconds.`,
      };
      setTold((error instanceof ApiError && words[error.code]) || sentence(error));
    }
  };
  const given = (event: FormEvent<HTMLFormElement>, name: string) => {
    event.preventDefault();
    return String(new FormData(event.currentTarget).get(name));
  };
  const again = () => client.invalidateQueries({ queryKey: meQuery.queryKey });
  const begin = (password: string) =>
    attempt(async () => {
      if (totp) {
        await call('DELETE', '/me/totp', { body: { password } });
        setStep({ now: 'rest' });
        toast(t`No codes are asked for any more.`);
        await again();
      } else {
        const made = await call<{ secret: string; uri: string }>('POST', '/me/totp', { body: { password } });
        setStep({ now: 'confirming', ...made });
      }
    });
  const confirm = (code: string) =>
    attempt(async () => {
      const body = { code: asciiDigits(code).replace(/\s/g, '') };
      setStep({ now: 'told', ...(await call<{ recoveryCodes: string[] }>('PUT', '/me/totp', { body })) });
      await again();
    });
  return (
    <>
      <h2>
        <Trans>Codes of a second device</Trans>
      </h2>
      {step.now === 'rest' && (
        <div className={css.row}>
          <span>
            {totp ? (
              <Trans>A code is asked for at each sign-in.</Trans>
            ) : (
              <Trans>Besides the password, a code of an app on your phone.</Trans>
            )}
          </span>
          <Button variant="default" onClick={() => setStep({ now: 'asking' })}>
            {totp ? <Trans>Turn off</Trans> : <Trans>Set up</Trans>}
          </Button>
        </div>
      )}
      {step.now === 'asking' && (
        <form className={css.form} onSubmit={(event) => void begin(given(event, 'password'))}>
          <PasswordInput
            name="password"
            label={t`Your password, to be sure that it is you`}
            autoComplete="current-password"
            dir="ltr"
            required
            withAsterisk={false}
            autoFocus
          />
          <Acts word={t`Go on`} leave={() => setStep({ now: 'rest' })} />
        </form>
      )}
      {step.now === 'confirming' && (
        <form className={css.form} onSubmit={(event) => void confirm(given(event, 'code'))}>
          <p>
            <Trans>Scan this with your app for codes, or type the key into it.</Trans>
          </p>
          <Square uri={step.uri} />
          <code dir="ltr" className={css.secret}>
            {step.secret.replace(/(.{4})/g, '$1 ').trim()}
          </code>
          <TextInput
            name="code"
            label={t`The code that the app shows`}
            inputMode="numeric"
            autoComplete="one-time-code"
            dir="ltr"
            required
            withAsterisk={false}
          />
          <Acts word={t`Confirm`} leave={() => setStep({ now: 'rest' })} />
        </form>
      )}
      {told && (
        <p role="alert" className={css.error}>
          {told}
        </p>
      )}
      {step.now === 'told' && (
        <div className={css.form} role="status">
          <p>
            <Trans>
              Codes are asked for from now on. Keep these: each lets you in once without your phone. They are
              not shown again.
            </Trans>
          </p>
          <ul className={css.recovery} dir="ltr">
            {step.recoveryCodes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
          <Button className={css.save ?? ''} onClick={() => setStep({ now: 'rest' })}>
            <Trans>I have kept them</Trans>
          </Button>
        </div>
      )}
    </>
  );
}

function Acts({ word, leave }: { word: string; leave(): void }) {
  return (
    <div className={css.acts}>
      <Button type="submit">{word}</Button>
      <Button variant="default" onClick={leave}>
        <Trans>Cancel</Trans>
      </Button>
    </div>
  );
}

/** A QR code; black on white in the dark, too, as cameras want it. */
function Square({ uri }: { uri: string }) {
  const { t } = useLingui();
  const { size, path } = useMemo(() => {
    const { size, data } = encode(uri, { border: 3 });
    const dots = data.flatMap((line, y) => line.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : [])));
    return { size, path: dots.join('') };
  }, [uri]);
  return (
    <svg
      role="img"
      aria-label={t`QR code for your app for codes`}
      viewBox={`0 0 ${size} ${size}`}
      className={css.square}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}
