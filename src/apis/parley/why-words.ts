import type { Message } from '../../model/message.ts';
import type { Status } from '../../model/status.ts';
import type { ChannelState } from '../../pipeline/channel-states.ts';
import type { Standing } from '../../store/message-trace.ts';

/** Each status as a person would say it. */
export const said: Readonly<Record<Status, string>> = {
  STATUS_FORWARD_ERR: 'A status could not be told to the app’s webhook.',
  SCHLD: 'It was accepted, to be sent later.',
  CRTD: 'It was accepted and stored.',
  INIT: 'It was its turn.',
  SENT: 'It was handed to the channel.',
  RECEIVD: 'It came in from the person.',
  FORWARD_ERR: 'The app’s webhook did not take it.',
  FORWARDED: 'The app’s webhook took it.',
  SENTX: 'The provider took it.',
  NSENT: 'It was not sent.',
  LIMIT: 'A limit of the channel kept it from being sent.',
  SENT_EXC: 'Nobody knows whether it was sent.',
  SENT_ERR: 'The provider refused it.',
  FAILD: 'It could not be sent in its life.',
  SENTX_ERR: 'The provider took it, and could not deliver it.',
  CCWIN: 'It was outside the care window.',
  BLCKD: 'The recipient does not want it.',
  DLVRD: 'It reached the recipient’s device.',
  READ: 'The recipient has seen it.',
  DELTD: 'It was deleted.',
};

/** How the channel of a message stands. */
export type Channel = { enabled: boolean } & Partial<ChannelState>;

/** What a message can wait for. */
export const waitKinds = [
  'time',
  'answer',
  'earlier',
  'channel',
  'administrator',
  'pause',
  'attempt',
  'turn',
] as const;

/** What a message waits for, in a word and in a sentence. */
export interface Wait {
  for: (typeof waitKinds)[number];
  text: string;
  /** Epoch ms. */
  until?: number;
  /** The message that it waits behind. */
  messageId?: string;
  reason?: string;
}

/** What stands between a message and its next attempt; undefined when there is none to come. */
export function waitOf(
  { status }: Message,
  { dueAt, leaseUntil, behind }: Standing,
  channel: Channel | undefined,
  now: number,
): Wait | undefined {
  if (dueAt === null) return undefined;
  const at = (time: number) => new Date(time).toISOString();
  if (status === 'SCHLD' && dueAt > now)
    return { for: 'time', until: dueAt, text: `For its time: ${at(dueAt)}.` };
  if (leaseUntil !== null && leaseUntil > now)
    return { for: 'answer', text: 'For the provider’s answer: it is being sent at this moment.' };
  if (behind !== null)
    return {
      for: 'earlier',
      messageId: behind,
      text: `For an earlier message of its conversation: ${behind}.`,
    };
  if (!channel?.enabled) return { for: 'channel', text: 'For its channel, which is switched off or gone.' };
  if (channel.attention) {
    const { reason } = channel.attention;
    const text = `For an administrator: its channel needs attention. ${reason}`;
    return { for: 'administrator', reason, text };
  }
  const { pausedUntil } = channel;
  if (pausedUntil !== undefined && pausedUntil > now)
    return {
      for: 'pause',
      until: pausedUntil,
      text: `For its channel: the provider asked for a pause until ${at(pausedUntil)}.`,
    };
  if (dueAt > now) return { for: 'attempt', until: dueAt, text: `For its next attempt at ${at(dueAt)}.` };
  return { for: 'turn', text: 'For its turn: it is due.' };
}
