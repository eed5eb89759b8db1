import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { type Surface, surfaceAt } from './apis/surface.ts';
import { addExamples } from './http-examples.ts';

/** Where the description of all surfaces is, as OpenAPI 3.1, and where it can be read and tried. */
export const documentPath = '/openapi.json';
export const referencePath = '/docs';

/** Everything that the reference needs comes from here: it works without any network. */
const contentSecurity = ({ origin }: URL) =>
  [
    "default-src 'self'",
    `connect-src 'self' ${origin}`,
    "base-uri 'self'",
    "frame-ancestors 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "style-src 'self' 'unsafe-inline'",
  ].join('; ');

/**
 * Describes the routes of all surfaces in one document. Registered before them, at the root. What lies
 * below no surface (probes, webhooks of providers, files) is no API and is left out.
 */
export function describeRoutes(
  app: FastifyInstance,
  surfaces: readonly Surface[],
  about: { publicUrl: URL; version: string },
): void {
  app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Parley',
        version: about.version,
        description:
          'All surfaces of this server. The part of a tag before the colon names the surface: it has its own ' +
          'prefix, envelope and error shape.\n\nEvery write may carry an `Idempotency-Key` of up to 255 ' +
          'characters: a repeat under the same key, by the same API key or the same agent on the same route, is ' +
          'answered as the first time and does nothing. Answers are kept for 48 hours; 422 when the key stands for another ' +
          'request, 409 while that one is under way. What was refused may be mended and sent again. It is ' +
          'done once, and answered as it would have been, even when the server dies before it answers; only what ' +
          'asks a provider may ask it again then. Of a file only the length is compared.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [
        { url: about.publicUrl.href.replace(/\/$/, '') },
        { url: '/', description: 'Where this document came from' },
      ],
      components: {
        securitySchemes: {
          BEARER: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'An access token, or a key in the form of a token; also a key as it is.',
          },
          X_SERVER_KEY: {
            type: 'apiKey',
            in: 'header',
            name: 'x-server-key',
            description: 'The key of the business’s own server.',
          },
          X_API_KEY: { type: 'apiKey', in: 'header', name: 'x-api-key', description: 'The key of an app.' },
        },
      },
    },
    hideUntagged: true,
    stripBasePath: false,
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, i) => String(schema.$id ?? `schema-${i}`),
    },
    transform: ({ schema, url }) => {
      const surface = surfaceAt(surfaces, url);
      return { schema: surface ? tagged(schema, surface.name) : { hide: true }, url };
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) return document.swaggerObject;
      tellApart(document.openapiObject);
      addExamples(document.openapiObject);
      listTags(document.openapiObject);
      return document.openapiObject;
    },
  });
  app.get(documentPath, { schema: { hide: true } }, () => app.swagger());
  app.register(swaggerUi, {
    routePrefix: referencePath,
    staticCSP: contentSecurity(about.publicUrl),
    theme: { title: 'Parley' },
    uiConfig: { docExpansion: 'none', persistAuthorization: false },
  });
}

type Described = FastifySchema & { tags?: readonly string[] };

/** Every tag names its surface, so that two surfaces may have one of the same name. */
function tagged(schema: Described | undefined, surface: string): FastifySchema {
  return { ...schema, tags: (schema?.tags ?? []).map((tag) => `${surface}: ${tag}`) } as FastifySchema;
}

interface Paths {
  tags?: { name: string }[];
  paths?: Record<string, object | undefined>;
}

/** The tags in the order in which they come up, for readers that show them in order. */
function listTags(document: Paths): void {
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path ?? {}));
  const names = operations.flatMap((operation: { tags?: string[] }) => operation.tags ?? []);
  document.tags = [...new Set(names)].map((name) => ({ name }));
}

/**
 * A surface may understand more than the contract that it is held to: an object lists the names of such
 * properties as `x-also`. The document keeps them there instead, with their schemas, so that what the
 * contract says and what comes on top stay two things.
 */
function tellApart(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  for (const child of Object.values(node)) tellApart(child);
  const holder = node as { properties?: Record<string, object>; 'x-also'?: unknown };
  const { properties, 'x-also': names } = holder;
  if (!properties || !Array.isArray(names)) return;
  const also: Record<string, unknown> = {};
  for (const name of names.map(String)) {
    const { 'x-also': _, ...schema } = properties[name] as Record<string, unknown>;
    also[name] = schema;
    delete properties[name];
  }
  holder['x-also'] = also;
}
