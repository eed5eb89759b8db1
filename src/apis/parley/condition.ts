import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TObject } from 'typebox';
import { invalid } from '../../model/problem.ts';
import type { Core } from '../../pipeline/core.ts';
import { changeExpected, type Thing } from '../../pipeline/setup-version.ts';
import { isEndUser } from '../reach.ts';

/** How two people who change one thing learn of each other, for the reference. */
export const aboutVersions = {
  read: 'The answer has an `ETag`, except to end users: its version, another one after each change.',
  write:
    'With `If-Match` it is only changed while it is of that version; 412 and `STALE` otherwise. The answer has the new `ETag`.',
  create: 'With `If-None-Match: *` it is only made, never changed: 412 and `TAKEN` when it is there already.',
};

const text = (description: string) => ({ type: 'string', description });
const matchHeader = { 'if-match': text('Versions (`ETag`) of which it may be; `*`: it is there.') };

/** The headers of a change, for the reference. */
export const conditionHeaders = (method: string) => ({
  type: 'object',
  properties: {
    ...matchHeader,
    ...(method === 'PUT' && { 'if-none-match': text('`*`: it must not be there yet.') }),
  },
});

/** The header of an answer, for the reference. */
export const versionHeader = { headers: { ETag: text('Its version.') } };

interface At {
  core: Core;
  request: FastifyRequest;
  reply: FastifyReply;
  thing: Thing;
  params: TObject | undefined;
}

/**
 * Answers a read with the version of the thing, which is read first: what is told may be newer, never older. End users
 * are told less of a thing, and learn nothing of the rest by its version either.
 */
export async function readVersioned<T>(
  { core, request, reply, thing }: At,
  work: () => Promise<T>,
): Promise<T> {
  const { caller } = request;
  const version = isEndUser(caller) ? undefined : await core.versionOf(caller.businessId, thing);
  if (version !== undefined) reply.header('etag', `"${version}"`);
  return work();
}

/** Does a change provided that the thing is as the request expects. */
export async function changeVersioned<T>(
  { request, reply, thing, params }: At,
  work: () => Promise<T>,
): Promise<T> {
  const { headers, method } = request;
  const match = headers['if-match'];
  const none = method === 'PUT' ? headers['if-none-match'] : undefined;
  if (none !== undefined && none.trim() !== '*')
    throw invalid('if-none-match', 'if-none-match can only be *: it must not be there yet');
  const [field = 'id'] = Object.keys(params?.properties ?? {});
  const { answer, version } = await changeExpected(
    { thing, field, isNew: none !== undefined, ...(match !== undefined && { match: versionsIn(match) }) },
    work,
  );
  if (version !== undefined) reply.header('etag', `"${version}"`);
  return answer;
}

/** The versions that a header names; a weak one is never equal to any. */
function versionsIn(header: string): string[] | '*' {
  if (header.trim() === '*') return '*';
  const entry = /\s*(W\/)?"([^"]*)"\s*(?:,|$)/y;
  const versions: string[] = [];
  while (entry.lastIndex < header.length) {
    const read = entry.exec(header);
    if (!read) throw invalid('if-match', 'if-match must be * or versions in quotes, as ETag tells them');
    if (!read[1]) versions.push(read[2]!);
  }
  return versions;
}
