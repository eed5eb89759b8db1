import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, call } from '../../api/http.ts';
import { toast } from '../../store/toasts.ts';
import { moment, shortTime } from '../../theme/format.ts';
import { Bones, TraceId, useSentence } from '../../ui/states.tsx';
import { readAgain } from '../form/thing.ts';
import { consoleKey } from '../list/rows.ts';
import { Badge } from '../ui/badge.tsx';
import { Refused } from '../ui/refused.tsx';
import { Section } from '../ui/section.tsx';
import type { View } from './checked.ts';
import { type Approval, templatePath } from './template.ts';
import css from './templates.module.css';

/** How a provider stands to a template, as a word. */
export function Status({ approval }: { approval: Approval | undefined }) {
  const { t } = useLingui();
  if (!approval) return <Badge>{t`Not handed in`}</Badge>;
  const words = {
    APPROVED: t`Approved`,
    PENDING: t`Under review`,
    REJECTED: t`Rejected`,
    PAUSED: t`Paused`,
  };
  const tones = { APPROVED: 'accent', PENDING: 'plain', REJECTED: 'danger', PAUSED: 'warn' } as const;
  return <Badge tone={tones[approval.status]}>{words[approval.status]}</Badge>;
}

interface ApprovalsProps {
  code: string;
  lang: string;
  approvals: Approval[];
  views: View[] | undefined;
  /** What is on the screen is not saved: something else would be handed in. */
  isChanged: boolean;
}

/** How the providers of channels stand to a template, with what can be done about it. */
export function Approvals({ approvals, views, ...rest }: ApprovalsProps) {
  const { t } = useLingui();
  const channels = views?.filter(({ approval }) => approval) ?? [];
  if (channels.length === 0) return null;
  return (
    <Section title={t`Approval`}>
      {channels.map((view) => (
        <OneApproval
          key={view.channel}
          view={view}
          approval={approvals.find(({ channel }) => channel === view.channel)}
          {...rest}
        />
      ))}
    </Section>
  );
}

function OneApproval({
  view,
  approval,
  code,
  lang,
  isChanged,
}: { view: View; approval: Approval | undefined } & Omit<ApprovalsProps, 'approvals' | 'views'>) {
  const { t } = useLingui();
  const sentence = useSentence();
  const [busy, setBusy] = useState<'submit' | 'sync'>();
  const [error, setError] = useState<unknown>();
  const [opened, setOpened] = useState(false);
  const { channel, submits } = view;
  const path = `${templatePath(code, lang)}/approvals/${encodeURIComponent(channel)}`;
  const act = async (what: 'submit' | 'sync', at: string, done: string) => {
    setBusy(what);
    setError(undefined);
    try {
      await call('POST', at);
      toast(done);
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(undefined);
      readAgain();
    }
  };
  const isSettled = approval && !approval.outdated && ['APPROVED', 'PENDING'].includes(approval.status);
  return (
    <div className={css.approval}>
      <p>
        <bdi dir="ltr">{channel}</bdi> <Status approval={approval} />
        {approval?.since && <small>{shortTime(approval.since)}</small>}
      </p>
      {approval?.reason && <p dir="auto">{approval.reason}</p>}
      {approval?.outdated && (
        <p className={css.outdated}>
          <Trans>
            It was changed since: people get the text that the provider has until you hand it in again.
          </Trans>
        </p>
      )}
      {error !== undefined && (
        <div role="alert" className={css.refusal}>
          <p dir="auto">{error instanceof ApiError ? error.message : sentence(error)}</p>
          {error instanceof ApiError && error.traceId && <TraceId id={error.traceId} />}
        </div>
      )}
      <div className={css.acts}>
        {submits && (
          <>
            <Button
              size="compact-sm"
              loading={busy === 'submit'}
              disabled={isChanged || isSettled === true}
              onClick={() => void act('submit', `${path}/submit`, t`It is handed in`)}
            >
              <Trans>Submit</Trans>
            </Button>
            <Button
              size="compact-sm"
              variant="default"
              loading={busy === 'sync'}
              onClick={() =>
                void act(
                  'sync',
                  `/channels/${encodeURIComponent(channel)}/templates/sync`,
                  t`Read from the provider`,
                )
              }
            >
              <Trans>Sync now</Trans>
            </Button>
          </>
        )}
        <Button size="compact-sm" variant="default" aria-expanded={opened} onClick={() => setOpened(!opened)}>
          <Trans>History</Trans>
        </Button>
      </div>
      {submits && isChanged && (
        <small>
          <Trans>Save first: what is saved is handed in.</Trans>
        </small>
      )}
      {opened && <History path={path} />}
    </div>
  );
}

interface Change extends Omit<Approval, 'channel'> {
  no: number;
  at: number;
  source: 'noted' | 'submitted' | 'told' | 'read';
  who?: { name?: string; id?: string };
}

function History({ path }: { path: string }) {
  const { t } = useLingui();
  const { data, error, refetch } = useQuery({
    queryKey: [consoleKey, 'history', path],
    queryFn: ({ signal }) => call<{ items: Change[] }>('GET', path, { signal }),
    refetchOnMount: 'always',
  });
  const sources = {
    noted: t`noted by hand`,
    submitted: t`handed in`,
    told: t`told by the provider`,
    read: t`read from the provider`,
  };
  if (!data)
    return error ? (
      <Refused error={error} retry={() => void refetch()} line />
    ) : (
      <Bones count={2} shape="line" />
    );
  if (data.items.length === 0)
    return (
      <p>
        <Trans>Nothing has happened yet.</Trans>
      </p>
    );
  return (
    <ol className={css.history} aria-label={t`History`}>
      {data.items.map(({ no, at, source, who, ...state }) => (
        <li key={no}>
          <Status approval={{ channel: '', ...state }} /> <span>{sources[source]}</span>
          {who && <bdi>{who.name ?? who.id}</bdi>} <time>{moment(at)}</time>
          {state.reason && <p dir="auto">{state.reason}</p>}
        </li>
      ))}
    </ol>
  );
}
