import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { Business } from '../../model/setup.ts';
import type { Caller, Core } from '../../pipeline/core.ts';
import type { Reach } from '../reach.ts';
import { components, Failure } from './schemas.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A key that is not known is refused in plain text. */
    plainRefusal?: true;
  }
}

/** A request as a route sees it. */
export interface Ask {
  core: Core;
  caller: Caller;
  business: Business;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** One line of the table: what it is, who may, what goes in and out. Bodies and queries are checked by `run`. */
export interface Line {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  access: 'register' | 'vouch' | 'read' | 'write';
  /** What it is about the caller's own token. */
  reach?: Reach;
  tag: string;
  summary: string;
  description?: string;
  body?: TSchema;
  /** In the path or in the query, by name: what it is. */
  params?: Record<string, string>;
  query?: Record<string, string>;
  answer: TSchema;
  /** The answer is text, and so is the refusal of a key. */
  plain?: true;
  /** The same as another one: left out of the document. */
  hidden?: true;
  run(ask: Ask): Promise<unknown>;
}

/** Bodies of registrations are short, bytes (amity-sessions.md 10). */
const bodyLimit = 16 * 1024;

/** Makes a line of the table a route. */
export function addRoute(app: FastifyInstance, core: Core, line: Line): void {
  for (const component of components.of(line.body, line.answer, Failure)) {
    if (!app.getSchema(component.$id)) app.addSchema(component);
  }
  const { method, path, access, reach, plain } = line;
  app.route({
    method,
    url: path,
    bodyLimit,
    config: { access, ...(reach && { reach }), ...(plain && { plainRefusal: true }) },
    schema: documentation(line),
    validatorCompiler: () => () => true,
    serializerCompiler: () => JSON.stringify,
    handler: async (request, reply) => {
      const { caller } = request;
      const { business } = await core.setup(caller.businessId);
      return line.run({ core, caller, business, request, reply });
    },
  });
}

const security = {
  register: [{ X_API_KEY: [] }],
  vouch: [{ X_SERVER_KEY: [] }],
  read: [{ BEARER: [] }],
  write: [{ BEARER: [] }],
};

function documentation(line: Line) {
  const { tag, summary, description, access, body, params, query, answer, plain, hidden } = line;
  return {
    tags: [tag],
    operationId: operationId(line),
    summary,
    ...(description && { description }),
    ...(hidden && { hide: true }),
    security: security[access],
    ...(body && { body: components.referring(body) }),
    ...(params && { params: texts(params, true) }),
    ...(query && { querystring: texts(query, false) }),
    response: {
      200: plain
        ? { description: 'Done', content: { 'text/plain': { schema: components.referring(answer) } } }
        : { description: 'Done', ...components.referring(answer) },
      '4xx': { description: 'The request is at fault', ...components.referring(Failure) },
      '5xx': { description: 'The server is at fault', ...components.referring(Failure) },
    },
  };
}

function texts(parts: Record<string, string>, required: boolean) {
  return {
    type: 'object',
    properties: Object.fromEntries(
      Object.entries(parts).map(([name, description]) => [name, { type: 'string', description }]),
    ),
    required: required ? Object.keys(parts) : [],
  };
}

/** `POST /api/v5/sessions/bot` as `postV5SessionsBot`: versions stand side by side. */
function operationId({ method, path }: Line): string {
  const words = path
    .split('/')
    .slice(2)
    .flatMap((step) => step.replace(':', '').split('-'))
    .map((word) => word[0]!.toUpperCase() + word.slice(1));
  return method.toLowerCase() + words.join('');
}
