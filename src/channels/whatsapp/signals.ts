import type { Static, TObject } from 'typebox';
import type { Call, Signals, SignalTo } from '../channel.ts';
import { type Endpoint, refusalOf } from './endpoint.ts';

/**
 * Marks what a person wrote as read, and shows with it that somebody writes: for 25 seconds (channels.md section 4).
 * There is no way to show that without the mark.
 */
export function signalsAt<Account extends TObject>(
  endpointOf: (account: Static<Account>) => Endpoint,
): Signals<Account> {
  return {
    typing: {
      showsMs: 25_000,
      needs: 'providerId',
      marksRead: true,
      start: (to, account, call) =>
        mark(to, endpointOf(account), call, { typing_indicator: { type: 'text' } }),
    },
    read: { needs: 'providerId', mark: (to, account, call) => mark(to, endpointOf(account), call) },
  };
}

async function mark({ providerId }: SignalTo, endpoint: Endpoint, call: Call, more: object = {}) {
  const { messages: url, headers } = endpoint;
  const body = { messaging_product: 'whatsapp', status: 'read', message_id: providerId, ...more };
  const answer = await call({ method: 'POST', url, headers, body });
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, endpoint);
}
