import { Trans, useLingui } from '@lingui/react/macro';
import { Modal } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { token } from '../api/http.ts';
import { isFramed } from './host-page.ts';
import css from './shell.module.css';
import { SignInCard } from './sign-in.tsx';

interface SignInAgainProps {
  opened: boolean;
  email: string | undefined;
  done(): void;
}

/** Above everything when the sign-in has ended; there is no way past it but to sign in. */
export default function SignInAgain({ opened, email, done }: SignInAgainProps) {
  const { t } = useLingui();
  const waits = isFramed && token() !== undefined;
  return (
    <Modal
      opened={opened}
      onClose={() => {}}
      withCloseButton={false}
      centered
      title={waits ? t`Waiting for the page around` : t`Sign in again`}
      closeOnEscape={false}
      data-way-in
      transitionProps={{ duration: 0 }}
    >
      {waits && opened ? (
        <Waiting>
          <SignInCard again={email} done={done} />
        </Waiting>
      ) : (
        <SignInCard again={email} done={done} />
      )}
    </Modal>
  );
}

/** How long the page around has for another token, until a password is asked for as well, ms. */
const hostMs = 10_000;

/** Who came by the session of the page around comes back by it, and may have no password at all. */
function Waiting({ children }: { children: ReactNode }) {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), hostMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <>
      <p className={css.waits} role="status">
        {long ? (
          <Trans>The page around the inbox has not signed you in again. Reload it, or sign in here.</Trans>
        ) : (
          <Trans>Your sign-in has ended. The page around the inbox was asked for another one.</Trans>
        )}
      </p>
      {long && children}
    </>
  );
}
