import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { ApiError } from '../../api/http.ts';
import { useActs } from '../../keys/acts.ts';
import { asLeft } from '../address.ts';
import { Back } from '../ui/back.tsx';
import ui from '../ui/page.module.css';
import { Reason } from '../ui/reason.tsx';
import { fieldId } from './fields.tsx';
import css from './form.module.css';
import type { Form } from './form.ts';
import { LeaveGuard } from './leave-guard.tsx';
import { MeanwhileDialog, type Tell } from './meanwhile.tsx';

interface FormPageProps<V> {
  form: Form<V>;
  title: string;
  /** What it is, or what is told of it: beneath the title. */
  sentence?: ReactNode;
  /** The list that it is from. */
  back?: { href: string; label: string };
  /** Between the head and the form: how the thing stands. */
  above?: ReactNode;
  /** The fields. */
  children: ReactNode;
  /** How a value is told, where it is no text: for the dialog that compares two of them. */
  tell?: Tell<V>;
  /** Below the form: what else can be done with it, such as taking it away. */
  more?: ReactNode;
  /** Why a save was refused, where the page knows better than the server’s sentence. */
  explain?(error: ApiError): string | undefined;
  /** Nothing may be changed; why. */
  locked?: ReactNode;
}

/**
 * A page with a form: errors beside their fields and summed on top, a bar to save with while something is changed, a
 * question before one leaves, and one when somebody else was faster. Ctrl+S saves, Esc goes back to the list.
 */
export function FormPage<V extends object>(props: FormPageProps<V>) {
  const { form, title, sentence, back, above, children, tell, more, explain, locked } = props;
  const { t } = useLingui();
  useActs([
    { id: 'save', label: t`Save`, keys: ['Mod+KeyS'], inFields: true, run: () => void form.submit() },
  ]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void form.submit();
  };
  return (
    <div className={css.page}>
      {back && <Back href={asLeft(back.href)}>{back.label}</Back>}
      <header className={ui.head}>
        <h1>
          <bdi>{title}</bdi>
        </h1>
        {sentence && <p>{sentence}</p>}
      </header>
      {locked && <p className={css.locked}>{locked}</p>}
      {above}
      <form onSubmit={submit} noValidate className={css.form} aria-label={title}>
        <Summary form={form} explain={explain} />
        {form.isRestored && (
          <div className={css.restored} role="status">
            <Trans>What you had typed and not saved is back.</Trans>
            <Button variant="default" size="compact-sm" onClick={form.discard}>
              <Trans>Discard it</Trans>
            </Button>
          </div>
        )}
        <fieldset disabled={locked !== undefined} className={css.fields}>
          {children}
        </fieldset>
        {!locked && <SaveBar form={form} />}
      </form>
      {more && <section className={css.moreActs}>{more}</section>}
      <LeaveGuard form={form} />
      <MeanwhileDialog form={form} tell={tell} />
    </div>
  );
}

/** What is wrong, with links to where it is. It takes the focus when a save found something. */
function Summary<V>({ form, explain }: { form: Form<V>; explain: FormPageProps<V>['explain'] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (form.attempt > 0) box.current?.focus();
  }, [form.attempt]);
  const wrong = Object.entries(form.errors) as [string, string][];
  const { failure } = form;
  if (wrong.length === 0 && failure === undefined) return null;
  return (
    <div className={css.summary} role="alert" tabIndex={-1} ref={box}>
      <p>
        <Trans>It is not saved yet. What you typed is still here.</Trans>
      </p>
      {failure !== undefined && (
        <p dir="auto">
          <Reason error={failure} instead={failure instanceof ApiError && explain?.(failure)} />
        </p>
      )}
      {wrong.length > 0 && (
        <ul>
          {wrong.map(([field, error]) => (
            <li key={field}>
              <a
                href={`#${fieldId(field)}`}
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(fieldId(field))?.focus();
                }}
              >
                {form.labels.get(field) ?? field}
              </a>
              {': '}
              <bdi>{error}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function SaveBar<V>({ form }: { form: Form<V> }) {
  if (!form.isChanged && !form.isNew) return null;
  return (
    <div className={css.bar}>
      <span>{form.isChanged && <Trans>Not saved yet</Trans>}</span>
      {form.isChanged && !form.isSaving && (
        <Button variant="default" onClick={form.discard}>
          <Trans>Discard</Trans>
        </Button>
      )}
      <Button type="submit" loading={form.isSaving}>
        {form.isNew ? <Trans>Create</Trans> : <Trans>Save</Trans>}
      </Button>
    </div>
  );
}
