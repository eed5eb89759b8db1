import { createSecretKey } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Seal } from './setup-secrets.ts';

/** The tokens of one issuer: signed with a secret that no other issuer has (decision D15). */
export interface Tokens {
  sign(claims: JWTPayload): Promise<string>;
  /** The claims of a token that this issuer signed and that has not expired; undefined for any other. */
  verify(token: string): Promise<JWTPayload | undefined>;
}

/** Longer ones are not looked at. */
export const longestToken = 4096;

const algorithm = 'HS256';

/** The tokens of `issuer`. What was signed under a former secret of the installation is good still. */
export function makeTokens(seal: Pick<Seal, 'keysFor'>, issuer: string): Tokens {
  const keys = seal.keysFor(issuer).map((key) => createSecretKey(key));
  return {
    sign: (claims) =>
      new SignJWT({ ...claims, iss: issuer })
        .setProtectedHeader({ alg: algorithm, typ: 'JWT' })
        .sign(keys[0]!),
    async verify(token) {
      if (token.length > longestToken) return undefined;
      for (const key of keys) {
        try {
          return (await jwtVerify(token, key, { algorithms: [algorithm], issuer })).payload;
        } catch (error) {
          if (!(error instanceof errors.JOSEError)) throw error;
        }
      }
      return undefined;
    },
  };
}

/** True for what has the form of a JWT: three parts, of which the first begins a JSON object. */
export function looksLikeToken(text: string): boolean {
  return text.startsWith('eyJ') && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
}
