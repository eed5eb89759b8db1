import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ApiError } from '../../api/http.ts';
import { TraceId, useSentence } from '../../ui/states.tsx';
import { Dialog } from './dialog.tsx';
import { useDoing } from './doing.ts';
import css from './ui.module.css';

export interface DestroyProps {
  /** On the button of the page, and on the one that does it: `Remove the tag`. */
  verb: string;
  /** Names the thing: `Remove the tag “VIP”?` */
  title: string;
  /** What it will do, a sentence each; the last one says whether it can be taken back. */
  does: ReactNode[];
  /** Does it. Rejects with `ApiError`. */
  run(): Promise<void>;
  /** Why it was refused, where the page knows better than the server’s sentence. */
  explain?(error: ApiError): ReactNode;
  /** In a row of a table. */
  small?: boolean;
}

/** A button that takes something away, and the question before: it says what it will do, and does nothing else first. */
export function Destroy({ verb, title, does, run, explain, small = false }: DestroyProps) {
  const { t } = useLingui();
  const sentence = useSentence();
  const [opened, setOpened] = useState(false);
  const { busy, error, run: tryTo, forget } = useDoing();
  const open = (on: boolean) => {
    setOpened(on);
    forget();
  };
  const destroy = () =>
    tryTo(async () => {
      await run();
      setOpened(false);
    });
  const isStale = error instanceof ApiError && error.code === 'STALE';
  return (
    <>
      <Button
        variant="default"
        size={small ? 'compact-sm' : 'sm'}
        className={css.danger ?? ''}
        onClick={() => open(true)}
      >
        {verb}
      </Button>
      <Dialog
        opened={opened}
        close={() => open(false)}
        title={title}
        acts={
          <>
            <Button variant="default" onClick={() => open(false)} data-autofocus>
              <Trans>Cancel</Trans>
            </Button>
            <Button color="red.9" loading={busy} onClick={() => void destroy()}>
              {verb}
            </Button>
          </>
        }
      >
        <ul className={css.does}>
          {does.map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they never change their order
            <li key={i}>{one}</li>
          ))}
        </ul>
        {error !== undefined && (
          <div role="alert" className={css.refusal}>
            <div dir="auto">
              {isStale
                ? t`Somebody changed it meanwhile. Close this, look at it again, and decide then.`
                : (error instanceof ApiError && explain?.(error)) || sentence(error)}
            </div>
            {error instanceof ApiError && error.traceId && <TraceId id={error.traceId} />}
          </div>
        )}
      </Dialog>
    </>
  );
}
