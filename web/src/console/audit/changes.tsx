import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { IconLock } from '@tabler/icons-react';
import { number } from '../../theme/format.ts';
import css from './audit.module.css';
import type { FieldChange } from './line.ts';

/** What was changed, field by field: as it was, and as it is since. */
export function Changes({ changes, omitted }: { changes: FieldChange[]; omitted: number }) {
  const { t } = useLingui();
  if (changes.length === 0) return null;
  const had = changes.some(({ before }) => before !== undefined);
  const has = changes.some(({ after }) => after !== undefined);
  // Of what was made there is nothing before, of what was taken away nothing after.
  const both = had === has;
  return (
    <section aria-labelledby="changes">
      <h2 id="changes" className={css.title}>
        {both ? (
          <Trans>What was changed</Trans>
        ) : has ? (
          <Trans>As it was made</Trans>
        ) : (
          <Trans>As it was</Trans>
        )}
      </h2>
      <table className={css.changes}>
        <thead>
          <tr>
            <th scope="col">
              <Trans>Field</Trans>
            </th>
            {(both || had) && (
              <th scope="col">
                <Trans>Before</Trans>
              </th>
            )}
            {(both || has) && (
              <th scope="col">
                <Trans>After</Trans>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {changes.map((change) => (
            <tr key={change.field}>
              <th scope="row">
                <code dir="ltr">{change.field}</code>
              </th>
              {change.secret ? (
                <td colSpan={both ? 2 : 1}>
                  <Secret how={change.secret} />
                </td>
              ) : (
                <>
                  {(both || had) && <Value value={change.before} title={t`Before`} />}
                  {(both || has) && <Value value={change.after} title={t`After`} />}
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {omitted > 0 && (
        <p className={css.thing}>
          <Plural value={omitted} one="# more field" other="# more fields" />
        </p>
      )}
    </section>
  );
}

function Value({ value, title }: { value: unknown; title: string }) {
  const { t } = useLingui();
  if (value === undefined)
    return (
      <td data-title={title} className={css.none}>
        <span className="sr">{t`Nothing`}</span>
        <span aria-hidden="true">—</span>
      </td>
    );
  if (typeof value === 'boolean') return <td data-title={title}>{value ? t`Yes` : t`No`}</td>;
  if (typeof value === 'number') return <td data-title={title}>{number(value)}</td>;
  if (typeof value === 'string')
    return (
      <td data-title={title} className={css.text}>
        <bdi>{value}</bdi>
      </td>
    );
  if (Array.isArray(value) && value.every((one) => typeof one === 'string'))
    return (
      <td data-title={title} className={css.text}>
        <bdi>{value.join(', ')}</bdi>
      </td>
    );
  return (
    <td data-title={title}>
      <pre dir="ltr">{JSON.stringify(value, null, 1)}</pre>
    </td>
  );
}

function Secret({ how }: { how: NonNullable<FieldChange['secret']> }) {
  return (
    <span className={css.secret}>
      <IconLock size={15} />
      {how === 'set' ? (
        <Trans>A secret was set. It is never shown.</Trans>
      ) : how === 'replaced' ? (
        <Trans>The secret was replaced. It is never shown.</Trans>
      ) : (
        <Trans>The secret was removed.</Trans>
      )}
    </span>
  );
}
