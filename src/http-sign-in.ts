import type { FastifyRequest } from 'fastify';
import { assertOwnPage } from './apis/own-page.ts';
import { signInCookieName } from './pipeline/sign-ins.ts';

/**
 * What a browser brings along by itself. Whoever names a key or a token means that one: undefined then. A request
 * that changes something must come from a page of ours. Throws `forbidden`.
 */
export function cookieOf(request: FastifyRequest, publicUrl: URL): string | undefined {
  const { headers, method } = request;
  if (
    headers.cookie === undefined ||
    headers.authorization !== undefined ||
    headers['x-api-key'] !== undefined
  )
    return undefined;
  const token = tokenIn(headers.cookie);
  if (token === undefined) return undefined;
  if (headers.upgrade !== undefined || !/^(GET|HEAD|OPTIONS)$/.test(method))
    assertOwnPage(request, publicUrl);
  return token;
}

function tokenIn(cookies: string): string | undefined {
  for (const pair of cookies.split(';')) {
    const [name, value] = pair.trim().split('=');
    if (name === signInCookieName && value) return value;
  }
  return undefined;
}
