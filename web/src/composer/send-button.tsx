import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconLock, IconSend2 } from '@tabler/icons-react';
import { memo } from 'react';
import type { Mode } from '../api/types.ts';
import { moment } from '../theme/format.ts';
import { soon } from '../thread/menus.tsx';
import css from './composer.module.css';

interface SendButtonProps {
  mode: Mode;
  disabled: boolean;
  submit(more?: { then?: 'resolve' }): boolean;
  submitThenSnooze(): void;
  schedule(): void;
}

/** Sends, or sends in another way. Not drawn anew with each key. */
export const SendButton = memo(function SendButton({
  mode,
  disabled,
  submit,
  submitThenSnooze,
  schedule,
}: SendButtonProps) {
  const { t } = useLingui();
  const tomorrow = moment(soon()[2]!.at);
  return (
    <div className={css.send}>
      <Button
        size="compact-sm"
        h={34}
        px={14}
        disabled={disabled}
        onClick={() => submit()}
        leftSection={mode === 'note' ? <IconLock size={16} /> : <IconSend2 size={17} className="mirror" />}
        {...(mode === 'note' && { color: 'yellow.9' })}
      >
        {mode === 'note' ? <Trans>Add note</Trans> : <Trans>Send</Trans>}
      </Button>
      {mode === 'reply' && (
        <Menu position="top-end" width={250} shadow="md">
          <Menu.Target>
            <button
              type="button"
              className={css.sendMore}
              aria-label={t`More ways to send`}
              disabled={disabled}
            >
              <IconChevronDown size={16} />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              onClick={() => submit({ then: 'resolve' })}
              rightSection={<span className={css.keys}>Ctrl+Shift+⏎</span>}
            >
              <Trans>Send and resolve</Trans>
            </Menu.Item>
            <Menu.Item onClick={submitThenSnooze}>{t`Send, and snooze until ${tomorrow}`}</Menu.Item>
            <Menu.Item onClick={schedule}>
              <Trans>Send later…</Trans>
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
});
