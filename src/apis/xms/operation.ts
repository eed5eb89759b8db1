import type { FastifyInstance, FastifyRequest, FastifySchema, RouteShorthandOptions } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Caller, Connector, Core } from '../../pipeline/core.ts';
import { componentsOf } from '../components.ts';
import type { Reach } from '../reach.ts';
import { compact, fullList, fullOne, type Told } from './envelope.ts';
import { type Needs, reader } from './input.ts';
import { ApiFailure, compactOf, fullOf } from './schemas/envelope.ts';
import { examples } from './words-examples.ts';

/** The named schemas of this surface in the document. */
const components = componentsOf('xms');

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Name of the body, told with field errors as `obzect`. */
    dto?: string;
  }
}

/** What a handler is given: who asks for what. `connector` is set, and `caller` not, where the access is `connector`. */
export interface Ask<Body, Query> {
  core: Core;
  caller: Caller;
  connector: Connector;
  body: Body;
  query: Query;
  request: FastifyRequest;
}

/** What every operation says of itself, beside its body, its query and its answer. */
interface About {
  method: 'GET' | 'POST';
  /** Below the prefix. */
  path: string;
  access: 'read' | 'write' | 'connector';
  /** What end users read here; absent: nothing. */
  reach?: Reach;
  tag: string;
  /** One line for the documentation, in our own words. */
  summary: string;
  description?: string;
  /** What a success says: `messageKey`, and the same in English. */
  told: Told;
  /** Not part of the documented contract: left out of the document. */
  hidden?: boolean;
}

/** One of the envelopes around a named object, or the object alone. */
export type Envelope = 'full' | 'full list' | 'compact' | 'bare';

/** An operation of the surface, ready to become a route. */
export interface Operation extends About {
  envelope: Envelope;
  answer: TSchema;
  body?: TSchema;
  query?: TSchema;
  needs: Needs;
  // Each operation checks its own body and query: to the table they are unknown.
  run(ask: Ask<unknown, unknown>): Promise<unknown>;
}

type Needed<S extends TSchema, Required extends keyof Static<S>> = Static<S> & {
  [Key in Required]-?: NonNullable<Static<S>[Key]>;
};

/** An operation with a body. `required` are the fields without which nothing can be done (section 14). */
export function post<
  Body extends TSchema,
  Answer extends TSchema,
  Required extends keyof Static<Body> & string = never,
>(
  about: Omit<About, 'method'> & {
    body: Body;
    required?: readonly Required[];
    anyOf?: readonly (keyof Static<Body> & string)[];
    envelope: Envelope;
    answer: Answer;
    run(ask: Ask<Needed<Body, Required>, unknown>): Promise<unknown>;
  },
): Operation {
  const { required = [], anyOf, ...rest } = about;
  const needs = { dto: nameOf(about.body), required, ...(anyOf && { anyOf }) };
  return {
    ...rest,
    method: 'POST',
    needs,
    run: (ask) => about.run(ask as Ask<Needed<Body, Required>, unknown>),
  };
}

/** An operation without a body. */
export function get<
  Query extends TSchema,
  Answer extends TSchema,
  Required extends keyof Static<Query> & string = never,
>(
  about: Omit<About, 'method' | 'access'> & {
    query: Query;
    required?: readonly Required[];
    envelope: Envelope;
    answer: Answer;
    run(ask: Ask<undefined, Needed<Query, Required>>): Promise<unknown>;
  },
): Operation {
  const { required = [], ...rest } = about;
  const run = (ask: Ask<unknown, unknown>) => about.run(ask as Ask<undefined, Needed<Query, Required>>);
  return { ...rest, method: 'GET', access: 'read', needs: { dto: 'query', required }, run };
}

function nameOf(schema: TSchema): string {
  return String((schema as { $id?: string }).$id);
}

