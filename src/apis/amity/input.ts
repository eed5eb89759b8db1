import { Problem, type ProblemDetail } from '../../model/problem.ts';
import type { Registration } from '../../pipeline/core.ts';
import { deviceKinds } from './words-devices.ts';

type Fault = ProblemDetail & { message: string };

/** What a text must be; lengths in code points (decision D3). */
interface TextRule {
  least?: number;
  most: number;
  required?: boolean;
  oneOf?: readonly string[];
}

/** Reads a body member by member: every fault is told, and what is not known is passed over (decision D2). */
class Reading {
  readonly faults: Fault[] = [];

  text(from: Record<string, unknown>, name: string, rule: TextRule, path = name): string | undefined {
    const { least = 0, most, required = false, oneOf } = rule;
    const value = from[name];
    if (value === undefined) {
      if (required) this.fault(path, 'is required', 'REQUIRED');
      return undefined;
    }
    if (typeof value !== 'string') return this.fault(path, 'must be a string', 'TYPE');
    const length = [...value].length;
    if (length < least || length > most) {
      return this.fault(path, `must be ${least ? `${least} to` : 'at most'} ${most} characters`, 'LENGTH');
    }
    if (oneOf && !oneOf.includes(value)) {
      return this.fault(path, `must be one of ${oneOf.join(', ')}`, 'VALUE');
    }
    return value;
  }

  fault(field: string, says: string, code: string): undefined {
    this.faults.push({ field, code, message: `${field} ${says}` });
  }

  /** Throws when anything was wrong. */
  done(): void {
    const [first] = this.faults;
    if (!first) return;
    const isMissing = this.faults.every(({ code }) => code === 'REQUIRED');
    throw new Problem(isMissing ? 'missing' : 'invalid', first.message, this.faults);
  }
}

function objectOf(body: unknown): Record<string, unknown> {
  if (isObject(body)) return body;
  throw new Problem('invalid', 'The body must be a JSON object', { code: 'NOT_AN_OBJECT' });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const deviceRule = { least: 1, most: 150, required: true };
const userRule = { least: 1, most: 50, required: true };

/** Checked and let go: it is for analytics, which there are none of. */
function checkDevice(reading: Reading, given: unknown): void {
  if (given === undefined) return;
  if (!isObject(given)) {
    reading.fault('deviceInfo', 'must be an object', 'TYPE');
    return;
  }
  reading.text(given, 'kind', { most: 30, oneOf: deviceKinds }, 'deviceInfo.kind');
  reading.text(given, 'model', { most: 300 }, 'deviceInfo.model');
  reading.text(given, 'sdkVersion', { most: 30 }, 'deviceInfo.sdkVersion');
}

/** The body of a registration (amity-sessions.md 2 and 3). */
export function registrationOf(kind: Registration['kind'], given: unknown): Registration {
  const body = objectOf(given);
  const reading = new Reading();
  const userId = kind === 'signed-in' ? reading.text(body, 'userId', userRule) : undefined;
  const deviceId = reading.text(body, 'deviceId', deviceRule);
  checkDevice(reading, body.deviceInfo);
  const more = kind === 'signed-in' ? namesOf(reading, body) : kind === 'visitor' ? signatureOf(body) : {};
  reading.done();
  return { kind, deviceId: deviceId!, ...(userId !== undefined && { userId }), ...more };
}

function namesOf(reading: Reading, body: Record<string, unknown>): Partial<Registration> {
  const displayName = reading.text(body, 'displayName', { most: 100 });
  const profileHandle = reading.text(body, 'profileHandle', { most: 100 });
  const authToken = reading.text(body, 'authToken', { least: 1, most: 100 });
  return {
    ...(displayName !== undefined && { displayName }),
    ...(profileHandle !== undefined && { profileHandle }),
    ...(authToken !== undefined && { authToken }),
  };
}

/**
 * A signature as it came. What is none is as good as absent: where one is demanded all that is wrong with it
 * is told alike, and elsewhere it is passed over (decision D7).
 */
function signatureOf({
  authSignature,
  authSignatureExpiresAt,
}: Record<string, unknown>): Partial<Registration> {
  return {
    ...(typeof authSignature === 'string' && { authSignature }),
    ...(typeof authSignatureExpiresAt === 'string' && { authSignatureExpiresAt }),
  };
}

/** The person that a body, a query or a path names. */
export function userIdOf(given: unknown): string {
  const reading = new Reading();
  const userId = reading.text(objectOf(given), 'userId', userRule);
  reading.done();
  return userId!;
}

/** Whose tokens a query wants revoked: nobody's in particular, or a user's by its public or its private id. */
export function revocationOf(query: unknown): { userId?: string; isPublic: boolean } {
  const given = objectOf(query ?? {});
  const reading = new Reading();
  const userId = reading.text(given, 'userId', { ...userRule, required: false });
  const isPublic = reading.text(given, 'isPublic', { most: 5, oneOf: ['true', 'false'] });
  reading.done();
  return { isPublic: isPublic !== 'false', ...(userId !== undefined && { userId }) };
}
