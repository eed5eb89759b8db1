import { createHash, createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { Profile } from '../model/contact.ts';
import { isEmail } from '../model/email.ts';
import { present } from '../model/present.ts';
import { invalid, Problem } from '../model/problem.ts';
import type { Site } from '../model/site.ts';
import { longestToken } from './jwt.ts';
import type { Seal } from './seal.ts';

/** Ids that nobody may be vouched for under: they belong to visitors without a name, or to other systems. */
const reserved = ['visitor-', 'visitor_', 'bot_', 'ADMIN_', 'DELETED_'];
const longestPerson = 200;
/** Clocks of two servers differ, s. */
const tolerance = 30;

/** What a browser keeps, so that its visitor is known again: random, and signed by us. */
export function newVisitorId(seal: Seal): string {
  const random = randomBytes(16).toString('hex');
  return `${random}.${seal.sign(`visitor ${random}`)}`;
}

/**
 * The address of a visitor on a channel, which everybody in the business may see: it does not tell the id that
 * the browser keeps. Undefined: that id is none of ours.
 */
export function addressOf(seal: Seal, visitorId: string | undefined): string | undefined {
  const [random = '', signature = ''] = visitorId?.split('.') ?? [];
  if (!/^[0-9a-f]{32}$/.test(random) || !seal.isSigned(`visitor ${random}`, signature)) return undefined;
  return `visitor-${createHash('sha256').update(random).digest('hex').slice(0, 24)}`;
}

/** A person, as the business's server vouches for. */
export interface Person {
  id: string;
  profile: Profile;
}

/**
 * Whom the business's server vouches for: by a JWT (HS256, with `sub` and `exp`), or by the HMAC-SHA256 of the id
 * alone. Throws `unauthorized`, which does not say what is wrong with the signature.
 */
export async function personOf(
  { identitySecret }: Pick<Site, 'identitySecret'>,
  given: Record<string, unknown>,
): Promise<Person> {
  if (!identitySecret) throw refused('This site vouches for nobody: it has no identity secret');
  const claims =
    typeof given.token === 'string'
      ? await claimsOf(given.token, identitySecret)
      : hashedOf(given, identitySecret);
  const id = typeof claims.id === 'number' ? String(claims.id) : claims.id;
  if (typeof id !== 'string' || id.trim() === '' || id.length > longestPerson || /[\p{Cc}\p{Cs}]/u.test(id))
    throw refused('The identity names nobody');
  if (reserved.some((prefix) => id.startsWith(prefix))) throw refused('The identity names a reserved id');
  return { id, profile: vouchedProfile(claims.about) };
}

interface Claims {
  id: unknown;
  about: Record<string, unknown>;
}

async function claimsOf(token: string, secret: string): Promise<Claims> {
  try {
    if (token.length > longestToken) throw refused();
    const { payload } = await jwtVerify(token, createSecretKey(Buffer.from(secret)), {
      algorithms: ['HS256'],
      requiredClaims: ['sub', 'exp'],
      clockTolerance: tolerance,
    });
    return { id: payload.sub, about: payload };
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new Problem('unauthorized', 'The identity has expired', { code: 'IDENTITY_EXPIRED' });
    if (error instanceof errors.JOSEError) throw refused();
    throw error;
  }
}

function hashedOf(given: Record<string, unknown>, secret: string): Claims {
  const { userId, hash } = given;
  if (typeof userId !== 'string' || typeof hash !== 'string' || !/^[0-9a-f]{64}$/i.test(hash))
    throw refused();
  const expected = createHmac('sha256', secret).update(userId).digest();
  if (!timingSafeEqual(expected, Buffer.from(hash, 'hex'))) throw refused();
  // What stands beside a hash of the id alone is nobody's word: the page may say it of itself.
  return { id: userId, about: {} };
}

function refused(message = 'The identity is not signed as it must be'): Problem {
  return new Problem('unauthorized', message, { code: 'IDENTITY', field: 'identity' });
}

function vouchedProfile({ name, email, phone, picture }: Record<string, unknown>): Profile {
  const text = (value: unknown) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= 200 && !/[\p{Cc}\p{Cs}]/u.test(value)
      ? value.trim()
      : undefined;
  const imageUrl =
    typeof picture === 'string' && /^https:\/\/\S{1,2040}$/.test(picture) ? picture : undefined;
  return present({ name: text(name), email: text(email), phone: text(phone), imageUrl });
}

/**
 * What a visitor says of himself, checked. Digits of other scripts count. Throws `invalid` by the name of the field.
 */
export function saidProfile(given: Record<string, unknown>): Pick<Profile, 'name' | 'email' | 'phone'> {
  const text = (field: string) => {
    const value = given[field];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string' || value.length > 200 || /[\p{Cc}\p{Cs}]/u.test(value))
      throw invalid(field, `${field} must be a line of at most 200 characters`);
    return value.trim() || undefined;
  };
  const [name, email, phone] = [text('name'), text('email'), text('phone')];
  if (email !== undefined && !isEmail(email))
    throw invalid('email', 'This is no e-mail address', { code: 'BAD_EMAIL' });
  const digits = phone?.normalize('NFKC').replace(/[٠-٩]/g, (c) => String(c.charCodeAt(0) - 0x660));
  if (digits !== undefined && !/^\+?[\d\s().-]{5,30}$/.test(digits))
    throw invalid('phone', 'This is no phone number', { code: 'BAD_PHONE' });
  return present({ name, email, phone: digits });
}
