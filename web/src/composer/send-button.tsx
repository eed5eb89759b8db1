import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconChevronDown, IconLock, IconSend2 } from '@tabler/icons-react';
import { memo } from 'react';
import type { Mode } from '../api/message-types.ts';
import { moment } from '../theme/format.ts';
import { soon } from '../thread/menus.tsx';
import { Menu } from '../ui/menu.tsx';
import css from './composer.module.css';
import type { Afterwards } from './send-all.ts';

interface SendButtonProps {
  mode: Mode;
  disabled: boolean;
  submit(more?: Afterwards): boolean;
  schedule(): void;
}

/** Sends, or sends in another way. Not drawn anew with each key. */
export const SendButton = memo(function SendButton({ mode, disabled, submit, schedule }: SendButtonProps) {
  const { t } = useLingui();
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
        <span className={css.sendWord}>
          {mode === 'note' ? <Trans>Add note</Trans> : <Trans>Send</Trans>}
        </span>
      </Button>
      {mode === 'reply' && (
        <Menu
          position="top-end"
          width={250}
          entries={() => {
            const tomorrow = soon()[2]!.at;
            const when = moment(tomorrow);
            return [
              {
                id: 'resolve',
                label: t`Send and resolve`,
                end: <span className={css.keys}>Ctrl+Shift+⏎</span>,
                run: () => void submit({ andThen: 'resolve' }),
              },
              {
                id: 'snooze',
                label: t`Send, and snooze until ${when}`,
                run: () => void submit({ snoozeUntil: tomorrow }),
              },
              { id: 'later', label: t`Send later…`, run: schedule },
            ];
          }}
        >
          <button
            type="button"
            className={css.sendMore}
            aria-label={t`More ways to send`}
            disabled={disabled}
          >
            <IconChevronDown size={16} />
          </button>
        </Menu>
      )}
    </div>
  );
});
