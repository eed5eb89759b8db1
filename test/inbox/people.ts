import { scryptSync } from 'node:crypto';
import { put } from '../../src/store/agent-passwords.ts';
import { testServer } from '../apis/parley/server.ts';

export const password = 'correct horse battery';
/** Of little cost: the parameters stand with each hash. */
const cheapHash = [
  'scrypt',
  2,
  1,
  1,
  'c2FsdA==',
  scryptSync(password, 'salt', 32, { N: 2, r: 1, p: 1 }).toString('base64'),
];

/** A server with people who can sign in, and what a browser or a program does for them. */
export async function inboxHouse(env: Record<string, string> = {}) {
  const house = await testServer({ PARLEY_ADMIN_PASSWORD: password, ...env });
  const ask = async (
    method: string,
    path: string,
    how: { body?: unknown; bearer?: string; cookie?: string; headers?: Record<string, string> } = {},
  ) => {
    const { body, bearer, cookie, headers } = how;
    const answer = await fetch(`${house.address}/api/v1${path}`, {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: JSON.parse(text) };
  };
  const signIn = (email: string, more: object = {}) =>
    ask('POST', '/sign-in', { body: { email, password, as: 'token', ...more } });
  const done = async (method: string, path: string, body?: unknown) => {
    const answer = await house.api(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const business = (await done('GET', '/business')).id as number;
  return {
    ...house,
    business,
    ask,
    done,
    signIn,
    /** An agent who has the password; answers the token of a sign-in. */
    async agent(code: string, more: object = {}): Promise<string> {
      await done('PUT', `/agents/${code}`, { email: `${code}@shop.example`, ...more });
      await put(house.db, business, code, cheapHash.join('$'));
      return (await signIn(`${code}@shop.example`)).body.token;
    },
    /** An administrator of another business; answers the token. */
    async stranger(): Promise<string> {
      const { key } = (await house.api('POST', '/businesses', { domain: 'other' })).body;
      const { uuid } = (await house.api('GET', '/business', undefined, key)).body;
      const opened = await house.call(
        'POST',
        '/v1/app/user.new.session',
        {
          business_id: uuid,
          platform_type: 'avocado',
          platform_id: 'eve',
          role: 'admin',
          profile_name: 'eve',
          display_name: 'Eve',
          profile_image_url: 'https://img.example/eve.png',
        },
        key,
      );
      return opened.body.headers.Authorization.replace('Bearer ', '');
    },
    /** Who calls as this person: answers what was answered, and fails when that is no success. */
    as: (bearer: string) => async (method: string, path: string, body?: unknown) => {
      const answer = await ask(method, path, { bearer, body });
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      return answer.body;
    },
  };
}

/** What is at fault, in short. */
export const faultOf = ({
  status,
  body,
}: {
  status: number;
  body: { error?: { fields: { code: string }[] } };
}) => ({
  status,
  code: body.error?.fields[0]?.code,
});
