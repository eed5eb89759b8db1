import { useLingui } from '@lingui/react/macro';
import { pageAt } from '../address.ts';
import { Remove } from '../ui/remove.tsx';
import { type ChannelSetup, channelPath } from './channel.ts';

/** Takes a channel away, and says before what that does. */
export function RemoveChannel({ channel, version }: { channel: ChannelSetup; version: string | undefined }) {
  const { t } = useLingui();
  const name = channel.name || channel.id;
  return (
    <Remove
      verb={t`Remove the channel`}
      title={t`Remove the channel “${name}”?`}
      does={[
        t`Nothing is sent over it and nothing comes in any more; what waits to be sent fails.`,
        t`Conversations and messages stay, and can be read and searched.`,
        t`Its secrets are forgotten, and its webhook address is worth nothing: take it out at the provider.`,
        t`This cannot be taken back. To stop it for a while, switch it off instead.`,
      ]}
      path={channelPath(channel.id)}
      version={version}
      back={pageAt('set-up', 'channels')}
      gone={t`The channel is removed`}
    />
  );
}
