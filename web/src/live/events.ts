import type { LiveEvent } from '../api/types.ts';
import { client } from '../store/client.ts';
import { me, setupQuery } from '../store/me.ts';
import { knownRow, patchRow, recount, refreshRow } from '../store/sessions.ts';
import { dropMessage, readNewer, tickOf } from '../store/thread.ts';
import { typed } from './state.ts';

type Listener = (event: LiveEvent) => void;
const listeners = new Set<Listener>();

/** Hears every event, after the caches have taken it: sounds, notifications, the spoken region. */
export function onEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Brings what is on the screen up to what has happened. */
export function hear(event: LiveEvent): void {
  const { type, data } = event;
  const session = data.session?.id ?? data.message?.sessionId;
  if (type === 'message.status') tickOf(event);
  else if (type === 'message.deleted' && session && data.messageId) dropMessage(session, data.messageId);
  else if (session && /^(message|note|session)\./.test(type))
    threadsOf(session, data.contact?.id).forEach(readNewer);
  if (type === 'message.received' && session) typed(session, 'contact', false);
  if (type === 'session.read') readElsewhere(event);
  else if (session) void refreshRow(session);
  if (/^session\.|^message\.(received|accepted)$|^note\./.test(type)) recount();
  if (type.startsWith('contact.') && data.contact) {
    void client.invalidateQueries({ queryKey: ['contact', data.contact.id] });
    for (const id of threadsOf(undefined, data.contact.id)) void refreshRow(id);
  }
  if (type === 'customer.event') void client.invalidateQueries({ queryKey: ['contact-events'] });
  if (type === 'channel.attention' || type === 'template.status') {
    void client.invalidateQueries({ queryKey: setupQuery.queryKey });
    void client.invalidateQueries({ queryKey: ['templates'] });
  }
  void client.invalidateQueries({ queryKey: ['phone'] });
  for (const listener of listeners) listener(event);
}

/** Loaded threads that show this session: its own, and that of another session of the same person. */
function threadsOf(session: string | undefined, contact: string | undefined): string[] {
  return client
    .getQueriesData({ queryKey: ['thread'] })
    .map(([key]) => String(key[1]))
    .filter((id) => id === session || (contact !== undefined && knownRow(id)?.contact.id === contact));
}

function readElsewhere({ data }: LiveEvent): void {
  if (data.agent === me()?.agent.code && data.session) {
    const unread = Number(data.unread) || 0;
    patchRow(data.session.id, { unread, ...(unread === 0 && { mentioned: false }) });
    recount();
  }
}
