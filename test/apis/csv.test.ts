import { expect, it } from 'vitest';
import { csvRow } from '../../src/apis/csv.ts';

it('quotes what would end a cell or a row, and leaves what is absent empty', () => {
  expect(csvRow(['plain', 'a,b', 'say "hi"', 'two\nlines', undefined, 7, false])).toBe(
    'plain,"a,b","say ""hi""","two\nlines",,7,false\r\n',
  );
});

it.each(['=1+1', '+966500000000', '-2', '@SUM(A1)', '\tx', '=HYPERLINK("https://x.example","a")'])(
  'is no formula to a program for tables: %j',
  (text) => {
    const row = csvRow([text]);
    expect(row.replace(/^"/, '')[0]).toBe("'");
    expect(row).toContain(text.slice(0, 3));
  },
);

it('leaves numbers as they are, also those below zero', () => {
  expect(csvRow([-5, 0.5])).toBe('-5,0.5\r\n');
});
