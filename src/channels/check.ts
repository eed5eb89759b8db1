import { type Failure, type FailureClass, SendFailure } from '../model/failure.ts';
import { present } from '../model/present.ts';
import { urlOf } from '../model/web-address.ts';
import type { Line } from './connection.ts';

/** What a test of a channel found, in plain words. None of it is a secret. */
export interface Finding {
  /** As it is to be; worth a look, though messages go; or in their way. */
  kind: 'well' | 'notice' | 'wrong';
  /** A sentence. */
  text: string;
  /** The setting at fault; `webhookUrl` for the address at which the provider is to call us. */
  field?: string;
  /** What to do about it. */
  cure?: string;
  /** What kind of failure it is, for those who say it in words of their own. */
  class?: FailureClass;
  /** The provider's own words, whatever their language. */
  said?: string;
}

/** What a channel may do while it is tested. Nothing that it does may reach a person, or change anything. */
export interface CheckTools extends Pick<Line, 'call' | 'dial' | 'resolve' | 'lane' | 'signal'> {
  /**
   * Where the provider may call us: at the channel's own address, and at those of others that share it. None as long as
   * the channel is not saved.
   */
  readonly webhookUrls: readonly string[];
}

/** Which setting is at fault when a question is refused. */
export interface Blame {
  /** What lets us in. */
  credentials?: string;
  /** Where the question went. */
  address?: string;
  /** What was asked about, or for. */
  subject?: string;
}

type More = Pick<Finding, 'field' | 'cure' | 'class' | 'said'>;

export const well = (text: string): Finding => ({ kind: 'well', text });
export const notice = (text: string, more: More = {}): Finding => ({ kind: 'notice', text, ...more });
export const wrong = (text: string, more: More = {}): Finding => ({ kind: 'wrong', text, ...more });

/** True when something is in the way of messages. */
export function isWrong(findings: readonly Finding[]): boolean {
  return findings.some(({ kind }) => kind === 'wrong');
}

/** Asks one question. What it is refused with is a finding, too, which blames the setting at fault. */
export async function asked(blame: Blame, ask: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
  try {
    return [await ask()].flat();
  } catch (error) {
    if (error instanceof SendFailure) return [findingOf(error.failure, blame)];
    throw error;
  }
}

/** The same for a question that is asked besides: a provider that does not answer it is not at fault. */
export async function askedBesides(ask: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof SendFailure) return [];
    throw error;
  }
}

/** A failure as a finding. */
export function findingOf(failure: Failure, blame: Blame = {}): Finding {
  const kind = kindOf(failure);
  const { text, cure, role } = words[kind];
  return present({
    kind: 'wrong' as const,
    text,
    field: role && blame[role],
    cure,
    class: kind === 'BLOCKED' ? 'CONFIG' : kind,
    said: failure.text,
  });
}

type Kind = keyof typeof words;

/** What each kind of refusal means to who asks a question, and what can be done. */
const words = {
  AUTH: {
    text: 'The provider refuses the credentials.',
    cure: 'Copy them from the provider once more, whole and without blanks around them, or have new ones made there.',
    role: 'credentials',
  },
  CONFIG: {
    text: 'The provider lets us in, but refuses what was asked.',
    cure: 'Compare this setting with what the provider shows, and look there whether the credentials have the rights they need.',
    role: 'subject',
  },
  BLOCKED: {
    text: 'This server does not call such an address.',
    cure: 'Enter the address of the provider. One in a private network needs ALLOW_PRIVATE_TARGETS.',
    role: 'address',
  },
  UNAVAILABLE: {
    text: 'The provider cannot be reached, or does not answer as it should.',
    cure: 'Check the address, and whether a firewall keeps this server from calling it. If both are right, the provider has a fault: try again later.',
    role: 'address',
  },
  QUOTA: {
    text: 'The quota or the balance at the provider is used up.',
    cure: 'Raise the quota, or top up the balance, at the provider.',
    role: undefined,
  },
  RATE_LIMITED: {
    text: 'The provider asks for a pause, so that this could not be tested.',
    cure: 'Test again in a few minutes.',
    role: undefined,
  },
  INTERNAL: {
    text: 'The test itself failed, which is a fault of Parley.',
    cure: 'Look at the log of the server at this time, and report it.',
    role: undefined,
  },
} as const satisfies Partial<
  Record<FailureClass | 'BLOCKED', { text: string; cure: string; role: keyof Blame | undefined }>
>;

/** Of a question nothing but these can come: what is refused for its content was asked for in the settings. */
function kindOf({ class: kind, code }: Failure): Kind {
  if (code === 'BLOCKED_ADDRESS') return 'BLOCKED';
  if (code !== undefined && /^3\d\d$/.test(code)) return 'UNAVAILABLE';
  if (kind === 'OUTCOME_UNKNOWN') return 'UNAVAILABLE';
  return kind in words ? (kind as Kind) : 'CONFIG';
}

/** Whether the provider calls this channel, by the address that it has; `at` is where to enter the right one. */
export function webhookFindings(known: string | undefined, wanted: readonly string[], at: string): Finding[] {
  if (wanted.length === 0) return [];
  const cure = `Copy the webhook address of this channel, and enter it ${at}.`;
  if (!known)
    return [
      notice('The provider knows no webhook address: nothing comes in.', { field: 'webhookUrl', cure }),
    ];
  if (wanted.includes(known.replace(/\/+$/, ''))) return [well('The provider calls this channel.')];
  // What stands behind the host may be somebody's secret.
  const host = urlOf(known)?.host ?? 'something that is no address';
  return [
    notice(`The provider calls another address, at ${host}: nothing comes in here.`, {
      field: 'webhookUrl',
      cure,
    }),
  ];
}

/** Whether what the provider calls it is the lane of the channel; numbers and handles are compared as people write them. */
export function laneFindings(lane: string, told: string | undefined, field: string): Finding[] {
  const plain = (text: string) => text.replace(/^[@+]|[\s().-]/g, '').toLowerCase();
  if (told === undefined || plain(told) === plain(lane)) return [];
  return [
    notice(`The provider says ${told}, and the lane of this channel is ${lane}.`, {
      field,
      cure: 'Nothing, if that is meant so. Else this setting is that of another account.',
    }),
  ];
}
