import type { Endpoint, SurfaceTold } from './endpoint.ts';

/** What the form of an endpoint holds. */
export interface Values {
  name: string;
  description: string;
  url: string;
  surface: string;
  /** Empty: of all apps. */
  app: string;
  hears: 'all' | 'some';
  types: string[];
  topic: string;
  policy: NonNullable<Endpoint['policy']>;
  enabled: boolean;
  /** One of their own, when an endpoint is made; empty: one is made. */
  secret: string;
}

export const fresh: Values = {
  ...{ name: '', description: '', url: '', surface: 'parley', app: '', hears: 'all', types: [], topic: '' },
  ...{ policy: 'schedule', enabled: true, secret: '' },
};

export function valuesOf(endpoint: Endpoint): Values {
  const { name = '', description = '', url, surface, app = '', types, topic = '', policy } = endpoint;
  return {
    ...{ name, description, url, surface, app, topic, policy: policy ?? 'schedule', secret: '' },
    hears: types && topic === '' ? 'some' : 'all',
    types: topic === '' ? (types ?? []) : [],
    // One that failed for long is out of use, but nobody has switched it off.
    enabled: endpoint.enabled || endpoint.disabledAt !== undefined,
  };
}

/** Without what was chosen while there was another surface. `told`: by this one; undefined: nobody knows yet. */
export function ofSurface(values: Values, told: SurfaceTold | undefined): Values {
  if (!told) return values;
  return {
    ...values,
    topic: told.topics?.some(({ topic }) => topic === values.topic) ? values.topic : '',
    types: values.types.filter((one) => told.types.some(({ type }) => type === one)),
  };
}

/** What is sent of it: all of a new one, of another what was changed. */
export function bodyOf(values: Values, changed: Partial<Values>): Record<string, unknown> {
  const { hears, types, topic, app, secret, url, ...rest } = changed;
  const isNew = changed === values;
  const all = isNew ? undefined : null;
  return {
    ...rest,
    ...(url !== undefined && { url: url.trim() }),
    ...(app && { app }),
    ...(secret && { secret }),
    ...(topic && { topic }),
    ...(!values.topic &&
      (hears ?? types) !== undefined && { types: values.hears === 'some' ? values.types : all }),
  };
}
