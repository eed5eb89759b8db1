import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useSearch } from 'wouter';
import { fullTime } from '../../theme/format.ts';
import { Bones } from '../../ui/states.tsx';
import { useThing } from '../form/thing.ts';
import { Back } from '../ui/back.tsx';
import { Fact, Facts } from '../ui/fact.tsx';
import { Copy } from '../ui/once.tsx';
import ui from '../ui/page.module.css';
import { Refused } from '../ui/refused.tsx';
import css from './audit.module.css';
import { Changes } from './changes.tsx';
import type { AuditLine } from './line.ts';
import { auditAt, Who } from './list.tsx';
import { useAuditWords } from './words.ts';

/** One line: who, from where, what, and how it was before. */
export function AuditDetail({ id }: { id: string }) {
  const search = useSearch();
  const { thing, error, retry } = useThing<AuditLine>(`/audit/${encodeURIComponent(id)}`);
  return (
    <div className={ui.page}>
      <Back href={search ? `${auditAt}?${search}` : auditAt}>
        <Trans>Audit log</Trans>
      </Back>
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
      <header className={ui.head}>
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
