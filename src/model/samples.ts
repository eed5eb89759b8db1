import type { ContactSnapshot, EventData, EventType, MessageSnapshot, NewEvent } from './event.ts';
import type { Content } from './message.ts';
import { pictureOf } from './sample-picture.ts';
import type { SessionSnapshot } from './session.ts';
import { type ShortStatus, type Status, shortStatus } from './status.ts';

/** Stands where contacts and messages have a number: no real one grows to it. */
export const sampleNo = 999_999_999;

/** What samples tell of: a person and a conversation that are made up, on a channel, in a queue and with agents as the business has them. */
export interface Scene {
  contact: ContactSnapshot;
  session: SessionSnapshot;
  /** Codes: who holds the session, and who held it before. */
  agents: { now: string; before: string };
  /** Codes: where the session is, and where it came from. */
  queues: { now: string; before: string };
  appId?: string;
  /** Epoch ms. */
  at: number;
  /** A fresh id by which one knows that nothing of it is real: `sample-…`. */
  id(): string;
}

type Samples<T extends EventType> = Readonly<Record<string, (scene: Scene) => EventData[T]>>;

const about = ({ contact, session }: Scene) => ({ contact, session });

function messageOf(scene: Scene, content: Content, direction: 'I' | 'O' | 'N' = 'I'): MessageSnapshot {
  const { contact, session, agents, at, id, appId } = scene;
  const fromCustomer = direction === 'I';
  return {
    id: id(),
    no: sampleNo,
    direction,
    contactId: contact.id,
    channelId: contact.channelId,
    sessionId: session.id,
    content,
    timestamp: at,
    ...(fromCustomer && { providerId: id() }),
    ...(!fromCustomer && { senderType: 'AGENT' as const, senderCode: agents.now }),
    ...(direction === 'O' && appId !== undefined && { appId }),
  };
}

const received =
  (content: Content, more: Partial<MessageSnapshot> = {}) =>
  (scene: Scene) => {
    const session = { ...scene.session, initMessage: false, firstMessage: false };
    return { contact: scene.contact, session, message: { ...messageOf(scene, content), ...more } };
  };
const accepted = (content: Content) => (scene: Scene) => ({
  ...about(scene),
  message: messageOf(scene, content, 'O'),
});

const statusOf =
  (status: Status, errors: EventData['message.status']['errors'] = []) =>
  (scene: Scene): EventData['message.status'] => ({
    ...about(scene),
    messageId: scene.id(),
    no: sampleNo,
    messageType: 'text',
    providerId: scene.id(),
    status,
    short: shortStatus(status) as ShortStatus,
    timestamp: scene.at,
    errors,
    ...(scene.appId !== undefined && { appId: scene.appId }),
  });

const template: Content = {
  type: 'template',
  template: {
    id: 'sample-template',
    code: 'order_shipped',
    lang: 'en',
    body: 'Hello Amina, your order 4711 is on its way.',
    bodyValues: ['Amina', '4711'],
    bodyNames: ['name', 'order'],
  },
};
const choices: Content = {
  type: 'text',
  text: 'When shall we deliver?',
  buttons: [
    { type: 'QUICK_REPLY', code: 'today', label: 'Today' },
    { type: 'QUICK_REPLY', code: 'tomorrow', label: 'Tomorrow' },
  ],
};
const picture: Content = { type: 'image', media: pictureOf('It arrived like this') };
const place: Content = {
  type: 'location',
  location: {
    latitude: '25.197197',
    longitude: '55.274376',
    name: 'Shop',
    address: '1 Example Street, Dubai',
  },
};
const press: Content = { type: 'text', text: 'Today', press: { code: 'today', label: 'Today' } };

/**
 * What is told of every type of event, to try an endpoint with: by name, the most usual one first. The compiler stops here
 * when there is a new type.
 */
