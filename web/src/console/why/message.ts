import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ApiError, call, queryOf } from '../../api/http.ts';
import type { Page } from '../../api/types.ts';
import { itemAt, pageAt } from '../address.ts';
import { consoleKey } from '../list/rows.ts';
import type { DeliveryState } from '../webhooks/endpoint.ts';

/** A message as the API lists it. What it says is hidden of some: then only its type is there. */
export interface Message {
  id: string;
  no: number;
  direction: 'I' | 'O' | 'L' | 'N';
  contactId: string;
  contactName: string;
  channelId: string;
  sessionId: string;
  content: {
    type: string;
    text?: string;
    media?: { caption?: string; filename?: string };
    template?: {
      code: string;
      lang: string;
      header?: string;
      body: string;
      bodyValues?: string[];
      providerName?: string;
    };
  };
  status: string;
  failure?: { code?: string; subcode?: string; traceId?: string };
  providerId?: string;
  replyId?: string;
  appId?: string;
  senderType?: 'API' | 'BOT' | 'AGENT';
  senderCode?: string;
  mask: boolean;
  timestamp: number;
}

/** Why an attempt failed. */
export interface Failure {
  class: string;
  text: string;
  cure: string;
  /** The provider's own code and words. */
  code?: string;
  told?: string;
}

/** What was said to the provider, and what it answered. */
export interface Call {
  at: number;
  ms: number;
  method: string;
  url: string;
  request?: string;
  status?: number;
  answer?: string;
  error?: string;
}

export interface Attempt {
  attempt: number;
  at: number;
  calls: Call[];
  failure?: Failure;
}

/** How a webhook took an event. */
export interface ToldDelivery {
  endpointId: string;
  endpoint: string;
  state: DeliveryState;
  attempt: number;
  answerStatus?: number;
  settledAt?: number;
  dueAt?: number;
}

export interface ToldEvent {
  seq: number;
  type: string;
  at: number;
  short?: string;
  deliveries: ToldDelivery[];
}

export interface Wait {
  for: 'time' | 'answer' | 'earlier' | 'channel' | 'administrator' | 'pause' | 'attempt' | 'turn';
  until?: number;
  messageId?: string;
  reason?: string;
}

/** The whole life of a message. */
export interface Why {
  id: string;
  status: string;
  wait?: Wait;
  failure?: Failure;
  measure?: { encoding: string; segments: number; units: number };
  steps: { at: number; status: string }[];
  attempts: Attempt[];
  told: { complete: boolean; events: ToldEvent[] };
}

export const list = pageAt('look', 'why');
export const messageAt = (id: string) => itemAt('look', 'why', id);

/** How often a life that goes on is read again, ms. */
const lookEveryMs = 3000;

/** It waits for something, or somebody is still to be told of it. */
export const goesOn = ({ wait, told }: Why) =>
  wait !== undefined ||
  told.events.some(({ deliveries }) => deliveries.some(({ state }) => state === 'pending'));

/** How often a life is read again of which a receipt may still tell more, ms. */
const receiptEveryMs = 10_000;
/** Receipts that come at all come within a day, ms. */
const receiptsMs = 86_400_000;
/** What the provider has, or is being given: it may still be delivered, seen, or refused. */
const onItsWay = ['CRTD', 'INIT', 'SENT', 'STATUS_FORWARD_ERR', 'SENT_EXC', 'SENTX', 'DLVRD'];

/** How soon a life is to be read again, ms; false: nothing more is to come. */
function againIn({ message, why }: { message: Message; why: Why }): number | false {
  if (goesOn(why)) return lookEveryMs;
  const last = Math.max(message.timestamp, ...why.steps.map(({ at }) => at));
  const isAwaited = message.direction === 'O' && onItsWay.includes(why.status);
  return isAwaited && Date.now() - last < receiptsMs ? receiptEveryMs : false;
}

/** A message with its life, read again as long as that goes on. */
export function useLife(id: string) {
  const { data, error, refetch } = useQuery({
    queryKey: [consoleKey, 'why', id],
    queryFn: async ({ signal }) => {
      const [found, why] = await Promise.all([
        call<Page<Message>>('GET', `/messages${queryOf({ q: id, limit: 1 })}`, { signal }),
        call<Why>('GET', `/messages/${encodeURIComponent(id)}/why`, { signal }),
      ]);
      const message = found.items.find((one) => one.id === id);
      if (!message) throw new ApiError(404, 'MESSAGE_NOT_FOUND', 'There is no such message.');
      return { message, why };
    },
    placeholderData: keepPreviousData,
    refetchOnMount: 'always',
    refetchOnWindowFocus: true,
    refetchInterval: ({ state }) => (state.data ? againIn(state.data) : false),
  });
  return { life: data, error, retry: () => void refetch() };
}

/** The one line that stands for what it says; undefined when that is hidden, or is no text. */
export function lineOf({ content: { text, template, media } }: Message): string | undefined {
  return text ?? template?.body ?? media?.caption ?? media?.filename;
}
