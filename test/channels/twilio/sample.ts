import { createHmac } from 'node:crypto';
import { isObject, parseObject } from '../../../src/channels/json.ts';
import { now, type Sample } from '../tools.ts';

const authToken = 'planted-auth-token';
const url = 'https://talk.example/webhook/twilio/a1b2';
export const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;

/** The form that Twilio would make of the fixture; what is no object goes as it is. */
function formOf(body: string): string {
  const object = parseObject(Buffer.from(body));
  if (!isObject(object)) return body;
  const pairs = Object.entries(object).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return new URLSearchParams(pairs as [string, string][]).toString();
}

export const twilioSample: Sample = {
  type: 'twilio',
  account: {
    accountSid,
    authToken,
    apiBase: 'https://twilio.example',
    mms: false,
    maxSegments: 10,
    stopWords: ['STOP'],
    startWords: ['START'],
  },
  lane: { channelId: 'twilio:15550001111', lane: '15550001111', now, url },
  signed(body) {
    const form = formOf(body);
    // Each name once, as fixtures have it.
    const parameters = [...new Map(new URLSearchParams(form))]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flat()
      .join('');
    const signature = createHmac('sha1', authToken)
      .update(url + parameters)
      .digest('base64');
    return {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
      query: {},
      body: Buffer.from(form),
    };
  },
  accepts: { status: 201, body: { sid: `SM${'a'.repeat(32)}`, status: 'queued' } },
};
