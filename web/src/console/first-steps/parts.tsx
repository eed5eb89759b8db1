import { useLingui } from '@lingui/react/macro';
import { itemAt, newAt } from '../address.ts';
import { WebhookPanel } from '../channels/webhook.tsx';
import { English } from '../ui/english.tsx';
import { ltr } from '../ui/ltr.ts';
import type { Door } from './facts.ts';
import { StepList, type StepWords } from './step-list.tsx';
import { entersWebhook, type RealStep, type Step, type TryStep } from './steps.ts';

const inbox = '/inbox';
const simulator = '/inbox?simulator=1';
const channels = ['set-up', 'channels'] as const;

interface PartProps<Id> {
  door: Door | undefined;
  steps: Step<Id>[];
}

/** In the sandbox: nobody is reached, and nothing has to be asked for. */
export function Trying({ door, steps }: PartProps<TryStep>) {
  const { t } = useLingui();
  const words: Record<TryStep, StepWords> = {
    sandbox: {
      title: t`Have a sandbox`,
      text: t`A channel without a provider: what goes out over it reaches nobody. A new installation has one.`,
      act: door
        ? { label: t`Switch the sandbox on`, href: itemAt(...channels, door.channel.id) }
        : { label: t`Add a sandbox`, href: `${newAt(...channels)}?type=dummy` },
    },
    write: {
      title: t`Write as a customer`,
      text: t`In the simulator you are the customer. Write something there, and send it.`,
      act: { label: t`Open the simulator`, href: simulator },
    },
    answer: {
      title: t`Answer it in the inbox`,
      text: t`The conversation is in the inbox now. Open it, write an answer and send it: it arrives in the simulator.`,
      act: { label: t`Open inbox and simulator`, href: simulator },
    },
  };
  return <StepList title={t`Try it without a provider`} steps={steps} words={words} />;
}

/** Over a real channel, up to a customer who was answered. */
export function Connecting({ door, steps, isLater }: PartProps<RealStep> & { isLater: boolean }) {
  const { t } = useLingui();
  const at = door && itemAt(...channels, door.channel.id);
  const name = door ? door.channel.name || ltr(door.channel.id) : '';
  const words: Record<RealStep, StepWords> = {
    channel: {
      title: t`Choose a channel and fill in its form`,
      text: at
        ? t`“${name}” is switched off: nothing comes in over it.`
        : t`WhatsApp, SMS, Telegram, e-mail, the chat of your web site and others. What each needs from its provider is said beside each field.`,
      act: at
        ? { label: t`Switch it on`, href: at }
        : { label: t`Choose a channel`, href: newAt(...channels) },
    },
    webhook: {
      title: t`Enter the webhook address at the provider`,
      text: t`So that the provider tells what people write. This step ticks when it has called for the first time.`,
      ...(door?.type &&
        entersWebhook(door) && {
          more: <WebhookPanel channel={door.channel} type={door.type} findings={[]} />,
        }),
    },
    test: {
      title: t`Test the channel`,
      text: t`The provider is asked something harmless; what is wrong is said beside the setting at fault.`,
      act: at ? { label: t`Go to the test`, href: at } : undefined,
    },
    message: {
      title: t`Have the first message come in`,
      text: t`Write to this channel yourself, from your own phone or computer, as a customer would.`,
      act: { label: t`Open the inbox`, href: inbox },
    },
    reply: {
      title: t`Answer the customer`,
      text: t`Open the conversation in the inbox, and send an answer.`,
      act: { label: t`Open the inbox`, href: inbox },
    },
  };
  return (
    <StepList
      title={t`Connect a real channel`}
      beside={
        door?.type &&
        (door.channel.name ? <bdi>{door.channel.name}</bdi> : <English>{door.type.name}</English>)
      }
      steps={steps}
      words={words}
      isLater={isLater}
    />
  );
}
