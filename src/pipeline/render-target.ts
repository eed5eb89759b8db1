import type { StoredEvent } from '../model/event.ts';
import type { Endpoint, Setup } from '../model/setup.ts';
import type { RenderTarget } from './context.ts';

/** Whom an event is rendered for, when it is told to this endpoint. */
export function renderTargetOf(
  setup: Setup,
  { id, appId, topic }: Pick<Endpoint, 'id' | 'appId' | 'topic'>,
  event: StoredEvent,
): RenderTarget {
  const app = appId === undefined ? undefined : setup.apps.get(appId);
  const queue = queueOf(setup, appId, event);
  return {
    business: setup.business,
    endpointId: id,
    agents: setup.agents,
    ...(app && { app }),
    ...(queue !== undefined && { queue }),
    ...(topic !== undefined && { topic }),
  };
}

/** The queue under which the app hears of it: the session's when it is the app's, else its first one. */
function queueOf(setup: Setup, appId: string | undefined, event: StoredEvent): string | undefined {
  const session = 'session' in event.data ? event.data.session : undefined;
  if (session && setup.queues.get(session.queue)?.appId === appId) return session.queue;
  for (const queue of setup.queues.values()) if (queue.appId === appId) return queue.code;
  return undefined;
}
