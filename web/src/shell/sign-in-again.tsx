import { useLingui } from '@lingui/react/macro';
import { Modal } from '@mantine/core';
import { SignInCard } from './sign-in.tsx';

interface SignInAgainProps {
  opened: boolean;
  email: string | undefined;
  done(): void;
}

/** Above everything when the sign-in has ended; there is no way past it but to sign in. */
export default function SignInAgain({ opened, email, done }: SignInAgainProps) {
  const { t } = useLingui();
  return (
    <Modal
      opened={opened}
      onClose={() => {}}
      withCloseButton={false}
      centered
      title={t`Sign in again`}
      closeOnEscape={false}
    >
      <SignInCard again={email} done={done} />
    </Modal>
  );
}
