import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { Dialog } from '../ui/dialog.tsx';
import css from './form.module.css';
import type { Form } from './form.ts';

interface MeanwhileDialogProps<V> {
  form: Form<V>;
  /** How a field tells a value; undefined: as anything is told. */
  tell?: Tell<V> | undefined;
}

/** How values are told that are no words of their own, such as codes. */
export type Tell<V> = (field: keyof V & string, value: unknown) => string | undefined;

/** Yes or no, lists by commas, nothing as a dash. */
function plain(value: unknown, [yes, no]: [string, string]): string {
  if (typeof value === 'boolean') return value ? yes : no;
  const text = Array.isArray(value)
    ? value.join(', ')
    : typeof value === 'object' && value !== null
      ? JSON.stringify(value)
      : String(value ?? '');
  return text || '–';
}

/**
 * Somebody else has changed the thing since this form began, or has taken it away. Nothing was overwritten: it shows what
 * they made of it beside what was typed here, and asks whose change counts.
 */
export function MeanwhileDialog<V extends object>({ form, tell }: MeanwhileDialogProps<V>) {
  const { t } = useLingui();
  const { meanwhile } = form;
  const theirs = meanwhile?.theirs?.value;
  const isGone = meanwhile !== undefined && theirs === undefined;
  return (
    <Dialog
      opened={meanwhile !== undefined}
      close={() => form.settle('later')}
      size="lg"
      title={isGone ? t`Somebody took this away meanwhile` : t`Somebody changed this meanwhile`}
      acts={
        <>
          <Button variant="default" onClick={() => form.settle('later')}>
            <Trans>Decide later</Trans>
          </Button>
          {!isGone && (
            <Button variant="default" onClick={() => form.settle('theirs')}>
              <Trans>Take theirs</Trans>
            </Button>
          )}
          <Button onClick={() => form.settle('mine')} data-autofocus>
            {isGone ? <Trans>Make it again from mine</Trans> : <Trans>Put my changes on top</Trans>}
          </Button>
        </>
      }
    >
      {isGone ? (
        <p>
          <Trans>What you typed is still here. You can make it again from that, and save.</Trans>
        </p>
      ) : (
        <>
          <p>
            <Trans>
              Nothing is overwritten. This is what differs; after your choice look at it once more, and save.
            </Trans>
          </p>
          {theirs && <Compared form={form} theirs={theirs} tell={tell} />}
        </>
      )}
    </Dialog>
  );
}

/** What they made of it beside what was typed here, field by field. */
function Compared<V extends object>({ form, theirs, tell }: MeanwhileDialogProps<V> & { theirs: V }) {
  const { t } = useLingui();
  const { values, base } = form;
  const told = (field: keyof V & string, value: unknown) =>
    tell?.(field, value) ?? plain(value, [t`Yes`, t`No`]);
  return (
    <table className={css.compare}>
      <thead>
        <tr>
          <th scope="col">
            <Trans>Field</Trans>
          </th>
          <th scope="col">
            <Trans>Theirs</Trans>
          </th>
          <th scope="col">
            <Trans>Yours</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {differing(theirs, base, values).map((field) => (
          <tr key={field}>
            <th scope="row">{form.labels.get(field) ?? field}</th>
            <td dir="auto">{told(field, theirs[field])}</td>
            <td dir="auto">
              {text(values[field]) === text(base[field]) ? (
                <i>
                  <Trans>not changed</Trans>
                </i>
              ) : (
                told(field, values[field])
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const text = (value: unknown) => JSON.stringify(value);

/** Fields that they changed, and fields where they and I differ. */
function differing<V extends object>(theirs: V, base: V, mine: V): (keyof V & string)[] {
  return (Object.keys(mine) as (keyof V & string)[]).filter(
    (field) => text(theirs[field]) !== text(base[field]) || text(theirs[field]) !== text(mine[field]),
  );
}
