import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import { Problem } from '../../model/problem.ts';
import type { Setup } from '../../model/setup.ts';
import type { Caller, Core } from '../../pipeline/core.ts';
import { answering, components, operationId, withDefaults } from './document.ts';
import { ErrorBody, problems } from './errors.ts';
import { checkerOf } from './validate.ts';

/** Where the routes of this surface live. */
export const prefix = '/api/v1';

/**
 * Who may use a route. `read`, `write`: keys of any app; `setup`: keys that may act for the whole business;
 * `installation`: the key of the first start. A read-only key may never do more than GET.
 */
export type Right = 'read' | 'write' | 'setup' | 'installation';

/** A request as a route sees it: known caller, checked input. */
export interface Ask<Params, Query, Body> {
  core: Core;
  caller: Caller;
  /** The business of the caller. */
  businessId: number;
  params: Params;
  query: Query;
  body: Body;
  setup(): Promise<Setup>;
  /** Answers 201 instead of 200 when something was made. */
  made(change: 'created' | 'changed' | 'none'): void;
}

/** One line of the table: what it is, who may, what goes in and out, and what it does. */
export interface RouteLine<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  right: Right;
  summary: string;
  /** More than a line, for the reference. */
  about?: string;
  params?: P;
  query?: Q;
  body?: B;
  /** The body is looked at by the pipeline itself; its schema is only told. */
  ownCheck?: true;
  /** Whether a POST answers 201, since it made something; each PUT may. */
  creates?: 'always' | 'sometimes';
  answer: A;
  run(ask: Ask<Static<P>, Static<Q>, Static<B>>): Promise<Static<A>>;
}

/** A route of a table, its types forgotten. */
export interface Route {
  readonly method: string;
  /** Below the prefix. */
  readonly path: string;
  readonly right: Right;
  register(app: FastifyInstance, core: Core, tag: string): void;
}

/** Declares a route; what `run` gets and answers follows from the schemas. */
export function route<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends TSchema = TSchema,
  A extends TSchema = TSchema,
>(line: RouteLine<P, Q, B, A>): Route {
  const { method, path, right } = line;
  const parts = { body: line.body, querystring: line.query, params: line.params };
  return {
    method,
    path,
    right,
    register(app, core, tag) {
      for (const component of components.of(line.body, line.answer, ErrorBody)) {
        if (!app.getSchema(component.$id)) app.addSchema(component);
      }
      app.route({
        method,
        url: prefix + path,
        config: { access: method === 'GET' ? 'read' : 'write' },
        schema: documentation(line, tag),
        // What the document refers to by name is checked by the schemas themselves.
        validatorCompiler: ({ httpPart }) => {
          const schema = parts[httpPart as keyof typeof parts];
          return !schema || (line.ownCheck && httpPart === 'body') ? () => true : checkerOf(schema, httpPart);
        },
        serializerCompiler: () => JSON.stringify,
        preValidation: async (request) => assertMay(request.caller, right),
        handler: (request, reply) => line.run(askOf(core, request, reply) as Parameters<typeof line.run>[0]),
      });
    },
  };
}

function documentation<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema>(
  line: RouteLine<P, Q, B, A>,
  tag: string,
) {
  return {
    tags: [tag],
    operationId: operationId(line.method, line.path),
    summary: line.summary,
    description: [line.about, rights[line.right]].filter((part) => part).join('\n\n'),
    security: [{ X_API_KEY: [] }],
    ...(line.params && { params: line.params }),
    ...(line.query && { querystring: withDefaults(line.query) }),
    ...(line.body && { body: components.referring(line.body) }),
    response: {
      ...(line.creates !== 'always' && { 200: answering('Done', line.answer) }),
      ...((line.method === 'PUT' || line.creates) && { 201: answering('Made', line.answer) }),
      ...problems,
    },
  };
}

const rights: Record<Right, string> = {
  read: 'Any confidential key of the business.',
  write: 'Any confidential key of the business that may write.',
  setup: 'A key that may act for the whole business (`tenantWide`).',
  installation: 'The key of the installation.',
};

function assertMay(caller: Caller, right: Right): void {
  if (right === 'setup' && !caller.tenantWide) {
    throw new Problem(
      'forbidden',
      'This key speaks for one app: use one that may act for the whole business.',
      {
        code: 'NOT_TENANT_WIDE',
      },
    );
  }
  if (right === 'installation' && !caller.installation) {
    throw new Problem('forbidden', 'Only the key of the installation may do this.', {
      code: 'NOT_INSTALLATION',
    });
  }
}

function askOf(core: Core, request: FastifyRequest, reply: FastifyReply): Ask<unknown, unknown, unknown> {
  const { caller } = request;
  return {
    core,
    caller,
    businessId: caller.businessId,
    params: request.params,
    query: request.query,
    body: request.body,
    setup: () => core.setup(caller.businessId),
    made: (change) => void reply.code(change === 'created' ? 201 : 200),
  };
}
