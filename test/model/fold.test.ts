import { describe, expect, it } from 'vitest';
import { endsOf, fold, snippetOf, wordsOf } from '../../src/model/fold.ts';
import { queryOf, stretches, timeMarks } from '../../src/model/search.ts';

describe('folding', () => {
  it.each([
    ['أحمد', 'احمد'],
    ['إيمان', 'ايمان'],
    ['آمال', 'امال'],
    ['مدرسة', 'مدرسه'],
    ['مصطفى', 'مصطفي'],
    ['مـــرحبا', 'مرحبا'],
    ['مَرْحَبًا', 'مرحبا'],
    ['مسؤول', 'مسوول'],
    ['رئيس', 'رييس'],
    ['ماء', 'ما'],
    ['٠١٢٣', '0123'],
    ['۴۵۶', '456'],
    ['०९', '09'],
    ['Fátima', 'fatima'],
    ['STRASSE', 'strasse'],
    ['Straße', 'strasse'],
    ['ﻻ', 'لا'],
  ])('%s is %s', (given, folded) => expect(fold(given)).toBe(fold(folded)));

  it('cuts a text into words, each once, and keeps marks that belong to a letter', () => {
    expect(wordsOf('Hello, hello: order-12!')).toEqual(['hello', 'order', '12']);
    expect(wordsOf('नमस्ते दुनिया')).toEqual(['नमस्ते', 'दुनिया']);
    expect(wordsOf('«؟!»')).toEqual([]);
    expect(wordsOf('x'.repeat(100))[0]).toHaveLength(60);
  });

  it('finds a number by any end of it', () => {
    expect(endsOf('+966 50')).toEqual(['96650', '6650', '650']);
    expect(endsOf('12')).toEqual([]);
  });
});

describe('a snippet', () => {
  it('is the part of the text with the hit, however long the text is', () => {
    const text = `${'before '.repeat(50)}the Order here ${'after '.repeat(50)}`;
    const parts = snippetOf(text, ['ord']);
    expect(parts.map(({ text }) => text).join('').length).toBeLessThanOrEqual(160);
    expect(parts.filter(({ hit }) => hit)).toEqual([{ text: 'Order', hit: true }]);
    expect(snippetOf('nothing', ['else'])).toEqual([{ text: 'nothing', hit: false }]);
  });
});

describe('a query', () => {
  it('holds words as they are, whatever is in them', () => {
    expect(queryOf(7, ["o'neil", 'a\\b'], ['d:1', 'd:2'])).toBe(
      "'b:7' & 'o''neil':* & 'a\\\\b':* & ('d:1' | 'd:2')",
    );
  });

  it('looks at the newest days first, then at weeks, and at last at all of time', () => {
    const now = Date.UTC(2026, 10, 28);
    const [today] = timeMarks(now);
    const [first, ...others] = stretches(now);
    expect(first).toContain(today);
    expect(others.at(-1)).toBeUndefined();
    // No day of the last months is between two stretches.
    const marks = new Set(stretches(now).flatMap((one) => one ?? []));
    for (let days = -1; days < 150; days += 1)
      expect(
        timeMarks(now - days * 86_400_000).some((mark) => marks.has(mark)),
        `${days} days`,
      ).toBe(true);
  });
});
