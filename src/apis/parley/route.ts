import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import { type AgentRole, isAtLeast, roleOf, type View, viewOf } from '../../model/policy.ts';
import { Problem } from '../../model/problem.ts';
import type { Agent, Setup } from '../../model/setup.ts';
import type { Caller, Core } from '../../pipeline/core.ts';
import type { Thing } from '../../pipeline/setup-version.ts';
import { CsvFile, sendCsv } from '../csv.ts';
import { assertOwnPage } from '../own-page.ts';
import type { Reach } from '../reach.ts';
import { checkerOf } from '../validate.ts';
import {
  aboutVersions,
  changeVersioned,
  conditionHeaders,
  readVersioned,
  versionHeader,
} from './condition.ts';
import { signInCookie } from './cookie.ts';
import { answering, components, operationId, withDefaults } from './document.ts';
import { ErrorBody, problems } from './errors.ts';

/** Where the routes of this surface live. */
export const prefix = '/api/v1';

/**
 * Who may use a route. `read`, `write`: keys of any app; `setup`: keys that may act for the whole business, and
 * administrators; `installation`: the key of the first start. A read-only key may never do more than GET. `agent`:
 * people, by a sign-in or an access token; `supervisor`: those of them who see all. `lead`: supervisors and administrators,
 * and keys that may act for the whole business; `listen`: people, and such keys. `open`: everybody.
 */
export type Right =
  | 'read'
  | 'write'
  | 'setup'
  | 'installation'
  | 'agent'
  | 'supervisor'
  | 'lead'
  | 'listen'
  | 'open';

/** A person who calls: the agent, and what that agent sees. */
export interface Me {
  agent: Agent;
  role: AgentRole;
  view: View;
}

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
  /** Who calls, on routes for people. */
  me(): Promise<Me>;
  /** Where the request comes from. */
  from: { address: string; requestId: string; userAgent?: string };
  /** Throws `forbidden` unless a page of ours asks: else somebody could be signed in as somebody else. */
  assertOwnPage(): void;
  /** Has the browser keep a sign-in, or forget it. */
  keep(signIn: { token: string; expiresAt: number } | undefined): void;
  /** Answers 201 instead of 200 when something was made. */
  made(change: 'created' | 'changed' | 'none'): void;
}

/** One line of the table: what it is, who may, what goes in and out, and what it does. */
export interface RouteLine<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  right: Right;
  /** Its name in the document, where the one made of its path is another's. */
  operation?: string;
  /** What end users read here; absent: nothing. */
  reach?: Reach;
  summary: string;
  /** More than a line, for the reference. */
  about?: string;
  params?: P;
  query?: Q;
  body?: B;
  /** It is about nobody's conversation: agents who see only a part of them may use it, too. */
  policy?: true;
  /** The body is looked at by the pipeline itself; its schema is only told. */
  ownCheck?: true;
  /** Whether a POST answers 201, since it made something; each PUT may. */
  creates?: 'always' | 'sometimes';
  answer: A;
  /** What of the setup the address stands for: it has a version then, which a change may name (`condition.ts`). */
  thing?(at: { params: Static<P>; query: Static<Q> }): Thing;
  /** It also answers with a table: how that begins. */
  csv?: string;
  run(ask: Ask<Static<P>, Static<Q>, Static<B>>): Promise<Static<A> | CsvFile>;
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
        config: {
          access: right === 'open' ? 'open' : method === 'GET' ? 'read' : 'write',
          ...(line.reach && { reach: line.reach }),
          ...((line.policy || forPeople.includes(right)) && { policy: true }),
        },
        schema: documentation(line, tag),
        // What the document refers to by name is checked by the schemas themselves.
        validatorCompiler: ({ httpPart }) => {
          const schema = parts[httpPart as keyof typeof parts];
          return !schema || (line.ownCheck && httpPart === 'body') ? () => true : checkerOf(schema, httpPart);
        },
        serializerCompiler: () => JSON.stringify,
        preValidation: async (request) => assertMay(core, request.caller, right),
        async handler(request, reply) {
          const ask = askOf(core, request, reply) as Parameters<typeof line.run>[0];
          const thing = line.thing?.(ask);
          if (!thing) {
            const told = await line.run(ask);
            return told instanceof CsvFile ? sendCsv(reply, told) : told;
          }
          const at = { core, request, reply, thing, params: line.params };
          return (method === 'GET' ? readVersioned : changeVersioned)(at, () => line.run(ask));
        },
      });
    },
  };
}

