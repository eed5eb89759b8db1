import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import css from './channels.module.css';
import type { InputProps } from './setting-field.tsx';

/**
 * A secret: it can be set and replaced, and is never shown. `''` leaves it as it is, `null` takes it away. The element
 * with the id of the field is whatever takes the focus at the moment.
 */
export function SecretInput({ inside, schema, title, isNeeded, isSet, value, change }: InputProps) {
  const { t } = useLingui();
  const [isTyping, setTyping] = useState(false);
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const isRemoved = value === null;
  if (!isSet || isTyping || (typeof value === 'string' && value !== '')) {
    const common = {
      ...inside,
      dir: 'ltr',
      spellCheck: false,
      ref: input,
      value: String(value ?? ''),
      onChange: (event: { target: { value: string } }) => change(event.target.value),
    } as const;
    return (
      <div className={css.secret}>
        {schema.lines ? (
          <textarea {...common} rows={4} autoComplete="off" />
        ) : (
          <input {...common} type="password" autoComplete="new-password" />
        )}
        {isSet && (
          <Button
            variant="default"
            onClick={() => {
              setTyping(false);
              change('');
            }}
          >
            <Trans>Keep the one that is set</Trans>
          </Button>
        )}
        {!isSet && schema.generated && <p className={css.how}>{t`Made up when you leave it empty.`}</p>}
      </div>
    );
  }
  return (
    <div className={css.secret}>
      <p className={css.isSet} data-removed={isRemoved}>
        <IconLock size={16} aria-hidden="true" />
        {isRemoved ? <Trans>It is taken away when you save.</Trans> : <Trans>Set. It is never shown.</Trans>}
      </p>
      {isRemoved ? (
        <Button variant="default" id={inside.id} onClick={() => change('')}>
          <Trans>Keep it</Trans>
        </Button>
      ) : (
        <>
          <Button
            variant="default"
            id={inside.id}
            aria-describedby={inside['aria-describedby']}
            aria-label={t`Replace: ${title}`}
            onClick={() => {
              setTyping(true);
              // The field is there with the next picture.
              requestAnimationFrame(() => input.current?.focus());
            }}
          >
            <Trans>Replace</Trans>
          </Button>
          {!isNeeded && !schema.generated && (
            <Button variant="default" aria-label={t`Take away: ${title}`} onClick={() => change(null)}>
              <Trans>Take away</Trans>
            </Button>
          )}
        </>
      )}
    </div>
  );
}
