import { type Channel, WebhookRefused } from '../channel.ts';
import { sendsOverConnection } from '../connection.ts';
import { measureSms, smsCarries } from '../sms.ts';
import { account, perSecondOf } from './account.ts';
import { openBind } from './bind.ts';
import { check } from './check.ts';
import { plainOf } from './encode.ts';

/** SMS by SMPP 3.4, the protocol that operators and aggregators speak (channels.md 3.1). */
export const smpp: Channel<typeof account> = {
  types: ['smpp'],
  contactType: 'SMS',
  name: 'SMS by SMPP',
  about: 'SMS by SMPP 3.4, from an operator or an aggregator.',
  account,
  carries: smsCarries,
  perSecondOf,
  // All comes over the binds.
  receive() {
    throw new WebhookRefused('this channel has no webhook', 404);
  },
  check,
  send: sendsOverConnection,
  measure: (content, settings) => measureSms(content, plainOf(settings)),
  connections: [{ name: 'smpp', heldBy: 'each', sends: true, count: ({ binds }) => binds, open: openBind }],
};
