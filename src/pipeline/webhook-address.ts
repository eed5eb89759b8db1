import type { ChannelSetup } from '../model/setup.ts';

/** Where the provider of a channel calls us (channels.md 1.2). Confidential: nobody can guess it. */
export function webhookOf(
  { publicUrl }: { publicUrl: URL },
  { type, accountId }: Pick<ChannelSetup, 'type' | 'accountId'>,
): string {
  return `${publicUrl.href.replace(/\/+$/, '')}/webhook/${type}/${accountId}`;
}