export const samples: { readonly [T in EventType]: Samples<T> } = {
  'message.accepted': {
    text: accepted({ type: 'text', text: 'Your order 4711 is on its way.' }),
    template: accepted(template),
    choices: accepted(choices),
    picture: accepted({ type: 'image', media: pictureOf('This is how it looks') }),
  },
  'message.received': {
    text: received({ type: 'text', text: 'Hello, where is my order 4711?' }),
    picture: received(picture),
    location: received(place),
    press: received(press),
    reply: received({ type: 'text', text: 'Yes, please' }, { replyNo: sampleNo }),
  },
  'message.status': {
    sent: statusOf('SENTX'),
    delivered: statusOf('DLVRD'),
    read: statusOf('READ'),
    failed: statusOf('SENT_ERR', [
      { code: 'INVALID_RECIPIENT', title: 'There is no such recipient on this channel.' },
    ]),
  },
  'message.deleted': { deleted: (scene) => ({ ...about(scene), messageId: scene.id(), no: sampleNo }) },
  'session.opened': { opened: about },
  'session.routed': {
    begun: ({ contact, session }) => ({
      contact,
      session: { ...session, initMessage: true, firstMessage: true },
      routing: { start: true, targetQueue: session.queue, routingId: session.routingId },
    }),
    handed: (scene) => ({
      ...about(scene),
      routing: {
        start: false,
        sourceQueue: scene.queues.before,
        targetQueue: scene.queues.now,
        routingId: scene.session.routingId,
        params: { reason: 'refund', order: '4711' },
      },
    }),
  },
  'session.assigned': {
    taken: (scene) => ({
      ...about(scene),
      assignment: { newAgent: scene.agents.now, reason: 'by an agent' },
    }),
    handed: (scene) => ({
      ...about(scene),
      assignment: { oldAgent: scene.agents.before, newAgent: scene.agents.now, reason: 'by an agent' },
    }),
  },
  'session.resolved': {
    resolved: (scene) => ({ contact: scene.contact, session: { ...scene.session, resolved: true } }),
    reopened: about,
  },
  'session.closed': {
    inactivity: (scene) => ({ ...about(scene), reason: 'inactivity' }),
    request: (scene) => ({ ...about(scene), reason: 'request' }),
  },
  'session.snoozed': {
    rests: (scene) => ({
      ...about(scene),
      until: scene.at + 3_600_000,
      by: scene.agents.now,
      reason: 'request',
    }),
    awake: (scene) => ({ ...about(scene), reason: 'message' }),
  },
  'note.added': {
    note: (scene) => ({
      ...about(scene),
      message: messageOf(scene, { type: 'text', text: 'She wants the blue one.' }, 'N'),
      mentions: [scene.agents.before],
    }),
  },
  'contact.created': { created: ({ contact }) => ({ contact }) },
  'contact.assigned': {
    assigned: (scene) => ({ ...about(scene), newAgent: scene.agents.now }),
    handed: (scene) => ({ ...about(scene), oldAgent: scene.agents.before, newAgent: scene.agents.now }),
  },
  'contact.updated': {
    profile: (scene) => ({ ...about(scene), changed: ['businessProfile'] }),
    consent: (scene) => ({ ...about(scene), changed: ['consent'] }),
  },
  'action.triggered': { action: (scene) => ({ ...about(scene), code: 'track_order' }) },
  'channel.event': {
    event: ({ contact }) => ({
      contact,
      channelId: contact.channelId,
      code: 'ADDRESS_CHANGED',
      data: { csid: contact.csid, newCsid: `${contact.csid}0` },
    }),
  },
  'channel.attention': {
    needed: ({ contact: { channelId } }) => ({
      channelId,
      needed: true,
      reason: 'The provider refused the credentials of this channel.',
    }),
    mended: ({ contact: { channelId } }) => ({
      channelId,
      needed: false,
      reason: 'Its settings were changed.',
    }),
  },
  'template.status': {
    approved: ({ contact: { channelId } }) => ({
      ...{ channelId, code: 'order_shipped', lang: 'en', status: 'APPROVED' },
    }),
    rejected: ({ contact: { channelId } }) => ({
      ...{ channelId, code: 'order_shipped', lang: 'en', status: 'REJECTED' },
      reason: 'INVALID_FORMAT',
    }),
  },
  'endpoint.failing': {
    failing: ({ id }) => ({ endpointId: id(), failures: 4, disabled: false, reason: 'it answered 500' }),
    disabled: ({ id }) => ({ endpointId: id(), failures: 20, disabled: true, reason: 'it answered 500' }),
  },
  'customer.event': {
    event: ({ contact, id, appId }) => ({
      ...(appId !== undefined && { appId }),
      name: 'order_placed',
      id: id(),
      data: { order: '4711', total: 129.5, currency: 'AED' },
      links: [{ linkType: 'PHONE', linkValue: contact.profile.phone ?? '12025550123' }],
    }),
  },
};

/** The names of the samples of a type, the most usual one first. */
export const sampleNames = (type: EventType): string[] => Object.keys(samples[type]);

/** A sample as an event; undefined: there is none of this name. It is in no log, and so has the number 0. */
export function sampleEvent(
  type: EventType,
  name: string,
  scene: Scene,
): (NewEvent & { seq: 0 }) | undefined {
  const make = Object.hasOwn(samples[type], name) ? samples[type][name] : undefined;
  if (!make) return undefined;
  const data = make(scene);
  return {
    ...{ id: scene.id(), seq: 0, type, at: scene.at, data },
    ...('session' in data && { lane: scene.contact.id }),
    ...(scene.appId !== undefined && { appId: scene.appId }),
  } as NewEvent & { seq: 0 };
}
