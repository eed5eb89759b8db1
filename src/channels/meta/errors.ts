import type { FailureClass } from '../../model/failure.ts';

type Row = readonly [
  kind: FailureClass,
  codes: readonly (number | readonly [code: number, subcode: number])[],
];

/** Codes of the Send API by what they mean for us (channels.md section 5). Codes decide, texts never do. */
const rows: readonly Row[] = [
  [
    'OUTSIDE_WINDOW',
    [
      [10, 2018278],
      [10, 2018065],
    ],
  ],
  ['OPTED_OUT', [551, [200, 1545041], [10, 2018108]]],
  [
    'INVALID_RECIPIENT',
    [
      [100, 2018001],
      [100, 2018218],
    ],
  ],
  [
    'MEDIA',
    [
      [100, 2018007],
      [100, 2018008],
      [100, 2018047],
      [100, 2018109],
      [100, 2018294],
    ],
  ],
  ['AUTH', [102, 190]],
  ['CONFIG', [3, 10, 200, 230, 299, 368]],
  ['CONTENT_REJECTED', [100]],
  ['RATE_LIMITED', [4, 17, 32, 613]],
  ['UNAVAILABLE', [1, 2, 1200]],
];

/** The class of a code; with a sub-code of its own where it has one. Undefined for those that are not listed. */
export function classOfCode(code: number, subcode: number | undefined): FailureClass | undefined {
  const find = (fits: (one: Row[1][number]) => boolean) => rows.find(([, codes]) => codes.some(fits))?.[0];
  return (
    find((one) => typeof one !== 'number' && one[0] === code && one[1] === subcode) ??
    find((one) => one === code)
  );
}
