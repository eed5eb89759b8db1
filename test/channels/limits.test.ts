import { describe, expect, it } from 'vitest';
import { channels } from '../../src/channels/index.ts';
import { versionFor } from '../../src/channels/limits.ts';

const mb = 1024 * 1024;

describe('as what a picture goes that a channel does not take as it is', () => {
  const converting = channels.filter(({ carries }) => {
    const rule = carries.media?.image;
    return rule && [...rule.mimes, ...(rule.shows ?? [])].length > 0;
  });

  it('is said of every channel that names kinds of pictures', () => {
    const types = converting.flatMap(({ types }) => types).sort();
    expect(types).toEqual([
      'fb',
      'fcm',
      'ig',
      'line',
      'tg',
      'tw',
      'twilio',
      'wa',
      'wa360',
      'wacfb',
      'webpush',
      'zalo',
    ]);
  });

  it.each(converting.map((channel) => [channel.types[0]!, channel.carries] as const))(
    '%s gets a photo in place of an AVIF, and a picture that it takes as it is',
    (_, carries) => {
      expect(versionFor('image', { mime: 'image/avif', sizeBytes: mb }, carries)).toBe('photo');
      expect(versionFor('image', { mime: 'image/jpeg', sizeBytes: mb / 2 }, carries)).toBeUndefined();
      const { maxBytes } = carries.media!.image!;
      expect(versionFor('image', { mime: 'image/jpeg', sizeBytes: maxBytes + 1 }, carries)).toBe('photo');
      expect(versionFor('image', { mime: 'image/jpeg', sizeBytes: maxBytes }, carries)).toBeUndefined();
      for (const mime of ['image/heic', 'image/bmp', 'image/svg+xml', 'application/pdf'])
        expect(versionFor('image', { mime, sizeBytes: 1 }, carries), mime).toBeUndefined();
      expect(versionFor('document', { mime: 'image/avif', sizeBytes: 1 }, carries)).toBeUndefined();
    },
  );
});
