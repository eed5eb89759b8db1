import type { TObject, TSchema } from 'typebox';
import { componentsOf } from '../components.ts';

/** The named schemas of this surface in the document. */
export const components = componentsOf('parley');

/** What has a default may be left out: to a caller it is not required. */
export function withDefaults(query: TObject) {
  const isNeeded = (name: string) => (query.properties[name] as { default?: unknown }).default === undefined;
  const { required = [], ...rest } = query as TObject & { required?: string[] };
  return { ...rest, required: required.filter(isNeeded) };
}

/** An answer in the document. The description of what is referred to by name would be told instead of ours. */
export function answering(description: string, schema: TSchema) {
  const told = components.referring(schema);
  return '$ref' in told ? { description, ...told } : { 'x-response-description': description, ...told };
}

/** `GET /sessions/:id/messages` as `getSessionMessages`: what a parameter follows is one of its kind. */
export function operationId(method: string, path: string): string {
  const steps = path.split('/').slice(1);
  const words = steps.flatMap((step, i) => {
    if (step.startsWith(':')) return [];
    const one = steps[i + 1]?.startsWith(':') ? step.replace(/s$/, '') : step;
    return one.split('-').map((word) => word[0]!.toUpperCase() + word.slice(1));
  });
  return method.toLowerCase() + words.join('');
}
