import type { FailureClass } from '../../model/failure.ts';

/** Unifonic's codes by what they mean for us (channels.md 3.4). */
const classes: Readonly<Record<string, FailureClass>> = {
  'ER-01': 'QUOTA',
  'ER-02': 'INVALID_RECIPIENT',
  'ER-03': 'INVALID_RECIPIENT',
  'ER-04': 'INVALID_RECIPIENT',
  'ER-05': 'UNREACHABLE',
  'ER-06': 'CONTENT_REJECTED',
  'ER-07': 'CONTENT_REJECTED',
  'ER-08': 'CONFIG',
  'ER-09': 'CONTENT_REJECTED',
};

/** The failure class of one of Unifonic's codes, in any case and with one digit or two; undefined when unlisted. */
export function classOfCode(code: string): FailureClass | undefined {
  const number = /^ER-?0*(\d{1,2})$/i.exec(code.trim())?.[1];
  return number === undefined ? undefined : classes[`ER-${number.padStart(2, '0')}`];
}
