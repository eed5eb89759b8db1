import type { FastifyRequest } from 'fastify';

/** A header; when it came several times, joined by commas, its last value that is not empty (decision D5). */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const text = wholeHeader(request, name);
  if (text === undefined) return undefined;
  if (!text.includes(',')) return text.trim() || undefined;
  return text
    .split(',')
    .map((part) => part.trim())
    .findLast((part) => part !== '');
}

/** A header as it came; several of one name joined by commas. */
export function wholeHeader(request: FastifyRequest, name: string): string | undefined {
  const header = request.headers[name];
  return Array.isArray(header) ? header.join(',') : header;
}
