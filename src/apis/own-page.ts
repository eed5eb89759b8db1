import type { FastifyRequest } from 'fastify';
import { Problem } from '../model/problem.ts';

/** A page of another origin can send it only when CORS lets it, which it does not. */
export const clientHeader = 'x-parley-client';

/**
 * Throws `forbidden` for what a page of somebody else may have made a browser send: it must carry `x-parley-client`,
 * and the browser must not say that it comes from elsewhere.
 */
export function assertOwnPage(request: FastifyRequest, publicUrl: URL): void {
  const { headers } = request;
  // A browser sets no header of ours on an upgrade, but always says where it comes from.
  const isMarked =
    headers.upgrade === undefined ? headers[clientHeader] !== undefined : headers.origin !== undefined;
  const site = headers['sec-fetch-site'];
  if (isMarked && isOurs(request, publicUrl) && (site === undefined || site === 'same-origin')) return;
  throw new Problem(
    'forbidden',
    `The sign-in of a browser is for pages of this server alone, and for requests with ${clientHeader}`,
    { field: clientHeader, code: 'CROSS_SITE' },
  );
}

function isOurs({ headers: { origin }, host }: FastifyRequest, publicUrl: URL): boolean {
  if (origin === undefined || origin === publicUrl.origin) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}
