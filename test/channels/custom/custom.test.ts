import { expect, it } from 'vitest';
import { custom } from '../../../src/channels/custom/index.ts';
import { contactTypeOf } from '../../../src/channels/index.ts';
import { isId } from '../../../src/model/ids.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { customSample } from './sample.ts';

testInbound('custom', customSample);
testOutbound('custom', 'outbound', customSample);

it('carries what its operator says', () => {
  expect(contactTypeOf('custom')).toBe('OA');
  expect(contactTypeOf('custom', {})).toBe('OA');
  expect(contactTypeOf('custom', { contactType: 'SMS' })).toBe('SMS');
});

it('gives a message without any id one of ours', async () => {
  const body = JSON.stringify({ messages: [{ from: 'u-1', text: { body: 'Hello' } }] });
  const { messages } = await custom.receive(
    customSample.signed(body),
    { url: 'https://connector.example', verifyToken: 'planted-verify-token', contactType: 'OA' },
    customSample.lane,
  );
  expect(isId(messages[0]!.providerId)).toBe(true);
});
