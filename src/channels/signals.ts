import type { Static, TObject } from 'typebox';
import type { Call } from './call.ts';
import type { Channel } from './channel.ts';

/** Whom a signal is shown to, and what of theirs it is about. */
export interface SignalTo {
  csid: string;
  /** The provider's id of the newest message that the person wrote. */
  providerId?: string;
  /** What marks it as read (`ReceivedMessage.readToken`). */
  readToken?: string;
}

/** What a provider has to be told of a message to show a signal. */
export type SignalNeeds = 'providerId' | 'readToken';

/**
 * What people can be shown of what is true for a moment: somebody of the business writes to them, or has read what they
 * wrote. Each throws `SendFailure`, and is called once at most: a signal that fails is of no consequence.
 */
export interface Signals<Account extends TObject = TObject> {
  readonly typing?: {
    /** How long a person is shown it, ms; a message from us ends it earlier. */
    readonly showsMs: number;
    readonly needs?: SignalNeeds;
    /** The provider shows it together with a read mark alone. */
    readonly marksRead?: true;
    start(to: SignalTo, account: Static<Account>, call: Call): Promise<void>;
    /** Ends it earlier; absent: it ends by itself. */
    stop?(to: SignalTo, account: Static<Account>, call: Call): Promise<void>;
  };
  /** All that the person wrote was read, up to the message that is named. */
  readonly read?: {
    readonly needs?: SignalNeeds;
    mark(to: SignalTo, account: Static<Account>, call: Call): Promise<void>;
  };
}

/** What people of a channel are shown. Web chat shows both by its own line. */
export function signalsOf({ signals, visitors }: Pick<Channel, 'signals' | 'visitors'>): (keyof Signals)[] {
  return (['typing', 'read'] as const).filter((one) => visitors !== undefined || signals?.[one]);
}
