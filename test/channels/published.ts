import { existsSync, readFileSync } from 'node:fs';
import { createLogger } from '@stoplight/prism-core';
import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';
import { vi } from 'vitest';
import type {
  Call,
  CallRequest,
  Outgoing,
  Person,
  Sent,
  SignalTo,
  UploadedMedia,
  UploadFile,
} from '../../src/channels/channel.ts';
import { renderFor } from '../../src/channels/fallback.ts';
import { channelOf } from '../../src/channels/index.ts';
import { parseAllowList } from '../../src/model/address.ts';
import type { Content } from '../../src/model/message.ts';
import { openOutside } from '../../src/pipeline/outside.ts';
import { outgoing, type Sample } from './tools.ts';

/** A schema of a description, or a part of one. */
export interface Schema {
  [name: string]: unknown;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  discriminator?: { propertyName: string; mapping?: Record<string, string> };
}

/** An API as its provider describes it (OpenAPI). */
export interface Description {
  [name: string]: unknown;
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, Schema> };
}

/** What a provider published, from beside the repository: it may not be there, and then that is said. */
export function published<T>(name: string): T | undefined {
  const file = new URL(`../../../shared/contract/specs/${name}`, import.meta.url);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  console.warn(`skipped: ../shared/contract/specs/${name} is not there to be tested against`);
  return undefined;
}

/**
 * The same description, in which an object is what its `type` makes of it: JSON Schema, by which the mock judges, does
 * not look that up. `closed`: it has no other fields than those that are described. `kinds`: of these schemas there are no
 * other kinds than those that are named; the mock compiles each at each place.
 */
export function typed(
  description: Description,
  { closed = false, kinds = {} }: { closed?: boolean; kinds?: Record<string, string[]> } = {},
): Description {
  const schemas: Record<string, Schema> = {};
  const all = description.components.schemas;
  const nameIn = (ref: unknown) => String(ref).split('/').at(-1)!;
  const parts = (schema: Schema): Schema[] => [
    schema,
    ...(schema.$ref ? parts(all[nameIn(schema.$ref)]!) : []),
    ...(schema.allOf ?? []).flatMap(parts),
  ];
  for (const [name, schema] of Object.entries(all)) {
    const { propertyName = '', mapping } = schema.discriminator ?? {};
    schemas[name] = schema;
    if (!mapping || schema.oneOf) continue;
    const values = kinds[name] ?? Object.keys(mapping);
    for (const value of values) {
      const all = parts(description.components.schemas[nameIn(mapping[value])]!);
      schemas[`${name}: ${value}`] = {
        type: 'object',
        properties: {
          ...Object.assign({}, ...all.map(({ properties }) => properties)),
          [propertyName]: { type: 'string', enum: [value] },
        },
        required: [...new Set([propertyName, ...all.flatMap(({ required = [] }) => required)])],
        ...(closed && { additionalProperties: false }),
      };
    }
    schemas[name] = {
      oneOf: values.map((value) => ({
        $ref: `#/components/schemas/${encodeURIComponent(`${name}: ${value}`)}`,
      })),
    };
  }
  return { ...description, components: { ...description.components, schemas } };
}

/** A provider that is made of its own description, and refuses what that does not allow. */
export interface Mock {
  /** Sends a message as the pipeline does: rendered for the channel, and by the one way to the outside. */
  send(sample: Sample, content: Content, how?: How): Promise<Sent>;
  /** Shows a person who writes, or what was read, as the channel does. */
  show(sample: Sample, what: 'typing' | 'read', to: SignalTo): Promise<void>;
  /** Asks who somebody is, as the channel does. */
  person(sample: Sample, csid: string): Promise<Person>;
  /** Uploads a file as the channel does. */
  upload(sample: Sample, file: UploadFile): Promise<UploadedMedia>;
  /** Posts something by hand; answers the status. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<number>;
  /** What was wrong with the requests so far, in the words of the mock. */
  wrong: string[];
  /** What was asked. */
  asked: CallRequest[];
  close(): Promise<void>;
}

export interface How {
  message?: Partial<Outgoing>;
  /** Settings of the account; `base` is the one that leads to the mock. */
  account?: Record<string, unknown>;
  base?: string;
}

/** What is to be sent, as the fixtures of a channel tell it. */
export interface Case extends How {
  content: Content;
}

// A mock compiles the schemas of an operation when it is first asked for it.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** The path that was asked for. */
export function pathOf({ url }: CallRequest): string {
  return new URL(url).pathname;
}

/** Opens a mock (Prism, which this project did not write) of a description, of those paths alone that are named. */
export async function openMock({ paths, ...rest }: Description, ...names: string[]): Promise<Mock> {
  const asked = Object.entries(paths).filter(([path]) => names.includes(path));
  const description = { ...rest, paths: Object.fromEntries(asked) };
  const operations = await getHttpOperationsFromSpec(structuredClone(description));
  const server = createServer(operations, {
    cors: false,
    components: { logger: createLogger('mock', { enabled: false }) },
    config: {
      mock: { dynamic: false },
      isProxy: false,
      checkSecurity: true,
      validateRequest: true,
      validateResponse: false,
      errors: true,
      upstreamProxy: undefined,
    },
  });
  const url = await server.listen(0, '127.0.0.1');
  const outside = openOutside({ allowed: parseAllowList(['127.0.0.0/8']) });
  const [wrong, requests]: [string[], CallRequest[]] = [[], []];
  const call: Call = async (request) => {
    requests.push(request);
    const answer = await outside.call({ ...request, timeoutMs: 60_000 });
    const violations = answer.headers['sl-violations'];
    if (violations !== undefined || answer.status >= 400)
      wrong.push(violations ?? answer.body.toString('utf8'));
    return answer;
  };
  return {
    wrong,
    asked: requests,
    async post(path, body, headers = { authorization: 'Bearer of-the-tests' }) {
      return (await call({ method: 'POST', url: `${url}${path}`, headers, body })).status;
    },
    async send(sample, content, { message, account, base = 'apiBase' } = {}) {
      const door = channelOf(sample.type)!;
      return door.send(
        outgoing(renderFor(content, door.carries), { ...sample.message, ...message }),
        { ...sample.account, ...account, [base]: url },
        call,
      );
    },
    async show(sample, what, to) {
      const { typing, read } = channelOf(sample.type)!.signals!;
      const account = { ...sample.account, apiBase: url };
      await (what === 'typing' ? typing!.start(to, account, call) : read!.mark(to, account, call));
    },
    async person(sample, csid) {
      return channelOf(sample.type)!.person!(csid, { ...sample.account, apiBase: url }, call);
    },
    async upload(sample, file) {
      return channelOf(sample.type)!.uploadMedia!(file, { ...sample.account, apiBase: url }, call);
    },
    async close() {
      await outside.close();
      await server.close();
    },
  };
}
