import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/http.ts';
import { itemAt, pageAt } from '../address.ts';
import { consoleKey, readAll, useAll } from '../list/rows.ts';

export const policies = ['schedule', 'retry', 'once'] as const;

/** A webhook endpoint as the API tells it. */
export interface Endpoint {
  id: string;
  surface: string;
  app?: string;
  url: string;
  types?: string[];
  topic?: string;
  name?: string;
  description?: string;
  policy?: (typeof policies)[number];
  enabled: boolean;
  disabledAt?: number;
  disabledReason?: string;
}

/** One try of a call. */
export interface Try {
  attempt: number;
  at: number;
  ms: number;
  /** Absent: nothing was answered, and `answer` says why. */
  status?: number;
  answer?: string;
}

export type EndpointState = 'new' | 'well' | 'failing' | 'disabled' | 'off';

/** How an endpoint fares. */
export interface Health {
  id: string;
  state: EndpointState;
  failures: number;
  failingSince?: number;
  last?: Try;
  pending: number;
  held: number;
  failed: number;
  disabledAt?: number;
  disabledReason?: string;
  formerSecretUntil?: number;
}

export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'held';

/** One event on its way to an endpoint. */
export interface Delivery {
  seq: number;
  eventId: string;
  type: string;
  at: number;
  state: DeliveryState;
  attempt: number;
  ms?: number;
  answerStatus?: number;
  answer?: string;
  settledAt?: number;
  dueAt?: number;
}

/** What a surface tells endpoints. */
export interface SurfaceTold {
  name: string;
  types: { type: string; samples: string[] }[];
  /** Where each endpoint hears one event alone. */
  topics?: { topic: string; types: string[] }[];
}

/** The secrets of an endpoint, told when they are made. */
export interface Secrets {
  secret?: string;
  verifyToken?: string;
}

export const list = pageAt('developers', 'webhooks');
/** A page about an endpoint: its settings, `deliveries`, one of these, `test`. */
export const endpointAt = (id: string, ...more: (string | number)[]) =>
  itemAt('developers', 'webhooks', [id, ...more].join('/'));
export const endpointPath = (id: string) => `/endpoints/${encodeURIComponent(id)}`;

/** What people call it. */
export const titleOf = ({ name, url }: Pick<Endpoint, 'name' | 'url'>) => name || url;

/** What each surface tells: the same as long as the server is. */
export const useSurfaces = () => useAll<SurfaceTold>('/surfaces');

/** How often one who looks is told anew, ms. */
const lookEveryMs = 5000;

const read = <T>(path: string, signal: AbortSignal) => call<T>('GET', path, { signal });

function useLook<T>(path: string, reading: (path: string, signal: AbortSignal) => Promise<T> = read) {
  const { data, error, refetch } = useQuery({
    queryKey: [consoleKey, 'look', path],
    queryFn: ({ signal }) => reading(path, signal),
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
    refetchInterval: lookEveryMs,
  });
  return { data, error, retry: () => void refetch() };
}

/** How all endpoints fare, by id. */
export function useHealth(): Map<string, Health> | undefined {
  const { data } = useLook('/endpoints/health', readAll<Health>);
  return data && new Map(data.map((one) => [one.id, one]));
}

/** How one endpoint fares, kept up to date. */
export const useHealthOf = (id: string) => useLook<Health>(`${endpointPath(id)}/health`);

/** One delivery with all its tries, kept up to date: the next try may be a moment away. */
export const useDelivery = (id: string, seq: string) =>
  useLook<DeliveryDetail>(`${endpointPath(id)}/deliveries/${encodeURIComponent(seq)}`);

/** A delivery with what is told, and what each try was answered. */
export interface DeliveryDetail extends Delivery {
  tries: Try[];
  request?: { url: string; headers: Record<string, string>; body: unknown };
}
