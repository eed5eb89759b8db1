import { expect, it } from 'vitest';
import { looksLikeApiKey, makeSeal, newApiKey, SealBroken } from '../../src/pipeline/seal.ts';

const seal = makeSeal('the secret of the tests');
const context = 'business:1:channel:2';

it('opens what it has sealed, and seals the same text differently each time', () => {
  for (const text of ['', 'token', 'Grüße 👋', 'x'.repeat(100_000)]) {
    const [one, two] = [seal.seal(text, context), seal.seal(text, context)];
    expect(seal.open(one, context)).toBe(text);
    expect(one.equals(two)).toBe(false);
    if (text) expect(one.includes(text)).toBe(false);
  }
});

it('does not open what was moved, changed or cut', () => {
  const sealed = seal.seal('token', context);
  expect(() => seal.open(sealed, 'business:2:channel:2')).toThrow(SealBroken);
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    expect(() => seal.open(changed, context)).toThrow(SealBroken);
    expect(() => seal.open(sealed.subarray(0, at), context)).toThrow(SealBroken);
  }
});

it('says in one sentence what is wrong', () => {
  expect(() => makeSeal('another secret').open(seal.seal('token', context), context)).toThrow(
    'The stored secret of business:1:channel:2 was sealed with another PARLEY_SECRET',
  );
  expect(() => seal.open(Buffer.alloc(0), context)).toThrow('is damaged: enter it again.');
});

it('goes on with what was made under a former secret', () => {
  const renewed = makeSeal('the new secret', ['one in between', 'the secret of the tests']);
  expect(renewed.open(seal.seal('token', context), context)).toBe('token');
  expect(renewed.isSigned('media 1', seal.sign('media 1'))).toBe(true);
  expect(() => seal.open(renewed.seal('token', context), context)).toThrow(SealBroken);
});

it('signs links', () => {
  const signature = seal.sign('media 1 1767225600');
  expect(signature).toMatch(/^[\w-]{32}$/);
  expect(seal.isSigned('media 1 1767225600', signature)).toBe(true);
  for (const text of ['media 1 1767225601', 'media 2 1767225600', '']) {
    expect(seal.isSigned(text, signature)).toBe(false);
  }
  for (const other of ['', signature.slice(1), `${signature}x`, makeSeal('x').sign('media 1 1767225600')]) {
    expect(seal.isSigned('media 1 1767225600', other)).toBe(false);
  }
});

it('hashes under its secret', () => {
  expect(seal.hash('key')).toEqual(makeSeal('the secret of the tests').hash('key'));
  expect(seal.hash('key')).not.toEqual(makeSeal('another secret').hash('key'));
  expect(seal.hash('key')).toHaveLength(32);
});

it('makes API keys that are known from mistyped ones', () => {
  const key = newApiKey();
  expect(key).toMatch(/^parley_[\w-]{49}$/);
  expect(newApiKey()).not.toBe(key);
  expect(looksLikeApiKey(key)).toBe(true);
  for (let at = 0; at < key.length; at++) {
    const typo = `${key.slice(0, at)}${key[at] === 'a' ? 'b' : 'a'}${key.slice(at + 1)}`;
    expect(looksLikeApiKey(typo), typo).toBe(false);
  }
  for (const text of ['', 'parley_', key.slice(0, -1), `${key}x`, key.slice(7)]) {
    expect(looksLikeApiKey(text)).toBe(false);
  }
});
