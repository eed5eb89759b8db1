import { describe, expect, it } from 'vitest';
import {
  auditKinds,
  auditVerbs,
  differences,
  keptChanges,
  kindOf,
  secretDifferences,
} from '../../src/model/audit.ts';

describe('the verbs', () => {
  it('are each there once, and name what they are about', () => {
    expect(new Set(auditVerbs).size).toBe(auditVerbs.length);
    for (const verb of auditVerbs) expect(verb).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/);
    expect(kindOf('customField.removed')).toBe('customField');
    expect(auditKinds).toContain('visitorSecret');
  });
});

describe('what differs', () => {
  it('is told field by field, and looks into objects but not into lists', () => {
    const before = { name: 'Box', settings: { lang: 'en', hours: 12 }, teams: ['a'], enabled: true };
    const after = { name: 'Box', settings: { lang: 'ar', seats: 3 }, teams: ['a', 'b'], enabled: false };
    expect(differences(before, after)).toEqual([
      { field: 'settings.lang', before: 'en', after: 'ar' },
      { field: 'settings.hours', before: 12 },
      { field: 'teams', before: ['a'], after: ['a', 'b'] },
      { field: 'enabled', before: true, after: false },
      { field: 'settings.seats', after: 3 },
    ]);
  });

  it('of what is made or gone is all that it had; what is empty says nothing', () => {
    const one = {
      name: 'Box',
      text: '',
      none: undefined,
      nothing: null,
      list: [],
      inner: {},
      no: 0,
      off: false,
    };
    expect(differences(undefined, one)).toEqual([
      { field: 'name', after: 'Box' },
      { field: 'no', after: 0 },
      { field: 'off', after: false },
    ]);
    expect(differences(one, undefined).map(({ before }) => before)).toEqual(['Box', 0, false]);
    expect(differences(one, { ...one })).toEqual([]);
  });

  it('keeps no secret of an address, and says all the same that it changed', () => {
    const [url] = differences(
      { url: 'https://user:old@host.example/hook?token=one' },
      { url: 'https://user:new@host.example/hook?token=two' },
    );
    expect(url).toEqual({
      field: 'url',
      before: 'https://…@host.example/hook?…',
      after: 'https://…@host.example/hook?…',
    });
  });

  it('cuts what is long, at no half of a character', () => {
    const [body] = differences(undefined, { body: `${'x'.repeat(999)}😀 and more` });
    expect(body!.after).toBe(`${'x'.repeat(999)}…`);
    const [list] = differences(undefined, { list: Array.from({ length: 500 }, (_, i) => `value ${i}`) });
    expect(String(list!.after)).toHaveLength(1001);
  });

  it('of secrets says only what was done with them', () => {
    const told = secretDifferences({ a: 'one', b: 'two', c: 'three' }, { b: 'other', c: 'three', d: 'new' });
    expect(told).toEqual([
      { field: 'a', secret: 'removed' },
      { field: 'b', secret: 'replaced' },
      { field: 'd', secret: 'set' },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/one|two|three|other|new/);
  });

  it('is counted where it is too much to be kept', () => {
    const many = Array.from({ length: 130 }, (_, i) => ({ field: `f${i}`, after: i }));
    const { changes, omitted } = keptChanges(many);
    expect([changes.length, omitted]).toEqual([100, 30]);
    expect(keptChanges(many.slice(0, 3)).omitted).toBe(0);
  });
});
