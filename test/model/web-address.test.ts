import { expect, it } from 'vitest';
import { endpointName, urlOf } from '../../src/model/web-address.ts';

it('reads an address with any letters, however often it was asked before', () => {
  for (let n = 0; n < 20_000; n += 1) if (!urlOf('https://bücher.example/')) throw new Error(`not at ${n}`);
  expect(urlOf('https://bücher.example/')?.hostname).toBe('xn--bcher-kva.example');
  expect(urlOf('https://')).toBeUndefined();
});

it('calls an endpoint by its name, or by its address without what may be secret', () => {
  const url = 'https://ann:pass@crm.example/events?token=planted#more';
  expect(endpointName({ name: 'CRM', url })).toBe('CRM');
  expect(endpointName({ url })).toBe('https://…@crm.example/events?…');
});
