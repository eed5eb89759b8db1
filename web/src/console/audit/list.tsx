import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useSearch } from 'wouter';
import { fullTime, moment } from '../../theme/format.ts';
import { itemAt, pageAt } from '../address.ts';
import { type ListAsk, useListAsk } from '../list/ask.ts';
import { ListPage } from '../list/list-page.tsx';
import { useAll, usePages, useStill } from '../list/rows.ts';
import { Download } from '../ui/download.tsx';
import css from './audit.module.css';
import type { AuditLine } from './line.ts';
import { useAuditWords } from './words.ts';

/** Who did what: every line, newest first. */
export function AuditList() {
  const { t } = useLingui();
  const words = useAuditWords();
  const ask = useListAsk();
  const search = useSearch();
  const wanted = useWanted(ask);
  const rows = usePages<AuditLine>('/audit', wanted);
  const people = useAll<{ code: string; name: string }>('/agents').items ?? [];
  const kind = ask.filter('kind');
  const one = ask.filter('id');
  return (
    <ListPage<AuditLine>
      title={t`Audit log`}
      sentence={t`Who changed what is set up, who signed in, what was taken along. Lines are never changed.`}
      beside={
        <Download
          path="/audit"
          query={{ ...wanted, format: 'csv' }}
          name="audit.csv"
          label={t`Export as CSV`}
        />
      }
      rows={rows}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => `${itemAt('look', 'audit', id)}${search && `?${search}`}`}
      searches
      filters={[
        {
          id: 'who',
          label: t`Done by anybody`,
          options: [
            ...people.map(({ code, name }): [string, string] => [`agent:${code}`, name]),
            ...words.doers(),
          ],
        },
        { id: 'kind', label: t`Done to anything`, options: words.kinds() },
        ...(kind ? [{ id: 'what', label: t`Any change`, options: words.verbsOf(kind) }] : []),
        { id: 'from', label: t`From`, date: true },
        { id: 'to', label: t`To`, date: true },
      ]}
      columns={[
        { id: 'what', title: t`What`, cell: (line) => <What line={line} /> },
        { id: 'who', title: t`Who`, cell: (line) => <Who line={line} /> },
        { id: 'fields', title: t`Fields`, cell: (line) => <Fields line={line} />, minor: true },
        {
          id: 'address',
          title: t`From where`,
          cell: ({ address }) => <bdi dir="ltr">{address}</bdi>,
          minor: true,
        },
        {
          id: 'at',
          title: t`When`,
          cell: ({ at }) => <time title={fullTime(at)}>{moment(at)}</time>,
          end: true,
        },
      ]}
      empty={{
        icon: <IconHistory size={24} />,
        title: t`Nothing has been done yet`,
        text: t`As soon as somebody changes what is set up, or signs in, it stands here.`,
      }}
    >
      {one && (
        <p className={css.only}>
          <Trans>
            Only what was done to <code dir="ltr">{one}</code>
          </Trans>
          <Button variant="default" size="compact-sm" onClick={ask.clear}>
            <Trans>Show all</Trans>
          </Button>
        </p>
      )}
    </ListPage>
  );
}

/** Where the list is. */
export const auditAt = pageAt('look', 'audit');

/** What the API is asked, out of what stands in the address. */
function useWanted(ask: ListAsk): Record<string, string | undefined> {
  const text = useStill(ask.text.trim(), 300);
  const kind = ask.filter('kind');
  const what = ask.filter('what');
  return {
    who: ask.filter('who') || undefined,
    kind: kind || undefined,
    what: what.startsWith(`${kind}.`) ? what : undefined,
    id: ask.filter('id') || undefined,
    from: startOf(ask.filter('from'), 0),
    // The day itself is meant, too.
    to: startOf(ask.filter('to'), 1),
    // The server searches for two letters at least.
    q: (text.match(/[\p{L}\p{N}]/gu)?.length ?? 0) > 1 ? text : undefined,
  };
}

/** When a day begins where we are, or one some days later, in epoch ms. */
function startOf(day: string, later: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  const at = year ? new Date(Number(year), Number(month) - 1, Number(date) + later).getTime() : Number.NaN;
  return at >= 0 ? String(at) : undefined;
}

function What({ line }: { line: AuditLine }) {
  const { what } = useAuditWords();
  const { name, id, kind } = line.on;
  // Of what people do with their own sign-in the next column says whose it is.
  const isSelf = kind === 'agent' && id === line.who.agent;
  const thing = isSelf ? undefined : (name ?? id);
  return (
    <span className={css.what}>
      <span>{what(line)}</span>
      {thing !== undefined && <bdi className={css.thing}>{thing}</bdi>}
    </span>
  );
}

export function Who({ line }: { line: AuditLine }) {
  const { who, way } = useAuditWords();
  const how = way(line);
  return (
    <span className={css.what}>
      <bdi>{who(line)}</bdi>
      {how && <span className={css.thing}>{how}</span>}
    </span>
  );
}

/** The first fields that were changed: what was made or taken away has all of them. */
function Fields({ line: { what, changes } }: { line: AuditLine }) {
  if (!/\.(changed|rotated|disabled)$/.test(what)) return null;
  const names = changes.map(({ field }) => field);
  return (
    <code dir="ltr" className={css.fields}>
      {names.slice(0, 3).join(', ')}
      {names.length > 3 && ' …'}
    </code>
  );
}
