import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/http.ts';
import type { Page } from '../../api/types.ts';
import { consoleKey, readAll } from '../list/rows.ts';

/** One setting of a channel, as the schema of its type has it (`GET /channel-types`). */
export interface SettingSchema {
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';
  title?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  items?: SettingSchema;
  properties?: Record<string, SettingSchema>;
  patternProperties?: Record<string, SettingSchema>;
  required?: string[];
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  maxItems?: number;
  /** Never shown again. */
  secret?: true;
  /** Made up by the server where nobody gives one. */
  generated?: true;
  /** Right as it is for nearly everybody. */
  advanced?: true;
  /** A text of several lines. */
  lines?: true;
  /** Of use only where other settings have one of these values. */
  when?: Record<string, unknown[]>;
}

/** How the provider learns where to call. */
export interface WebhookUse {
  how: 'entered' | 'told';
  hint: string;
  with?: string[];
}

export interface ChannelType {
  type: string;
  aliasOf?: string;
  contactType: string;
  name: string;
  about: string;
  settings: { properties: Record<string, SettingSchema>; required?: string[] };
  hasTest: boolean;
  /** Templates can be handed in to its provider, and read from there. */
  submits: boolean;
  webhook?: WebhookUse;
}

/** A channel as an administrator is told it. */
export interface ChannelSetup {
  id: string;
  type: string;
  contactType: string;
  lane: string;
  name?: string;
  sandbox?: boolean;
  enabled?: boolean;
  queue?: string;
  settings: Record<string, unknown>;
  /** Names of the secrets that are set. */
  secrets: string[];
  webhookUrl?: string;
  snippet?: string;
}

export type HealthState = 'off' | 'attention' | 'trouble' | 'untried' | 'well';
export type FailureClass = string;

export interface HealthProblem {
  code: string;
  needsAttention: boolean;
  text: string;
  cure: string;
  said?: string;
  since?: number;
  class?: FailureClass;
}

export interface Connection {
  name: string;
  process: string;
  wanted: number;
  open: number;
  since: number;
  reason?: string;
}

export interface Health {
  channelId: string;
  state: HealthState;
  problems: HealthProblem[];
  lastCall?: { at: number; failure?: { class: FailureClass; text?: string } };
  lastWellAt?: number;
  lastHeardAt?: number;
  lastRefused?: { at: number; reason: string };
  credentials?: { endsAt: number; daysLeft: number; renewed: boolean };
  pausedUntil?: number;
  connections?: Connection[];
}

/** What a test found. */
export interface Finding {
  kind: 'well' | 'notice' | 'wrong';
  text: string;
  field?: string;
  cure?: string;
  class?: FailureClass;
  said?: string;
}

export interface Tested {
  tested: boolean;
  well: boolean;
  findings: Finding[];
}

export const channelPath = (id: string) => `/channels/${encodeURIComponent(id)}`;

/** All types of channels: the same as long as the server is. */
export function useTypes() {
  const { data, error, refetch } = useQuery({
    queryKey: [consoleKey, 'types'],
    queryFn: ({ signal }) => call<Page<ChannelType>>('GET', '/channel-types?limit=200', { signal }),
    staleTime: 10 * 60_000,
  });
  return { types: data?.items, error, retry: () => void refetch() };
}

/** How often the health of channels is asked for while somebody looks at it, ms. */
const lookEveryMs = 10_000;

/** How all channels fare, by id; what was told last stays while it is asked again. */
export function useHealth() {
  const { data, error, refetch } = useQuery({
    queryKey: [consoleKey, 'health'],
    queryFn: ({ signal }) => readAll<Health>('/channel-states', signal),
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
    refetchInterval: lookEveryMs,
    select: (all) => new Map(all.map((one) => [one.channelId, one])),
  });
  return { health: data, error, retry: () => void refetch() };
}

/** How one channel fares. */
export function useHealthOf(id: string) {
  const { data, error, refetch } = useQuery({
    queryKey: [consoleKey, 'health', id],
    queryFn: ({ signal }) => call<Health>('GET', `${channelPath(id)}/health`, { signal }),
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
    refetchInterval: lookEveryMs,
  });
  return { health: data, error, retry: () => void refetch() };
}