function documentation<P extends TObject, Q extends TObject, B extends TSchema, A extends TSchema>(
  line: RouteLine<P, Q, B, A>,
  tag: string,
) {
  const version = line.thing && line.method !== 'DELETE' ? versionHeader : {};
  return {
    tags: [tag],
    operationId: line.operation ?? operationId(line.method, line.path),
    summary: line.summary,
    description: [line.about, ...versionsOf(line), rights[line.right]].filter((part) => part).join('\n\n'),
    security: [{ X_API_KEY: [] }],
    ...(line.params && { params: line.params }),
    ...(line.query && { querystring: withDefaults(line.query) }),
    ...(line.body && { body: components.referring(line.body) }),
    ...(line.thing && line.method !== 'GET' && { headers: conditionHeaders(line.method) }),
    response: {
      ...(line.creates !== 'always' && { 200: { ...done(line), ...version } }),
      ...((line.method === 'PUT' || line.creates) && {
        201: { ...answering('Made', line.answer), ...version },
      }),
      ...problems,
    },
  };
}

/** The answer in JSON, and as a table where there is one. */
function done({ answer, csv }: { answer: TSchema; csv?: string }) {
  if (csv === undefined) return answering('Done', answer);
  const table = { type: 'string', description: 'A table, with a line of names.', examples: [csv] };
  const json = { schema: components.referring(answer) };
  return { description: 'Done', content: { 'application/json': json, 'text/csv': { schema: table } } };
}

/** What the reference says of the versions of what a route reads or changes. */
function versionsOf({ thing, method }: { thing?: unknown; method: string }): string[] {
  if (!thing) return [];
  if (method === 'GET') return [aboutVersions.read];
  return [aboutVersions.write, ...(method === 'PUT' ? [aboutVersions.create] : [])];
}

const rights: Record<Right, string> = {
  read: 'Any confidential key of the business.',
  write: 'Any confidential key of the business that may write.',
  setup: 'A key that may act for the whole business (`tenantWide`).',
  installation: 'The key of the installation.',
  agent: 'A person: an agent’s sign-in or access token.',
  supervisor: 'A supervisor or an administrator, by sign-in or access token.',
  lead: 'A key that may act for the whole business (`tenantWide`), a supervisor, or an administrator.',
  listen:
    'A key that may act for the whole business (`tenantWide`), or a person: an agent’s sign-in or access token.',
  open: 'Everybody.',
};

/** Routes that look at what an agent sees. */
const forPeople: readonly Right[] = ['agent', 'supervisor', 'lead', 'listen', 'open'];

async function assertMay(core: Core, caller: Caller, right: Right): Promise<void> {
  const isLead = right === 'lead' && caller.agent !== undefined;
  if (right === 'agent' || right === 'supervisor' || isLead) {
    const { role } = await meOf(core, caller);
    if (isAtLeast(role, right === 'agent' ? 'agent' : 'supervisor')) return;
    throw new Problem('forbidden', 'Only a supervisor or an administrator may do this.', {
      code: 'NO_SUPERVISOR',
    });
  }
  const needsAll = right === 'setup' || ((right === 'listen' || right === 'lead') && !caller.agent);
  if (needsAll && !caller.tenantWide) {
    throw new Problem(
      'forbidden',
      caller.agent
        ? 'Only an administrator may do this.'
        : 'This key speaks for one app: use one that may act for the whole business.',
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

/** Throws `forbidden` for a caller who is nobody: a key speaks for a program. */
export async function meOf(core: Core, caller: Caller): Promise<Me> {
  const setup = await core.setup(caller.businessId);
  const agent = caller.agent && setup.agents.get(caller.agent.code);
  if (!agent)
    throw new Problem('forbidden', 'This is for people: sign in as an agent.', { code: 'NO_AGENT' });
  return { agent, role: roleOf(agent), view: viewOf(agent, setup) };
}

function askOf(core: Core, request: FastifyRequest, reply: FastifyReply): Ask<unknown, unknown, unknown> {
  const { caller } = request;
  const userAgent = request.headers['user-agent'];
  return {
    core,
    caller,
    // Where everybody may call, nobody is of a business yet.
    businessId: caller?.businessId,
    me: () => meOf(core, caller),
    from: { address: request.ip, requestId: request.id, ...(userAgent !== undefined && { userAgent }) },
    assertOwnPage: () => assertOwnPage(request, core.publicUrl),
    keep: (signIn) => void reply.header('set-cookie', signInCookie(core.publicUrl, signIn)),
    params: request.params,
    query: request.query,
    body: request.body,
    setup: () => core.setup(caller.businessId),
    made: (change) => void reply.code(change === 'created' ? 201 : 200),
  };
}
