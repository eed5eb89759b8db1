import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import css from './menus.module.css';

/** As a field of the browser wants it: local, to the minute. */
const local = (at: number) =>
  new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** Asks for a day and a time to come. */
export default function TimeModal({
  opened,
  title,
  close,
  choose,
  children,
}: {
  opened: boolean;
  title: string;
  close(): void;
  choose(at: number): void;
  children?: ReactNode;
}) {
  const { t } = useLingui();
  const [value, setValue] = useState(() => local(Date.now() + 3_600_000));
  const at = new Date(value).getTime();
  const isLate = !(at > Date.now());
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={title}
      centered
      size="sm"
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <form
        className={css.timeForm}
        onSubmit={(event) => {
          event.preventDefault();
          if (isLate) return;
          choose(at);
          close();
        }}
      >
        {children}
        <label>
          <Trans>Day and time</Trans>
          <input
            type="datetime-local"
            dir="ltr"
            value={value}
            min={local(Date.now())}
            onChange={(event) => setValue(event.target.value)}
            aria-invalid={isLate}
          />
        </label>
        {isLate && (
          <p role="alert" className={css.fieldError}>
            <Trans>Choose a time that is still to come.</Trans>
          </p>
        )}
        <Button type="submit" disabled={isLate}>
          {title}
        </Button>
      </form>
    </Modal>
  );
}
