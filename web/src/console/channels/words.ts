import { useLingui } from '@lingui/react/macro';
import type { Finding, HealthProblem, HealthState } from './channel.ts';

export function useStateWords(): Record<HealthState, string> {
  const { t } = useLingui();
  return {
    attention: t`Needs attention`,
    trouble: t`In trouble`,
    well: t`Well`,
    untried: t`Not used yet`,
    off: t`Switched off`,
  };
}

/** What kind of failure it is, in the language of the screen; undefined for those that say nothing of a channel. */
function useClassWords(): Record<string, string> {
  const { t } = useLingui();
  return {
    AUTH: t`The provider refuses the credentials.`,
    CONFIG: t`The provider says that the channel is not set up correctly.`,
    QUOTA: t`The quota or the balance at the provider is used up.`,
    RATE_LIMITED: t`The provider asks for a pause.`,
    UNAVAILABLE: t`The provider cannot be reached.`,
    OUTCOME_UNKNOWN: t`The provider did not say whether it took the message.`,
    INTERNAL: t`The connector failed: this is a fault of the server.`,
  };
}

function useClassCures(): Record<string, string> {
  const { t } = useLingui();
  return {
    AUTH: t`Enter valid credentials below; what waits is sent then.`,
    CONFIG: t`Correct the settings below: the provider’s own words say what is wrong.`,
    QUOTA: t`Raise the quota or top up the balance at the provider; it is tried again every hour.`,
    RATE_LIMITED: t`Nothing to do: it goes on by itself. If it happens often, send more slowly.`,
    UNAVAILABLE: t`Nothing to do: it is tried again for 24 hours. If it stays so, look at the provider’s status page.`,
    OUTCOME_UNKNOWN: t`Ask the person, or look at the provider’s log, before you send it again: it may have arrived.`,
    INTERNAL: t`Look at the server’s log at this time, and report it.`,
  };
}

/** What is amiss and what to do, in the language of the screen. */
export function useProblemWords(): (problem: HealthProblem) => { text: string; cure: string } {
  const { t } = useLingui();
  const [classes, cures] = [useClassWords(), useClassCures()];
  return ({ code, class: kind = '', needsAttention, text, cure }) => {
    switch (code) {
      case 'CREDENTIALS_REFUSED':
        return {
          text: t`The provider refused the credentials several times in a row: nothing is sent any more.`,
          cure: t`Enter valid credentials below, or test the channel once they are valid again: what waits is sent then.`,
        };
      case 'CALLS_FAIL':
        return { text: classes[kind] ?? text, cure: cures[kind] ?? cure };
      case 'NOT_CONNECTED':
        return {
          text: t`The connection to the provider is not up.`,
          cure: t`It is opened again and again. If it stays so, test the channel.`,
        };
      case 'EVENTS_REFUSED':
        return {
          text: t`Somebody called the webhook address, and was refused: what people write does not come in.`,
          cure: t`Compare the secrets that vouch for what comes in with those at the provider, and the webhook address there with the one here.`,
        };
      case 'CREDENTIALS_END':
        return {
          text: t`The credentials end soon, or have ended.`,
          cure: t`Have the provider give you new ones, and enter them below together with the day on which they end.`,
        };
      case 'RENEWAL_FAILS':
        return needsAttention
          ? {
              text: t`The provider does not renew the credentials any more.`,
              cure: t`Have the provider give you new ones, and enter them below. Until those in force end, messages go.`,
            }
          : {
              text: t`The credentials could not be renewed the last time.`,
              cure: t`Nothing to do: it is tried again every minute.`,
            };
      case 'PAUSED':
        return { text: t`The provider asks for a pause.`, cure: cures.RATE_LIMITED! };
      default:
        return { text, cure };
    }
  };
}

/** What kind of thing a test found, where the finding itself is in another language; undefined: it says it all. */
export function useFindingHead(): (finding: Finding) => string | undefined {
  const { t, i18n } = useLingui();
  const classes = useClassWords();
  return ({ kind, class: of }) => {
    if (i18n.locale === 'en') return undefined;
    if (kind === 'well') return t`This is well.`;
    const known = of === undefined ? undefined : classes[of];
    return known ?? (kind === 'wrong' ? t`This is in the way of messages.` : t`This is worth a look.`);
  };
}

/** What the lane of a channel is, by what kind of address its people have. */
export function useLaneHelp(): (contactType: string) => string {
  const { t } = useLingui();
  return (contactType) => {
    switch (contactType) {
      case 'WHATSAPP':
      case 'SMS':
        return t`Your number, in digits with the country code; or the name that messages come from. It cannot be changed later.`;
      case 'EMAIL':
        return t`A short name of the mailbox, such as “support”. It cannot be changed later.`;
      case 'TELEGRAM':
        return t`The username of the bot, without “@”. It cannot be changed later.`;
      default:
        return t`A short name, such as “shop”: it tells this one apart from others of its kind. It cannot be changed later.`;
    }
  };
}
