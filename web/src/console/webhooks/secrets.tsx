import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { type MouseEvent, useEffect, useId, useRef, useState } from 'react';
import { Link } from 'wouter';
import { call } from '../../api/http.ts';
import { fullTime } from '../../theme/format.ts';
import form from '../form/form.module.css';
import { readAgain } from '../form/thing.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useDoing } from '../ui/doing.ts';
import { Once } from '../ui/once.tsx';
import ui from '../ui/page.module.css';
import { Reason } from '../ui/reason.tsx';
import { Section } from '../ui/section.tsx';
import { endpointAt, endpointPath, type Secrets, useHealthOf } from './endpoint.ts';
import css from './webhooks.module.css';

type What = 'secret' | 'verifyToken';

/** After an endpoint is made: its secrets, this once. */
export function Made({ id, secret, verifyToken }: Secrets & { id: string }) {
  const { t } = useLingui();
  const title = useRef<HTMLHeadingElement>(null);
  // The form that had the focus is gone.
  useEffect(() => title.current?.focus(), []);
  return (
    <div className={form.page}>
      <header className={ui.head}>
        <h1 ref={title} tabIndex={-1}>
          <Trans>The webhook is made</Trans>
        </h1>
      </header>
      <Told of={{ ...(secret && { secret }), ...(verifyToken && { verifyToken }) }} />
      <div className={css.acts}>
        <Button component={Link} href={endpointAt(id, 'test')}>
          <Trans>I have kept it: try the webhook out</Trans>
        </Button>
        <Button component={Link} href={endpointAt(id)} variant="default">
          {t`To its settings`}
        </Button>
      </div>
    </div>
  );
}

function Told({ of: { secret, verifyToken }, done }: { of: Secrets; done?: () => void }) {
  const { t } = useLingui();
  const more = done && { done };
  return (
    <>
      {secret !== undefined && (
        <Once label={t`The secret`} value={secret} {...more}>
          <p>
            <Trans>
              With it your program checks the signature of each call, so that nobody else can speak for us.
            </Trans>
          </p>
        </Once>
      )}
      {verifyToken !== undefined && (
        <Once label={t`The verify token`} value={verifyToken} {...more}>
          <p>
            <Trans>The simpler check: it comes along with each call. You need only one of the two.</Trans>
          </p>
        </Once>
      )}
    </>
  );
}

/** The secrets of an endpoint: never shown again, but replaced. */
export function SecretsSection({ id }: { id: string }) {
  const { t } = useLingui();
  const { data: health } = useHealthOf(id);
  const [asked, setAsked] = useState<What>();
  const [told, setTold] = useState<Secrets>();
  const opener = useRef<HTMLButtonElement>(null);
  const ask = (what: What) => (event: MouseEvent<HTMLButtonElement>) => {
    opener.current = event.currentTarget;
    setAsked(what);
  };
  const kept = () => {
    setTold(undefined);
    opener.current?.focus();
  };
  const until = health?.formerSecretUntil;
  return (
    <Section
      title={t`Secrets`}
      acts={
        <>
          <Button variant="default" onClick={ask('secret')}>
            <Trans>Replace the secret</Trans>
          </Button>
          <Button variant="default" onClick={ask('verifyToken')}>
            <Trans>Replace the verify token</Trans>
          </Button>
        </>
      }
    >
      <p>
        <Trans>
          By them your program knows that a call is ours. They are never shown again, but can be replaced.
        </Trans>
      </p>
      {until !== undefined && (
        <p className={css.notice}>
          <Trans>The secret before is still good until {fullTime(until)}: calls are signed with both.</Trans>
        </p>
      )}
      {told && <Told of={told} done={kept} />}
      <Replace id={id} what={asked} close={() => setAsked(undefined)} told={setTold} />
    </Section>
  );
}

interface ReplaceProps {
  id: string;
  what: What | undefined;
  close(): void;
  told(secrets: Secrets): void;
}

/** Says before what becomes of the old one. */
function Replace({ id, what, close, told }: ReplaceProps) {
  const { t } = useLingui();
  const [isKnown, setKnown] = useState(false);
  const { busy, error, run, forget } = useDoing();
  const isToken = what === 'verifyToken';
  const leave = () => {
    close();
    setKnown(false);
    forget();
  };
  const replace = () =>
    run(async () => {
      const { secret, verifyToken } = await call<Secrets>('POST', `${endpointPath(id)}/rotate`, {
        body: { what, ...(what === 'secret' && isKnown && { overlap: false }) },
      });
      told({ ...(secret && { secret }), ...(verifyToken && { verifyToken }) });
      readAgain();
      leave();
    });
  return (
    <Dialog
      opened={what !== undefined}
      close={leave}
      title={isToken ? t`Replace the verify token?` : t`Replace the secret?`}
      acts={
        <>
          <Button variant="default" onClick={leave} data-autofocus>
            <Trans>Cancel</Trans>
          </Button>
          <Button loading={busy} onClick={() => void replace()}>
            {isToken ? t`Replace the verify token` : t`Replace the secret`}
          </Button>
        </>
      }
    >
      <p>
        {isToken || isKnown
          ? t`The old one is out of use at once: until your program has the new one, it refuses our calls.`
          : t`For 24 hours each call is signed with both, so that your program misses nothing until it has the new one.`}
      </p>
      {!isToken && <KnownToOthers isKnown={isKnown} set={setKnown} />}
      {error !== undefined && (
        <p role="alert" dir="auto" className={css.failed}>
          <Reason error={error} />
        </p>
      )}
    </Dialog>
  );
}

/** Whether the old secret must not be good for the time in which programs get the new one. */
function KnownToOthers({ isKnown, set }: { isKnown: boolean; set(isKnown: boolean): void }) {
  const field = useId();
  return (
    <div className={css.check}>
      <input id={field} type="checkbox" checked={isKnown} onChange={(event) => set(event.target.checked)} />
      <label htmlFor={field}>
        <Trans>Somebody else knows the old one</Trans>
      </label>
    </div>
  );
}
