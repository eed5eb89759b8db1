import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import type { Surface } from './apis/surface.ts';

/** How to reach the description of a surface. Not below the surface's prefix: that belongs to its contract. */
export function openApiPath(surface: Surface): string {
  return `/openapi/${surface.name}.json`;
}

/** Describes, as OpenAPI 3.1, the routes that the scope gets after this. */
export async function describeRoutes(
  scope: FastifyInstance,
  surface: Surface,
  about: { publicUrl: URL; version: string },
): Promise<void> {
  await scope.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: `Parley: ${surface.name}`, version: about.version },
      servers: [{ url: about.publicUrl.origin }],
      components: {
        securitySchemes: { X_API_KEY: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
      },
    },
    refResolver: {
      buildLocalReference: (schema, _base, _fragment, i) => String(schema.$id ?? `schema-${i}`),
    },
    transformObject: (document) => {
      if ('openapiObject' in document) tellApart(document.openapiObject);
      return 'openapiObject' in document ? document.openapiObject : document.swaggerObject;
    },
  });
  scope.get(openApiPath(surface), { schema: { hide: true }, config: { access: 'open' } }, () =>
    scope.swagger(),
  );
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
