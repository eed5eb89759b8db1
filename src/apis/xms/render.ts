import type { EventType, StoredEvent } from '../../model/event.ts';
import { present } from '../../model/present.ts';
import type { Recipient, RenderedEvent } from '../surface.ts';
import type { Wrapper } from './schemas/inbound.ts';
import { wrapperContactOf, wrapperEventOf } from './words-events.ts';
import { wrapperMessageOf, wrapperStatusOf } from './words-messages.ts';

type Event<T extends EventType> = Extract<StoredEvent, { type: T }>;
type Part = Pick<Wrapper, 'type' | 'messages' | 'statuses' | 'events' | 'actions'>;
type Teller<T extends EventType> = (event: Event<T>, to: Recipient) => Part;

const asEvent = (event: Parameters<typeof wrapperEventOf>[0]): Part => ({
  type: 'events',
  events: [wrapperEventOf(event)],
});

/** How each event is told, one per call (decision D62); undefined: this surface has no word for it. */
const tellers: { [T in EventType]: Teller<T> | undefined } = {
  'message.received': ({ data: { message, contact, session } }, { mediaLink }) => ({
    type: 'messages',
    messages: [wrapperMessageOf(message, { csid: contact.csid, session }, mediaLink)],
  }),
  'message.status': ({ data }) => ({ type: 'statuses', statuses: [wrapperStatusOf(data)] }),
  'session.routed': asEvent,
  'session.opened': asEvent,
  'session.assigned': asEvent,
  'session.resolved': asEvent,
  'session.closed': asEvent,
  'session.snoozed': undefined,
  'note.added': undefined,
  'contact.updated': asEvent,
  'action.triggered': ({ data }) => ({ type: 'actions', actions: [{ actionCode: data.code }] }),
  'message.accepted': undefined,
  'message.deleted': undefined,
  'contact.created': undefined,
  'contact.assigned': undefined,
  'channel.event': undefined,
  'channel.attention': undefined,
  'template.status': undefined,
  'endpoint.failing': undefined,
  'customer.event': undefined,
};

/** The event types that this surface tells. */
export const tells = (Object.keys(tellers) as EventType[]).filter((type) => tellers[type] !== undefined);

/** The body of a webhook call (section 9): whom it is about is there for every kind. */
export function render(event: StoredEvent, to: Recipient): RenderedEvent | undefined {
  const teller = tellers[event.type] as Teller<EventType> | undefined;
  if (!teller || !('contact' in event.data) || !event.data.contact) return undefined;
  const contacts = [wrapperContactOf(event.data.contact)];
  return { body: { meta: metaOf(to), contacts, ...teller(event, to) } };
}

/** Decision D57: what of the app its bots look at. */
function metaOf({ business, app, queue, server }: Recipient): Wrapper['meta'] {
  return present({
    domain: business.domain,
    server,
    appId: app?.id,
    appCode: queue,
    appMode: app?.mode,
    appType: app?.type,
    debug: false,
  });
}
