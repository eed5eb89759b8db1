import type { Static, TSchema } from 'typebox';
import { Problem, type ProblemDetail } from '../../model/problem.ts';

/** The parts of a schema that reading looks at. */
export interface Schema {
  $id?: string;
  type?: string;
  enum?: readonly string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  'x-from-text'?: string;
  'x-yes'?: boolean;
}

/** What an operation needs of its body or query (section 14). */
export interface Needs {
  /** Name of the body, told as `obzect`. */
  dto: string;
  required?: readonly string[];
  /** At least one of these. */
  anyOf?: readonly string[];
}

type Fault = ProblemDetail & { field: string; message: string };

/** Reads one value; undefined means absent. Faults are added with their path below this value. */
type Read = (value: unknown, faults: Fault[]) => unknown;

/**
 * Makes the reader of a schema: it checks and makes normal in one pass what callers send, with the
 * tolerance that section 2 asks for (decisions D13 to D15), and throws `Problem` with every fault. The
 * schema is walked once, here; reading a request runs only the functions made of it.
 */
export function reader<S extends TSchema>(schema: S, needs: Needs): (value: unknown) => Static<S> {
  const read = readerOf(schema as unknown as Schema);
  return (given) => {
    const faults: Fault[] = [];
    const value = (read(given ?? {}, faults) ?? {}) as Record<string, unknown>;
    if (faults.length === 0) findMissing(value, needs, faults);
    if (faults.length > 0) throw refusal(faults);
    return value as Static<S>;
  };
}

function findMissing(value: Record<string, unknown>, { required = [], anyOf }: Needs, faults: Fault[]): void {
  for (const field of required) {
    if (value[field] === undefined) faults.push({ field, code: 'REQUIRED', message: 'is required' });
  }
  if (anyOf?.every((field) => value[field] === undefined)) {
    faults.push({
      field: anyOf[0]!,
      code: 'REQUIRED',
      message: `is required (or one of ${anyOf.slice(1).join(', ')})`,
    });
  }
}

function refusal(faults: Fault[]): Problem {
  const kind = faults.every(({ code }) => code === 'REQUIRED') ? 'missing' : 'invalid';
  const details = faults.map((one) => ({ ...one, message: `${one.field || 'The request'} ${one.message}` }));
  return new Problem(kind, details[0]!.message, details);
}

function readerOf(schema: Schema): Read {
  if (schema.type === 'string') return schema.enum ? choiceReader(schema.enum) : readText;
  if (schema.type === 'boolean') return schema['x-yes'] ? readYes : readFlag;
  if (schema.type === 'integer') return readInteger;
  if (schema.type === 'array') return listReader(schema.items ?? {});
  if (schema.type === 'object') return schema.properties ? objectReader(schema, schema.properties) : readFree;
  return (value) => value;
}

function objectReader(schema: Schema, properties: Record<string, Schema>): Read {
  // Null means absent (decision D14), except where any JSON value is content.
  const fields = Object.entries(properties).map(([name, property]) => ({
    name,
    read: readerOf(property),
    takesNull: property.type === undefined && !property.properties,
  }));
  const fromText = schema['x-from-text'];
  return (given, faults) => {
    const isObject = typeof given === 'object' && !Array.isArray(given);
    if (!isObject && (fromText === undefined || Array.isArray(given))) {
      return fault(faults, 'NOT_AN_OBJECT', 'must be an object', given);
    }
    const source = (isObject ? given : { [fromText!]: given }) as Record<string, unknown>;
    const value: Record<string, unknown> = {};
    for (const { name, read, takesNull } of fields) {
      const item = source[name];
      if (item === undefined || (item === null && !takesNull)) continue;
      const before = faults.length;
      const known = read(item, faults);
      if (faults.length > before) addPath(faults, before, name);
      else if (known !== undefined) value[name] = known;
    }
    return value;
  };
}

function listReader(items: Schema): Read {
  const read = readerOf(items);
  return (given, faults) => {
    if (!Array.isArray(given)) return fault(faults, 'NOT_A_LIST', 'must be a list', given);
    const value: unknown[] = [];
    for (let i = 0; i < given.length; i++) {
      if (given[i] === null) continue;
      const before = faults.length;
      value.push(read(given[i], faults));
      if (faults.length > before) addPath(faults, before, `[${i}]`);
    }
    return value;
  };
}

/** Decision D13: the decimal or literal text of a number or a boolean; never a rounded number. */
const readText: Read = (given, faults) => {
  if (typeof given === 'string') return given;
  if (typeof given === 'boolean') return String(given);
  if (typeof given !== 'number') return fault(faults, 'NOT_A_TEXT', 'must be text', given);
  if (Number.isInteger(given) && !Number.isSafeInteger(given)) {
    return fault(faults, 'INEXACT_NUMBER', 'is too large to be exact as a number: send it as text', given);
  }
  const text = String(given);
  return text.includes('e') ? given.toFixed(20).replace(/\.?0+$/, '') : text;
};

function choiceReader(values: readonly string[]): Read {
  return (given, faults) => {
    const before = faults.length;
    const value = readText(given, faults);
    if (faults.length > before || values.includes(value as string)) return value;
    faults.push({
      field: '',
      code: 'NOT_A_POSSIBLE_VALUE',
      message: 'is not one of the possible values',
      possibleValues: values,
      value,
    });
    return undefined;
  };
}

const readFlag: Read = (given, faults) => {
  if (typeof given === 'boolean') return given;
  if (given === 'true' || given === 'false') return given === 'true';
  return fault(faults, 'NOT_A_BOOLEAN', 'must be true or false', given);
};

/** Decision D27. */
const readYes: Read = (given) => /^(true|1|yes)$/i.test(String(given));

const readInteger: Read = (given, faults) => {
  const number = typeof given === 'string' && /^-?\d{1,16}$/.test(given) ? Number(given) : given;
  if (Number.isSafeInteger(number)) return number;
  return fault(faults, 'NOT_AN_INTEGER', 'must be a whole number', given);
};

/** The caller's own content: kept as it is. */
const readFree: Read = (given, faults) =>
  typeof given === 'object' && !Array.isArray(given)
    ? given
    : fault(faults, 'NOT_AN_OBJECT', 'must be an object', given);

function fault(faults: Fault[], code: string, message: string, value: unknown): undefined {
  // Only what is short: the value comes back in the answer.
  const shown = typeof value === 'object' ? {} : { value };
  faults.push({ field: '', code, message, ...shown });
  return undefined;
}

/** Puts a step before the paths of the faults that were found below it. */
function addPath(faults: Fault[], from: number, step: string): void {
  for (const one of faults.slice(from)) {
    const isIndexOrNothing = one.field === '' || one.field.startsWith('[');
    one.field = isIndexOrNothing ? step + one.field : `${step}.${one.field}`;
  }
}
