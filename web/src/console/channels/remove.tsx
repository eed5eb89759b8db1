import { useLingui } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import { pageAt } from '../address.ts';
import { writeThing } from '../form/thing.ts';
import { Destroy } from '../ui/destroy.tsx';
import { useRemoved } from '../ui/removed.ts';
import { useUses } from '../ui/uses.tsx';
import { type ChannelSetup, channelPath } from './channel.ts';

/** Takes a channel away, and says before what that does. */
export function RemoveChannel({ channel, version }: { channel: ChannelSetup; version: string | undefined }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const removed = useRemoved();
  const name = channel.name || channel.id;
  const uses = useUses();
  return (
    <Destroy
      verb={t`Remove the channel`}
      title={t`Remove the channel “${name}”?`}
      does={[
        t`Nothing is sent over it and nothing comes in any more; what waits to be sent fails.`,
        t`Conversations and messages stay, and can be read and searched.`,
        t`Its secrets are forgotten, and its webhook address is worth nothing: take it out at the provider.`,
        t`This cannot be taken back. To stop it for a while, switch it off instead.`,
      ]}
      explain={uses}
      run={async () => {
        await writeThing('DELETE', channelPath(channel.id), { version });
        go(pageAt('set-up', 'channels'));
        removed(t`The channel is removed`);
      }}
    />
  );
}