/** Makes an operation a route: it reads the body, runs the operation and wraps what comes out. */
export function addRoute(app: FastifyInstance, core: Core, prefix: string, operation: Operation): void {
  const { told, run } = operation;
  const envelope = envelopeOf(operation);
  for (const component of components.of(envelope, operation.body, ApiFailure)) {
    if (!app.getSchema(component.$id)) app.addSchema(component);
  }
  const options: RouteShorthandOptions = {
    config: {
      access: operation.access,
      dto: operation.needs.dto,
      ...(operation.reach && { reach: operation.reach }),
    },
    schema: schemaOf(operation, envelope, prefix),
    validatorCompiler: ({ httpPart }) => validatorOf(operation, httpPart),
  };
  const wrap = wrappers[operation.envelope];
  app.route({
    ...options,
    method: operation.method,
    url: `${prefix}/${operation.path}`,
    handler: async (request) => {
      const { caller, connector, body, query } = request;
      return wrap(await run({ core, caller, connector, body, query, request }), told, request);
    },
  });
}

const wrappers: Record<Envelope, (value: unknown, told: Told, request: FastifyRequest) => unknown> = {
  full: fullOne,
  'full list': (value, told, request) => fullList(value as unknown[], told, request),
  compact: (value, told, request) => compact(value as unknown[], told, request),
  bare: (value) => value,
};

function envelopeOf({ envelope, answer }: Operation): TSchema {
  if (envelope === 'bare') return answer;
  return envelope === 'compact' ? compactOf(nameOf(answer), answer) : fullOf(nameOf(answer), answer);
}

/** Fastify asks for a validator per part; ours also makes the value normal. Headers are read elsewhere. */
function validatorOf({ body, query, needs }: Operation, part: string | undefined) {
  const schema = part === 'body' ? body : part === 'querystring' ? query : undefined;
  if (!schema) return () => true;
  const read = reader(schema, needs);
  return (given: unknown) => {
    try {
      return { value: read(given) };
    } catch (error) {
      return { error: error as Error };
    }
  };
}

const header = (name: string, description: string) => ({ [name]: { type: 'string', description } });
const keyHeaders = {
  ...header('x-api-key', 'The key of an app.'),
  ...header('x-api-id', 'Id of the app to act for; the one of the key when absent.'),
};
const tokenHeader = header('x-verify-token', 'The token of a custom channel.');

/** What the document says of a route. Its `required` are checked by our reader, not by Fastify. */
function schemaOf(operation: Operation, envelope: TSchema, prefix: string): FastifySchema {
  const { access, body, query, tag, summary, description, needs, method, hidden } = operation;
  const byToken = access === 'connector';
  const bodySchema = body && {
    allOf: [
      components.refTo(body),
      {
        required: needs.required,
        ...(needs.anyOf && { anyOf: needs.anyOf.map((name) => ({ required: [name] })) }),
      },
    ],
  };
  return {
    tags: [tag],
    summary,
    ...(description && { description }),
    ...(hidden && { hide: true }),
    operationId: operationId(operation),
    ...exampleOf(operation, prefix),
    security: byToken ? [] : [{ X_API_KEY: [] }],
    headers: { type: 'object', properties: byToken ? tokenHeader : keyHeaders },
    ...(query && { querystring: query }),
    ...(bodySchema && { body: bodySchema }),
    response: {
      200: { description: 'Done', ...components.refTo(envelope) },
      ...(method === 'POST' && {
        201: { description: 'Listed by the contract; never answered', type: 'null' },
      }),
      401: { description: 'The key or the token is missing or unknown', ...components.refTo(ApiFailure) },
      403: { description: 'The key may not do this', ...components.refTo(ApiFailure) },
      404: { description: 'There is no such thing', ...components.refTo(ApiFailure) },
      default: { description: 'Every other failure', ...components.refTo(ApiFailure) },
    },
  };
}

/** What the document shows: a request, and what comes back in its envelope. */
function exampleOf({ method, path, envelope, told }: Operation, prefix: string): object {
  const example = examples[`${method} ${path}`];
  if (!example) return {};
  const { request, answer } = example;
  const full = {
    ...(envelope === 'full' && { data: answer }),
    message: told.text,
    messageKey: told.key,
    results: [answer],
    status: '200',
    statusKey: 'SUCCESS',
    timestamp: 1_767_604_351_000,
    traceid: '65f0c0ffee65f0c0ffee65f7',
    ...(envelope !== 'compact' && { path: `${prefix}/${path}` }),
  };
  return { 'x-example': { request, response: envelope === 'bare' ? answer : full } };
}

function operationId({ method, path }: Operation): string {
  return method.toLowerCase() + path.replace(/(?:^|\/)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
