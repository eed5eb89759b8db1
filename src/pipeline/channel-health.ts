import { channelOf as doorOf } from '../channels/index.ts';
import * as clock from '../model/clock.ts';
import type { Failure } from '../model/failure.ts';
import {
  type HealthFacts,
  type HealthProblem,
  type HealthState,
  healthProblems,
  healthState,
} from '../model/health.ts';
import { present } from '../model/present.ts';
import type { ChannelSetup } from '../model/setup.ts';
import { type KnownHealth, known } from '../store/channel-health.ts';
import { type ChannelState, channelStates } from './channel-states.ts';
import type { Context } from './context.ts';
import type { Seal } from './setup-secrets.ts';

/** How a channel fares. Times in epoch ms. */
export interface ChannelHealth {
  channelId: string;
  state: HealthState;
  /** What is amiss, the worst first. */
  problems: HealthProblem[];
  /** The last call to the provider. */
  lastCall?: { at: number; failure?: Failure };
  /** The last call that went well. */
  lastWellAt?: number;
  /** When the provider last told something, and when something was refused that came to its address. */
  lastHeardAt?: number;
  lastRefused?: { at: number; reason: string };
  /** When the credentials end, where that is known; `renewed`: the provider renews them before. */
  credentials?: { endsAt: number; renewed: boolean };
  pausedUntil?: number;
  connections?: ChannelState['connections'];
}

type Deps = Pick<Context, 'db' | 'health' | 'setup'> & { seal: Seal };

/** How the channels of a business fare, by id: as this process knows it now, and others told within some seconds. */
export async function channelHealth(deps: Deps, businessId: number): Promise<Map<string, ChannelHealth>> {
  // Best effort: what is not told yet is told the next time.
  await deps.health.flush().catch(() => {});
  const [{ channels }, states, facts] = await Promise.all([
    deps.setup(businessId),
    channelStates(deps, businessId),
    known(deps.db, businessId),
  ]);
  return new Map(
    [...channels.values()].map((channel) => [
      channel.id,
      healthOf(channel, states.get(channel.id), facts.get(channel.id)),
    ]),
  );
}

function healthOf(
  channel: ChannelSetup,
  state: ChannelState | undefined,
  fact: KnownHealth | undefined,
): ChannelHealth {
  const { enabled, id: channelId } = channel;
  const credentials = credentialsOf(channel, fact);
  const { pausedUntil, connections } = state ?? {};
  const { calledAt, failure, failingSince, heardAt, refusedAt, refusal } = fact ?? {};
  const { renewalFailedAt, renewalFailure } = fact ?? {};
  const told = {
    calledAt,
    failure,
    failingSince,
    heardAt,
    refusedAt,
    refusal,
    renewalFailedAt,
    renewalFailure,
  };
  const facts: HealthFacts = present({
    enabled,
    attention: state?.attention,
    pausedUntil,
    connections,
    credentials,
    ...told,
  });
  const problems = healthProblems(facts, clock.now());
  return present({
    channelId,
    state: healthState(facts, problems),
    problems,
    lastCall: calledAt === undefined ? undefined : present({ at: calledAt, failure }),
    lastWellAt: fact?.wellAt,
    lastHeardAt: heardAt,
    lastRefused: refusedAt === undefined ? undefined : { at: refusedAt, reason: refusal ?? '' },
    credentials,
    pausedUntil,
    connections,
  });
}

/** Those that the provider renews, or else the day that the operator entered. */
function credentialsOf(
  { type, settings }: ChannelSetup,
  fact: KnownHealth | undefined,
): ChannelHealth['credentials'] {
  if (doorOf(type)?.credentials)
    return fact?.credentialsEndAt === undefined
      ? undefined
      : { endsAt: fact.credentialsEndAt, renewed: true };
  const endsAt = typeof settings.expiresOn === 'string' ? Date.parse(settings.expiresOn) : Number.NaN;
  return Number.isNaN(endsAt) ? undefined : { endsAt, renewed: false };
}
