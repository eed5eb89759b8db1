import { describe, expect, it } from 'vitest';
import { channelOf } from '../../src/channels/index.ts';
import type { ChannelSetup } from '../../src/model/setup.ts';
import { isShown, readWithheld, typingEveryMs, typingWithheld } from '../../src/pipeline/signal-rules.ts';
import type { SignalTarget } from '../../src/store/read-marks.ts';

const now = Date.UTC(2026, 2, 1, 12);
const hour = 3_600_000;

/** A person who wrote a minute ago. */
const person: SignalTarget = {
  channelId: 'fb:shop',
  csid: '24681357',
  optedOut: false,
  isHeld: false,
  isFormer: false,
  lastInboundAt: now - 60_000,
  message: { id: '0b', providerId: 'm_1', isMarked: false },
};
const [fb, tg, wa, line, web] = ['fb', 'tg', 'wacfb', 'line', 'web'].map((type) => channelOf(type)!);

describe('what is shown of an agent', () => {
  const on = (settings: Record<string, unknown>, enabled = true) =>
    ({ enabled, settings }) as unknown as ChannelSetup;

  it('is on unless somebody switched it off, also of channels set up before there was a setting', () => {
    expect(isShown(fb!, on({}), 'typing')).toBe(true);
    expect(isShown(fb!, on({}), 'read')).toBe(true);
    expect(isShown(fb!, on({ typing: false }), 'typing')).toBe(false);
    expect(isShown(fb!, on({ readMarks: false }), 'read')).toBe(false);
    expect(isShown(fb!, on({ readMarks: false }), 'typing')).toBe(true);
    expect(isShown(fb!, on({}, false), 'read')).toBe(false);
  });

  it('is no more than the channel can show', () => {
    expect(isShown(tg!, on({}), 'read')).toBe(false);
    expect(isShown(web!, on({}), 'typing')).toBe(false);
    expect(isShown(wa!, on({ readMarks: false }), 'typing')).toBe(false);
  });

  it('is told again before it ends, by who writes on and tells so every three seconds', () => {
    for (const { signals } of [fb!, tg!, wa!, line!]) {
      const { showsMs } = signals!.typing!;
      const next = Math.ceil(typingEveryMs(showsMs) / 3000) * 3000;
      expect(next).toBeLessThan(showsMs);
      expect(next).toBeGreaterThan(showsMs - 6000);
    }
    expect(typingEveryMs(25_000)).toBe(21_500);
    expect(typingEveryMs(1000)).toBe(2500);
  });
});

describe('that an agent writes', () => {
  it('is withheld once the window is closed, in the longer one of agents too', () => {
    expect(typingWithheld(fb!, person, now)).toBeUndefined();
    expect(typingWithheld(fb!, { ...person, lastInboundAt: now - 24 * hour }, now)).toBe('outsideWindow');
    expect(typingWithheld(fb!, { ...person, lastInboundAt: now - 24 * hour + 1 }, now)).toBeUndefined();
    expect(typingWithheld(tg!, { ...person, lastInboundAt: now - 900 * hour }, now)).toBeUndefined();
  });

  it('needs a message where the provider wants one to be named', () => {
    const { message: _, ...nothing } = person;
    expect(typingWithheld(wa!, nothing, now)).toBe('nothingWritten');
    expect(typingWithheld(fb!, nothing, now)).toBeUndefined();
  });
});

describe('what was read', () => {
  it('is marked once, when all of it was read', () => {
    expect(readWithheld(fb!, person)).toBeUndefined();
    expect(readWithheld(fb!, person, '0c')).toBeUndefined();
    expect(readWithheld(fb!, person, '0b')).toBeUndefined();
    expect(readWithheld(fb!, person, '0a')).toBe('notAllRead');
    expect(readWithheld(fb!, { ...person, message: { ...person.message!, isMarked: true } })).toBe(
      'alreadyTold',
    );
  });

  it('is something that the person wrote, with a token where the provider wants one', () => {
    const { message: _, ...nothing } = person;
    expect(readWithheld(fb!, nothing)).toBe('nothingWritten');
    expect(readWithheld(line!, person)).toBe('nothingWritten');
    expect(
      readWithheld(line!, { ...person, message: { ...person.message!, readToken: 't' } }),
    ).toBeUndefined();
  });

  it('is marked late, too, since it was read late', () => {
    expect(readWithheld(wa!, { ...person, lastInboundAt: now - 100 * hour })).toBeUndefined();
  });
});

it('nothing is shown of a conversation that goes on elsewhere, while the channel is held, or to who has opted out', () => {
  for (const [more, why] of [
    [{ isFormer: true }, 'notShown'],
    [{ isHeld: true }, 'held'],
    [{ optedOut: true }, 'held'],
  ] as const) {
    expect(typingWithheld(tg!, { ...person, ...more }, now)).toBe(why);
    expect(readWithheld(fb!, { ...person, ...more })).toBe(why);
  }
});
