import { isUtf8 } from 'node:buffer';
import { Problem } from './model/problem.ts';

/** Deepest nesting of objects and arrays that is read. */
export const maxDepth = 32;

/** Largest JSON body that is read, in bytes. */
export const maxBodyBytes = 1024 * 1024;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Reads a JSON body, whatever its content type says (decision D17). Refuses, as `invalid`, what no
 * part of the house could keep or pass on unchanged: text that is not UTF-8, nesting deeper than
 * `maxDepth`, numbers that only fit as infinity, NUL and lone surrogates, and keys called `__proto__`.
 * Of duplicate keys the last one counts, as everywhere in JavaScript.
 */
export function parseJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw malformed('The body is not UTF-8', 'BAD_ENCODING');
  const { tooDeep, bigNumbers } = scan(bytes);
  if (tooDeep) throw malformed(`The body is nested deeper than ${maxDepth} levels`, 'TOO_DEEP');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    // Some clients send a byte order mark, which is no JSON.
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    throw malformed('The body is not JSON', 'BAD_JSON');
  }
  // Only such a body can hold what has to be looked for value by value.
  if (bigNumbers || text.includes('\\u') || text.includes('__proto__')) checkValue(value, '');
  return value;
}

function malformed(message: string, code: string, field?: string): Problem {
  return new Problem('invalid', message, { code, ...(field && { field }) });
}

/** A number with this many digits, or with an exponent, may be infinite in JavaScript. */
const manyDigits = 309;

/**
 * Looks at what stands outside of strings, before parsing, so that deep nesting costs neither stack nor
 * time; a body is short, and one pass over its bytes is cheaper than walking the parsed value.
 */
function scan(bytes: Buffer): { tooDeep: boolean; bigNumbers: boolean } {
  let depth = 0;
  let digits = 0;
  let bigNumbers = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x30 && byte <= 0x39) {
      if (++digits >= manyDigits) bigNumbers = true;
      continue;
    }
    if (digits > 0 && (byte === 0x65 || byte === 0x45)) bigNumbers = true;
    digits = 0;
    if (byte === quote) {
      i++;
      while (i < bytes.length && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > maxDepth) return { tooDeep: true, bigNumbers };
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
    }
  }
  return { tooDeep: false, bigNumbers };
}

function checkValue(value: unknown, path: string): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw malformed('NUL cannot be stored', 'BAD_TEXT', path);
    if (/\p{Surrogate}/u.test(value))
      throw malformed('Half of a surrogate pair is no text', 'BAD_TEXT', path);
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw malformed('The number is too large', 'BAD_NUMBER', path);
  } else if (Array.isArray(value)) {
    value.forEach((item, i) => {
      checkValue(item, `${path}[${i}]`);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') throw malformed('__proto__ cannot be a key', 'BAD_KEY', path);
      checkValue(key, path);
      checkValue(item, path ? `${path}.${key}` : key);
    }
  }
}
