import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import type { FormEvent } from 'react';
import { toast } from '../store/toasts.ts';
import { prefer, usePreferences } from '../theme/preferences.ts';
import { Choice, Toggle } from './choices.tsx';
import css from './settings.module.css';

/** How answers are written, and when something counts as read. */
export function Writing() {
  const { t } = useLingui();
  const now = usePreferences();
  return (
    <>
      <Choice
        label={t`Enter`}
        hint={t`Shift and Enter always begin a new line.`}
        value={now.enter}
        options={[
          ['send', t`sends the message`],
          ['line', t`begins a new line`],
        ]}
        change={(enter) => prefer({ enter })}
      />
      <Choice
        label={t`A conversation counts as read`}
        value={now.read}
        options={[
          ['view', t`after two seconds in view`],
          ['reply', t`when I answer`],
        ]}
        change={(read) => prefer({ read })}
      />
      <Signature />
    </>
  );
}

/** What the server keeps of it, characters. */
const longest = 2000;

function Signature() {
  const { t } = useLingui();
  const { signature, signs } = usePreferences();
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    prefer({ signature: String(new FormData(event.currentTarget).get('signature')).trim() });
    toast(t`Saved`);
  };
  return (
    <>
      <form className={css.form} onSubmit={save}>
        <label className={css.long}>
          <span>
            <Trans>Signature</Trans>
            <small>
              <Trans>One press in the composer puts it below your answer.</Trans>
            </small>
          </span>
          <textarea
            key={signature}
            name="signature"
            dir="auto"
            rows={4}
            maxLength={longest}
            defaultValue={signature}
            aria-label={t`Signature`}
          />
        </label>
        <Button type="submit" className={css.save ?? ''}>
          <Trans>Save</Trans>
        </Button>
      </form>
      <Toggle
        label={t`Add it to new mails by itself`}
        hint={t`As soon as you begin to write one. You can take it away there.`}
        value={signs}
        change={(signs) => prefer({ signs })}
      />
    </>
  );
}
