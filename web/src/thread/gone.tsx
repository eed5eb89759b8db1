import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconLock, IconMessageOff } from '@tabler/icons-react';
import { ApiError } from '../api/http.ts';
import { useMe } from '../store/me.ts';
import { Empty, useSentence } from '../ui/states.tsx';

/** True for an error that says of a conversation that it is not there, or not for the one who asks. */
export const isRefused = (error: unknown): error is ApiError =>
  error instanceof ApiError && (error.status === 404 || error.status === 403);

/** Why a conversation is not shown: there is none, or which right is missing. */
export function Gone({ error, back }: { error: ApiError; back: (() => void) | undefined }) {
  const { t } = useLingui();
  const { rights } = useMe();
  const sentence = useSentence();
  const act = back && (
    <Button size="xs" variant="light" onClick={back}>
      <Trans>Back to the list</Trans>
    </Button>
  );
  if (error.status === 404 && rights.seesAll)
    return (
      <Empty icon={<IconMessageOff size={26} />} title={t`There is no such conversation`} act={act}>
        <Trans>The address is wrong, or it is a conversation of another business.</Trans>
      </Empty>
    );
  return (
    <Empty icon={<IconLock size={26} />} title={t`This conversation is not yours to see`} act={act}>
      {error.status === 403 ? (
        sentence(error)
      ) : (
        <Trans>
          You see the conversations that you hold, those of your teams and queues, and what waits there. A
          supervisor sees all of them, and can assign this one to you.
        </Trans>
      )}
    </Empty>
  );
}
