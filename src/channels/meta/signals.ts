import type { Static, TObject } from 'typebox';
import type { Call, Signals, SignalTo } from '../channel.ts';
import type { Door } from './door.ts';
import { act } from './send.ts';

/** Messenger and Instagram show for 20 seconds that somebody writes; a read mark is of all that the person wrote. */
export function signalsAt<Account extends TObject>(
  doorOf: (account: Static<Account>) => Door,
): Signals<Account> {
  const doing =
    (sender_action: 'typing_on' | 'typing_off' | 'mark_seen') =>
    ({ csid }: SignalTo, account: Static<Account>, call: Call) =>
      act(csid, { sender_action }, doorOf(account), call);
  return {
    typing: { showsMs: 20_000, start: doing('typing_on'), stop: doing('typing_off') },
    read: { mark: doing('mark_seen') },
  };
}
