import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import { Problem } from '../../model/problem.ts';
import type { Setup } from '../../model/setup.ts';
import type { Caller, Core } from '../../pipeline/core.ts';
import { componentsOf } from '../components.ts';
import { isEndUser, type Reach } from '../reach.ts';
import { checkerOf } from '../validate.ts';
import { ErrorBody } from './errors.ts';

/** Where the routes of this surface live. */
export const prefix = '/v1';

/** The named schemas of this surface in the document. */
const components = componentsOf('azeer');

/**
 * Who may use a route. `read` and `write`: keys of any app; `setup`: keys that may act for the whole
 * business, for what changes agents and tags, and for webhooks, which hear of everybody.
 */
export type Right = 'read' | 'write' | 'setup';

/** A request as a route sees it: known caller, checked input. */
export interface Ask<Params, Query, Body> {
  core: Core;
  caller: Caller;
  businessId: number;
  params: Params;
  query: Query;
  body: Body;
  setup(): Promise<Setup>;
  /** An end user reads: what only the business itself may see is left out. */
  isGuest: boolean;
}

/** One line of the table: what it is, who may, what goes in and out, and what it does. */
export interface RouteLine<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the prefix; `//x` is the prefix with `x` right behind it. */
  path: string;
  right: Right;
  /** What end users read here; absent: nothing. */
  reach?: Reach;
  tag: string;
  summary: string;
  about?: string;
  params?: P;
  query?: Q;
  body?: B;
  answer: A;
  /** Status of a success; 200 unless the contract has another one. */
  status?: 201;
  /** A request and its answer, as the document shows them. */
  example: { request?: unknown; response: unknown };
  /** Not the documented address: answered, and left out of the document. */
  hidden?: true;
  run(ask: Ask<Static<P>, Static<Q>, Static<B>>): Promise<Static<A>>;
}

/** A route of a table, its types forgotten. */
export interface Route {
  readonly method: string;
  /** With the prefix. */
  readonly url: string;
  readonly right: Right;
  readonly body?: TSchema;
  readonly query?: TObject;
  readonly params?: TObject;
  readonly answer: TSchema;
  readonly example: { request?: unknown; response: unknown };
  readonly hidden?: true;
  register(app: FastifyInstance, core: Core): void;
}

/** Declares a route; what `run` gets and answers follows from the schemas. */
export function route<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends TSchema = TSchema,
  A extends TSchema = TSchema,
>(line: RouteLine<P, Q, B, A>): Route {
  const { method, right, body, query, params, answer, example, hidden } = line;
  const parts = { body, querystring: query, params };
  const url = line.path.startsWith('//') ? prefix + line.path.slice(2) : prefix + line.path;
  return {
    method,
    url,
    right,
    ...(body && { body }),
    ...(query && { query }),
    ...(params && { params }),
    answer,
    example,
    ...(hidden && { hidden }),
    register(app, core) {
      for (const component of components.of(body, answer, ErrorBody)) {
        if (!app.getSchema(component.$id)) app.addSchema(component);
      }
      app.route({
        method,
        url,
        config: { access: method === 'GET' ? 'read' : 'write', ...(line.reach && { reach: line.reach }) },
        schema: documentation(line, url),
        // What the document refers to by name is checked by the schemas themselves.
        validatorCompiler: ({ httpPart }) => {
          const schema = parts[httpPart as keyof typeof parts];
          return schema ? checkerOf(schema, httpPart) : () => true;
        },
        serializerCompiler: () => JSON.stringify,
        preValidation: async (request) => assertMay(request.caller, right),
        handler: async (request, reply) => {
          const told = await line.run(askOf(core, request) as Parameters<typeof line.run>[0]);
          if (line.status) reply.code(line.status);
          return told;
        },
      });
    },
  };
}

function assertMay(caller: Caller, right: Right): void {
  if (right !== 'setup' || caller.tenantWide) return;
  throw new Problem('forbidden', 'This key speaks for one app: use one that may act for the whole business', {
    code: 'NOT_TENANT_WIDE',
  });
}

function askOf(core: Core, request: FastifyRequest): Ask<unknown, unknown, unknown> {
  const { caller, params, query, body } = request;
  const { businessId } = caller;
  const isGuest = isEndUser(caller);
  return { core, caller, businessId, params, query, body, isGuest, setup: () => core.setup(businessId) };
}

const rights: Record<Right, string> = {
  read: 'Any confidential key of the business.',
  write: 'Any confidential key of the business that may write.',
  setup: 'A key that may write, and act for the whole business (`tenantWide`).',
};

const readsSetup = 'A key that may act for the whole business (`tenantWide`).';

function documentation<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema>(
  line: RouteLine<P, Q, B, A>,
  url: string,
) {
  const failure = components.refTo(ErrorBody);
  return {
    tags: [line.tag],
    operationId: operationId(line.method, url),
    summary: line.summary,
    description: [
      line.about,
      line.method === 'GET' && line.right === 'setup' ? readsSetup : rights[line.right],
    ]
      .filter((part) => part)
      .join('\n\n'),
    ...(line.hidden && { hide: true }),
    'x-example': line.example,
    ...(line.params && { params: line.params }),
    ...(line.query && { querystring: line.query }),
    ...(line.body && { body: components.referring(line.body) }),
    response: {
      [line.status ?? 200]: { 'x-response-description': 'Done', ...components.referring(line.answer) },
      '4xx': { description: 'The request is at fault', ...failure },
      '5xx': { description: 'The server is at fault', ...failure },
    },
  };
}

/** `GET /v1/agent/:id` as `azeerGetAgentId`: two surfaces may well have the same paths below their prefix. */
function operationId(method: string, url: string): string {
  const words = url
    .slice(prefix.length)
    .split(/[/.:]+/)
    .filter((word) => word !== '')
    .map((word) => word[0]!.toUpperCase() + word.slice(1));
  return `azeer${method[0]}${method.slice(1).toLowerCase()}${words.join('')}`;
}
