import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconLock, IconTrashX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiError } from '../../api/http.ts';
import { Empty, Failed, TraceId, useSentence } from '../../ui/states.tsx';
import css from './ui.module.css';

interface RefusedProps {
  error: unknown;
  retry(): void;
  /** What there was is still shown below: one line is enough. */
  line?: boolean;
  /** Where to go from something that is gone. */
  back?: ReactNode;
}

/** Why something is not there: it failed, it may not be seen, it is gone. */
export function Refused({ error, retry, line = false, back }: RefusedProps) {
  const { t } = useLingui();
  const sentence = useSentence();
  const { status, traceId } = error instanceof ApiError ? error : {};
  if (status === 403)
    return (
      <Empty icon={<IconLock size={24} />} title={t`You may not see this`}>
        <Trans>An administrator may. If you have become one just now, load the page again.</Trans>
      </Empty>
    );
  if (status === 404)
    return (
      <Empty icon={<IconTrashX size={24} />} title={t`This is not there any more`} act={back}>
        <Trans>Somebody has taken it away, or the address is wrong.</Trans>
      </Empty>
    );
  if (!line) return <Failed error={error} retry={retry} />;
  return (
    <div className={css.line} role="alert">
      <span>
        <Trans>This may be old: it could not be read again.</Trans> {sentence(error)}
      </span>
      {traceId && <TraceId id={traceId} />}
      <Button size="compact-sm" variant="default" onClick={retry}>
        <Trans>Try again</Trans>
      </Button>
    </div>
  );
}
