import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { surfaces } from '../../src/apis/index.ts';
import { surfaceAt } from '../../src/apis/surface.ts';
import { operations as xmsOperations } from '../../src/apis/xms/routes.ts';
import { examples as xmsExamples } from '../../src/apis/xms/words-examples.ts';
import { makeHttp } from '../../src/http.ts';
import { FakeCore } from '../apis/xms/fake-core.ts';

const app = makeHttp({ core: new FakeCore(), surfaces, log: pino({ level: 'silent' }), version: '1.2.3' });
const text = (await app.inject({ url: '/openapi.json' })).body;
const document = JSON.parse(text);

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters?: { in: string; name: string; description?: string }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

interface Media {
  schema: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
);

describe('the document of all surfaces', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(text))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    expect(document.info).toMatchObject({ title: 'Parley', version: '1.2.3' });
    expect(document.servers[0]).toEqual({ url: 'https://alex.example.com' });
  });

  it('has every surface in it, each under tags of its own', () => {
    for (const { name } of surfaces) {
      const own = operations.filter(({ path }) => surfaceAt(surfaces, path)?.name === name);
      expect(own.length, name).toBeGreaterThan(10);
      for (const { tags } of own) expect(tags).toEqual([expect.stringMatching(new RegExp(`^${name}: .`))]);
    }
    const prefixes = surfaces.map(({ prefix }) => `${prefix}/`);
    expect(operations.filter(({ path }) => !prefixes.some((one) => path.startsWith(one)))).toEqual([]);
    const listed = document.tags.map(({ name }: { name: string }) => name);
    expect(listed).toEqual([...new Set(operations.flatMap(({ tags }) => tags))]);
  });

  it('refers to nothing that is not in it', () => {
    const references = new Set(text.match(/"\$ref":"[^"]*"/g));
    expect(references.size).toBeGreaterThan(50);
    for (const reference of references) {
      const [, name] = /^"\$ref":"#\/components\/schemas\/([^"/]+)"$/.exec(reference) ?? [];
      expect(name, reference).toBeDefined();
      expect(document.components.schemas, reference).toHaveProperty([name!]);
    }
    expect(text).not.toContain('"$id"');
  });

  it('names every schema after its surface, so that two may use one word', () => {
    const names = Object.keys(document.components.schemas);
    expect(names).toEqual(expect.arrayContaining(['parley.Channel', 'xms.MsgChannel']));
    const own = surfaces.map(({ name }) => `${name}.`);
    expect(names.filter((name) => !own.some((beginning) => name.startsWith(beginning)))).toEqual([]);
  });

  it('names every operation once, and says in a line what it does', () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids.filter((id, i) => !id || ids.indexOf(id) !== i)).toEqual([]);
    for (const { summary, operationId } of operations) expect(summary, operationId).toBeTruthy();
  });

  it('has every parameter of a path, and none that a caller must give although it has a default', () => {
    for (const { path, parameters = [], operationId } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
      expect(declared, operationId).toEqual(inPath);
    }
    const { parameters } = document.paths['/api/v1/events'].get;
    expect(parameters.map(({ required }: { required: boolean }) => required)).toEqual([false, false]);
  });

  it('tells what failures look like', () => {
    for (const { path, responses, operationId } of operations) {
      if (path.startsWith('/api/v1/'))
        expect(Object.keys(responses), operationId).toEqual(expect.arrayContaining(['4XX', '5XX']));
    }
  });
});

describe('the examples', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'document', components: document.components });
  /** The schema with its references as a validator finds them. */
  const located = (schema: object) =>
    JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/')) as object;

  /** All bodies of an operation that can be read: what is asked, and what is answered to it. */
  function bodiesOf({ requestBody, responses }: Operation): { where: string; media: Media }[] {
    const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'));
    const holders = [['request', requestBody] as const, ...answers];
    return holders.flatMap(([where, holder]) =>
      Object.entries(holder?.content ?? {}).flatMap(([type, media]) =>
        /json|text/.test(type) ? [{ where: `${where} ${type}`, media }] : [],
      ),
    );
  }

  it.each(operations.map((one) => [`${one.method.toUpperCase()} ${one.path}`, one] as const))(
    '%s: shows what is asked and answered, as its schemas have it',
    (_, operation) => {
      const bodies = bodiesOf(operation);
      expect(bodies.some(({ where }) => !where.startsWith('request'))).toBe(true);
      for (const { where, media } of bodies) {
        const shown = media.examples
          ? Object.values(media.examples).map(({ value }) => value)
          : [media.example];
        for (const example of shown) {
          expect(example, where).toBeDefined();
          const check = ajv.compile(located(media.schema));
          check(example);
          expect({ where, example, errors: check.errors }).toMatchObject({ errors: null });
        }
      }
    },
  );

  it('of XMS are written for each of its operations', () => {
    const names = xmsOperations.map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(xmsExamples).sort()).toEqual(names.sort());
  });

  it('leave nothing behind of how they were given', () => {
    expect(text).not.toContain('x-example');
  });
});

describe('the reference', () => {
  it('is at /docs, out of the server alone', async () => {
    const page = await app.inject({ url: '/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      expect(file).toMatch(/^\/docs\/static\//);
      expect((await app.inject({ url: file })).statusCode, file).toBe(200);
    }
    const start = (await app.inject({ url: '/docs/static/swagger-initializer.js' })).body;
    expect(start).toContain('validatorUrl: null');
    expect((await app.inject({ url: '/docs/json' })).json()).toEqual(document);
  });
});
