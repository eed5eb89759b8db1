import { cures } from './cure.ts';
import type { Failure, FailureClass } from './failure.ts';
import { failureClasses } from './failure.ts';
import { present } from './present.ts';

/**
 * How a channel fares, in a word: switched off; an administrator is needed; something is amiss that may pass by itself;
 * nothing was sent or heard yet; all is well.
 */
export const healthStates = ['off', 'attention', 'trouble', 'untried', 'well'] as const;
export type HealthState = (typeof healthStates)[number];

/** What can be amiss with a channel. */
export const healthCodes = [
  'CREDENTIALS_REFUSED',
  'CALLS_FAIL',
  'NOT_CONNECTED',
  'EVENTS_REFUSED',
  'CREDENTIALS_END',
  'RENEWAL_FAILS',
  'PAUSED',
] as const;
export type HealthCode = (typeof healthCodes)[number];

/** One thing that is amiss, and what to do about it. */
export interface HealthProblem {
  code: HealthCode;
  /** It does not pass by itself: somebody has to do something. */
  needsAttention: boolean;
  /** A sentence for people. */
  text: string;
  cure: string;
  /** What was said at the time, by the provider or by the connection. */
  said?: string;
  /** Epoch ms. */
  since?: number;
  /** What kind of failure it is. */
  class?: FailureClass;
}

/** What is known of a channel. Times in epoch ms. */
export interface HealthFacts {
  enabled: boolean;
  attention?: { since: number; reason: string };
  pausedUntil?: number;
  connections?: readonly { name: string; wanted: number; open: number; since: number; reason?: string }[];
  calledAt?: number;
  failure?: Failure;
  failingSince?: number;
  heardAt?: number;
  refusedAt?: number;
  refusal?: string;
  /** When its credentials end, and whether the provider renews them. */
  credentials?: { endsAt: number; renewed: boolean };
  renewalFailedAt?: number;
  renewalFailure?: Failure;
}

/** Credentials that nobody renews are told so long before they end, ms: 14 days. */
export const credentialsWarningMs = 14 * 24 * 3_600_000;
/** What was refused longer ago says nothing of now, ms. */
const refusalMs = 24 * 3_600_000;

/** Failures of calls that do not pass by themselves. */
const needed: ReadonlySet<FailureClass> = new Set<FailureClass>(['AUTH', 'CONFIG', 'QUOTA', 'INTERNAL']);

/** Everything that is amiss with a channel, the worst first. */
export function healthProblems(facts: HealthFacts, now: number): HealthProblem[] {
  if (!facts.enabled) return [];
  const found = [
    refusedCredentials(facts),
    failingCalls(facts),
    ...notConnected(facts),
    refusedEvents(facts, now),
    failingRenewal(facts),
    endingCredentials(facts, now),
    paused(facts, now),
  ].filter((one) => one !== undefined);
  return [...found.filter((one) => one.needsAttention), ...found.filter((one) => !one.needsAttention)];
}

/** How the channel fares, given what is amiss. */
export function healthState(facts: HealthFacts, problems: readonly HealthProblem[]): HealthState {
  if (!facts.enabled) return 'off';
  if (problems.some(({ needsAttention }) => needsAttention)) return 'attention';
  if (problems.length > 0) return 'trouble';
  const isTried =
    facts.calledAt !== undefined ||
    facts.heardAt !== undefined ||
    facts.connections?.some(({ open }) => open > 0);
  return isTried ? 'well' : 'untried';
}

function refusedCredentials({ attention }: HealthFacts): HealthProblem | undefined {
  if (!attention) return undefined;
  return {
    code: 'CREDENTIALS_REFUSED',
    needsAttention: true,
    text: 'The provider refused the credentials several times in a row: nothing is sent any more.',
    cure: 'Enter valid credentials in the settings of the channel, or test it once they are valid again: what waits is sent then.',
    said: attention.reason,
    since: attention.since,
    class: 'AUTH',
  };
}

function failingCalls({ attention, failure, failingSince }: HealthFacts): HealthProblem | undefined {
  if (!failure || attention) return undefined;
  return present({
    code: 'CALLS_FAIL' as const,
    needsAttention: needed.has(failure.class),
    text: failureClasses[failure.class].text,
    cure: cures[failure.class],
    said: failure.text,
    since: failingSince,
    class: failure.class,
  });
}

function notConnected({ attention, connections = [] }: HealthFacts): HealthProblem[] {
  // Where credentials were refused there is to be no connection.
  if (attention) return [];
  return connections
    .filter(({ open, wanted }) => open < wanted)
    .map(({ name, since, reason }) =>
      present({
        code: 'NOT_CONNECTED' as const,
        needsAttention: false,
        text: `The connection ${name} is not up.`,
        cure: 'Nothing to do: it is opened again and again. If it stays so, look at what is said beside this, and test the channel.',
        said: reason,
        since,
      }),
    );
}

function refusedEvents(
  { heardAt = 0, refusedAt, refusal }: HealthFacts,
  now: number,
): HealthProblem | undefined {
  if (refusedAt === undefined || refusedAt < heardAt || now - refusedAt > refusalMs) return undefined;
  return present({
    code: 'EVENTS_REFUSED' as const,
    needsAttention: true,
    text: 'Somebody called the webhook address, and was refused: what people write does not come in.',
    cure: 'Compare the secrets of this channel that vouch for what comes in with those at the provider, and the webhook address there with the one here.',
    said: refusal,
    since: refusedAt,
  });
}

function failingRenewal({
  credentials,
  renewalFailedAt,
  renewalFailure,
}: HealthFacts): HealthProblem | undefined {
  if (renewalFailedAt === undefined || !renewalFailure || !credentials?.renewed) return undefined;
  const refused = renewalFailure.class === 'AUTH' || renewalFailure.class === 'CONFIG';
  return present({
    code: 'RENEWAL_FAILS' as const,
    needsAttention: refused,
    text: refused
      ? 'The provider does not renew the credentials any more.'
      : 'The credentials could not be renewed the last time.',
    cure: refused
      ? 'Have the provider give you new ones, and enter them in the settings of the channel; until those in force end, messages go.'
      : 'Nothing to do: it is tried again every minute. If it stays so, look at the provider’s status page.',
    said: renewalFailure.text,
    since: renewalFailedAt,
    class: renewalFailure.class,
  });
}

function endingCredentials({ credentials }: HealthFacts, now: number): HealthProblem | undefined {
  if (!credentials || credentials.renewed || credentials.endsAt - now > credentialsWarningMs)
    return undefined;
  return {
    code: 'CREDENTIALS_END',
    needsAttention: true,
    text:
      credentials.endsAt <= now
        ? 'The day on which the credentials end has come.'
        : 'The credentials end soon.',
    cure: 'Have the provider give you new ones, and enter them in the settings of the channel together with the day on which they end.',
  };
}

function paused({ pausedUntil }: HealthFacts, now: number): HealthProblem | undefined {
  if (pausedUntil === undefined || pausedUntil <= now) return undefined;
  return {
    code: 'PAUSED',
    needsAttention: false,
    text: 'The provider asked for a pause.',
    cure: 'Nothing to do: sending goes on by itself. If it happens often, send more slowly.',
  };
}
