import { createHash } from 'node:crypto';
import { decodeJwt } from 'jose';
import { installationKey, testServer } from '../parley/server.ts';

/** A business with a key of each kind, and what its callers can do; further businesses on the same server. */
export async function testNetwork(env: Record<string, string> = {}) {
  const house = await testServer(env);
  const ask = async (
    method: string,
    path: string,
    how: { body?: unknown; key?: string; bearer?: string; headers?: Record<string, string> } = {},
  ) => {
    const { body, key, bearer, headers } = how;
    const answer = await fetch(`${house.address}${path}`, {
      method,
      headers: {
        ...(key !== undefined && { 'x-api-key': key }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = answer.headers.get('content-type')?.startsWith('application/json');
    return { status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : text };
  };
  const network = async (key: string) => {
    const made = async (more: object) =>
      (await ask('POST', '/api/v1/keys', { key, body: { name: 'test', ...more } })).body;
    const publishable = (await made({ kind: 'publishable' })).key as string;
    const confidential = (await made({})).key as string;
    const server = (await made({ kind: 'server' })).key as string;
    const register = (path: string, body: object, by = publishable) =>
      ask('POST', `/api/v5/sessions${path}`, { key: by, body });
    const token = async (path: string, body: object, by = publishable) =>
      (await register(path, body, by)).body.accessToken as string;
    return {
      admin: key,
      publishable,
      confidential,
      server,
      made,
      register,
      /** Tokens of new registrations. */
      bot: (deviceId: string, by?: string) => token('/bot', { deviceId }, by),
      visitor: (deviceId: string, by?: string) => token('/visitor', { deviceId }, by),
      signedIn: (userId: string, deviceId: string) => token('', { userId, deviceId }),
      /** The same in secure mode: the business's server vouches for the person. */
      async vouchedFor(userId: string, deviceId: string) {
        const headers = { 'x-server-key': server };
        const { text } = await ask('POST', '/api/v4/authentication/token', { headers, body: { userId } });
        return token('', { userId, deviceId, authToken: text });
      },
      settings: (endUsers: object) =>
        ask('PATCH', '/api/v1/business', { key, body: { settings: { endUsers } } }),
    };
  };
  /** A statement of the test's own, straight to the database. */
  const run = (text: string, values: unknown[] = []) =>
    house.db.run({ name: createHash('sha256').update(text).digest('hex').slice(0, 40), text }, values);
  return {
    ...house,
    ask,
    run,
    own: await network(installationKey),
    another: async (domain: string) => {
      const { body } = await ask('POST', '/api/v1/businesses', { key: installationKey, body: { domain } });
      return network(body.key);
    },
  };
}

/** The claims of a token, unchecked. */
export const claimsOf = (token: string) =>
  decodeJwt(token) as ReturnType<typeof decodeJwt> & Record<string, never>;
