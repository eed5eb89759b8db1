import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Modal } from '@mantine/core';
import css from './menus.module.css';

interface CloseModalProps {
  opened: boolean;
  leave(): void;
  close(): void;
}

/** Asks before a conversation is closed, which nothing takes back. */
export default function CloseModal({ opened, leave, close }: CloseModalProps) {
  const { t } = useLingui();
  return (
    <Modal
      opened={opened}
      onClose={leave}
      title={t`Close this conversation?`}
      centered
      size="sm"
      closeButtonProps={{ 'aria-label': t`Cancel` }}
    >
      <p>
        <Trans>It cannot be opened again. When the customer writes, a new one begins.</Trans>
      </p>
      <div className={css.modalActs}>
        <Button variant="default" onClick={leave} data-autofocus>
          <Trans>Cancel</Trans>
        </Button>
        <Button
          color="red"
          onClick={() => {
            leave();
            close();
          }}
        >
          <Trans>Close it</Trans>
        </Button>
      </div>
    </Modal>
  );
}
