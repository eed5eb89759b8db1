import { Trans, useLingui } from '@lingui/react/macro';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, useLocation, useSearch } from 'wouter';
import { useActs } from '../../keys/acts.ts';
import { fullTime } from '../../theme/format.ts';
import { Bones } from '../../ui/states.tsx';
import { useThing } from '../form/thing.ts';
import { Fact, Facts } from '../ui/fact.tsx';
import { Copy } from '../ui/once.tsx';
import { Refused } from '../ui/refused.tsx';
import css from './audit.module.css';
import { Changes } from './changes.tsx';
import type { AuditLine } from './line.ts';
import { auditAt, Who } from './list.tsx';
import { useAuditWords } from './words.ts';

/** One line: who, from where, what, and how it was before. */
export function AuditDetail({ id }: { id: string }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const search = useSearch();
  const back = search ? `${auditAt}?${search}` : auditAt;
  const { thing, error, retry } = useThing<AuditLine>(`/audit/${encodeURIComponent(id)}`);
  useActs([{ id: 'leave', label: t`Back to the list`, keys: ['Escape'], run: () => go(back) }]);
  return (
    <div className={css.page}>
      <Link href={back} className={css.back ?? ''}>
        <IconArrowLeft size={16} className="mirror" />
        <Trans>Audit log</Trans>
      </Link>
      {thing ? (
        <Line line={thing.value} />
      ) : error ? (
        <Refused error={error} retry={retry} />
      ) : (
        <Bones count={6} shape="line" />
      )}
    </div>
  );
}

function Line({ line }: { line: AuditLine }) {
  const { t } = useLingui();
  const words = useAuditWords();
  const { at, on, address, requestId, changes, omitted = 0, who } = line;
  const name = on.name ?? on.id;
  return (
    <>
      <header className={css.head}>
        <h1>{words.what(line)}</h1>
        {name !== undefined && (
          <p>
            <bdi>{name}</bdi>
          </p>
        )}
      </header>
      <Facts>
        <Fact title={t`When`}>{fullTime(at)}</Fact>
        <Fact title={t`Who`}>
          <Who line={line} />
        </Fact>
        {address !== undefined && (
          <Fact title={t`From where`}>
            <bdi dir="ltr">{address}</bdi>
          </Fact>
        )}
        {on.id !== undefined && on.id !== name && (
          <Fact title={t`Its id`}>
            <code dir="ltr">{on.id}</code>
          </Fact>
        )}
        {requestId !== undefined && (
          <Fact title={t`Request`}>
            <code dir="ltr">{requestId}</code>
            <Copy value={requestId} label={t`Copy the id of the request`} />
          </Fact>
        )}
      </Facts>
      <Changes changes={changes} omitted={omitted} />
      <nav className={css.more} aria-label={t`More of the log`}>
        {on.id !== undefined && (
          <Link href={`${auditAt}?${new URLSearchParams({ kind: on.kind, id: on.id })}`}>
            <Trans>Everything that was done to it</Trans>
          </Link>
        )}
        {(who.agent ?? who.id) !== undefined && (
          <Link
            href={`${auditAt}?${new URLSearchParams({ who: who.agent === undefined ? `${who.kind}:${who.id}` : `agent:${who.agent}` })}`}
          >
            <Trans>
              Everything that <bdi>{words.who(line)}</bdi> did
            </Trans>
          </Link>
        )}
      </nav>
    </>
  );
}
