import assert from 'node:assert/strict';
import type { Delivery, Receiver, ToldBody } from '../fakes/receiver.ts';
import type { WhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { until } from '../parley.ts';
import { openClient, type Shop, sendOrder } from '../shop.ts';

/** Who plays in the stories. */
export interface Stage {
  url: string;
  shop: Shop;
  cloud: WhatsAppCloud;
  /** The webhook of the app that sends. */
  shopHears: Receiver;
  /** The webhook of the bot's app. */
  botHears: Receiver;
  /** Tells a step that is done. */
  tell(step: string): void;
}

/** A template goes out and is read; the app hears of each step, in order. */
export async function outbound({ url, shop, cloud, shopHears, tell }: Stage): Promise<void> {
  const client = openClient(url, shop.shopKey);
  cloud.statuses = ['sent', 'delivered', 'read'];
  const to = newNumber();
  const id = await sendOrder(client, shop, to, { name: 'Amina', order: 'A-17' });
  tell(`the template was accepted as message ${id}`);
  await until('the provider gets it', () => cloud.sent.some((message) => message.to === to));
  const [message] = cloud.sent.filter((one) => one.to === to);
  assert.equal(message?.body.type, 'template');
  assert.deepEqual(parametersOf(message.body), ['Amina', 'A-17']);
  tell(`the provider got it once, with its two values, and called it ${message.id}`);
  const statuses = () => statusesOf(shopHears, id);
  await until('the app hears READ', () => statuses().at(-1) === 'READ');
  assert.deepEqual(statuses(), ['SENT', 'DLVRD', 'READ']);
  assert.equal(cloud.sent.filter((one) => one.to === to).length, 1);
  tell('the webhook of the app heard SENT, DLVRD and READ, in this order');
  cloud.statuses = [];
  await client.close();
}

/** A person writes; the bot hears of the new session, then of the message, and answers in the call. */
export async function conversation({ url, shop, cloud, botHears, tell }: Stage): Promise<Conversation> {
  const client = openClient(url, shop.botKey);
  const from = newNumber();
  let answeredInCall = false;
  botHears.handler = async ({ body }) => {
    const message = body.messages?.[0];
    if (!message) return 200;
    await client.post('/xms/api/v1/message/send', {
      channelId: shop.channelId,
      to: { contactId: message.contactId },
      type: 'text',
      text: { body: `You said: ${message.text?.body}` },
    });
    await until('the answer reaches the provider', () => answersTo(cloud, from).length > 0);
    answeredInCall = true;
    return 200;
  };
  await cloud.say(from, 'Where is my order?', 'Amina');
  tell('a person wrote to the number');
  await until('the call to the bot has ended', () => answeredInCall);
  const heard = told(botHears, from).filter(({ body }) => body.events?.[0]?.eventCode !== 'SESSION_INIT');
  const [start, message] = heard;
  const event = start?.body.events?.[0];
  assert.equal(event?.eventCode, 'SESSION_ROUTED');
  assert.equal(event.sessionRouted?.sessionStart, true);
  assert.equal(event.sessionRouted.targetQueue, shop.botQueue);
  tell(`the bot heard SESSION_ROUTED with sessionStart true, of session ${event.sessionId}`);
  const [inbound] = message?.body.messages ?? [];
  assert.equal(inbound?.text?.body, 'Where is my order?');
  assert.equal(inbound.session.sessionId, event.sessionId);
  assert.equal(inbound.session.routingId, event.sessionRouted.routingId);
  tell('then it heard the message, of the same session and routing');
  assert.deepEqual(answersTo(cloud, from), ['You said: Where is my order?']);
  tell('it answered by message/send while that call was open, and the provider got the answer');
  botHears.handler = undefined;
  await client.close();
  const { sessionId, routingId } = inbound.session;
  return { from, sessionId, routingId };
}

export interface Conversation {
  from: string;
  sessionId: string;
  routingId: string;
}

/** The bot hands the session to people; what the person writes then is not the bot's any more. */
export async function handover(stage: Stage, { from, sessionId, routingId }: Conversation): Promise<void> {
  const { url, shop, cloud, botHears, tell } = stage;
  const client = openClient(url, shop.botKey);
  const before = told(botHears, from).length;
  const answer = (await client.post('/xms/api/v1/session/routing', {
    sessionId,
    queue: 'agent_desk',
    params: { reason: 'asks for a person' },
  })) as { results: NonNullable<ToldBody['events']> };
  const routed = answer.results[0]?.sessionRouted;
  assert.equal(answer.results[0]?.eventCode, 'SESSION_ROUTED');
  assert.equal(routed?.sourceQueue, shop.botQueue);
  assert.equal(routed.targetQueue, 'agent_desk');
  assert.equal(routed.sessionStart, false);
  assert.notEqual(routed.routingId, routingId);
  assert.deepEqual(routed.params, { reason: 'asks for a person' });
  tell('session/routing answered SESSION_ROUTED from the bot to agent_desk, with a new routingId');
  await cloud.say(from, 'Is anybody there?');
  await cloud.say(from, 'Hello?');
  tell('the person wrote twice more');
  const { results: history } = (await client.post('/xms/api/v1/session/messages', { sessionId })) as {
    results: { text?: string }[];
  };
  const texts = history.map(({ text }) => text);
  for (const text of ['Is anybody there?', 'Hello?']) assert.ok(texts.includes(text), text);
  tell('both are in the history of the session');
  // Webhooks of one endpoint and person come in order: what comes after shows that nothing came before.
  await client.post('/xms/api/v1/session/close', { sessionId });
  await cloud.say(from, 'A new question');
  await until('the bot hears of the next session', () =>
    told(botHears, from).some(({ body }) => body.messages?.[0]?.text?.body === 'A new question'),
  );
  const heard = told(botHears, from).slice(before);
  const heardTexts = heard.flatMap(({ body }) => body.messages ?? []).map(({ text }) => text?.body);
  assert.deepEqual(heardTexts, ['A new question']);
  tell('the bot heard neither, only what the person wrote in the next session');
  await client.close();
}

/** What the receiver heard of a person, beside the statuses of what it sent itself. */
function told(receiver: Receiver, from: string): Delivery[] {
  return receiver.deliveries.filter(({ body }) => body.contacts[0]?.csid === from && !body.statuses);
}

function statusesOf(receiver: Receiver, id: string): string[] {
  return receiver.deliveries.flatMap(({ body }) =>
    (body.statuses ?? []).filter((status) => status.id === id).map(({ status }) => status),
  );
}

function answersTo(cloud: WhatsAppCloud, to: string): string[] {
  return cloud.sent.flatMap((message) =>
    message.to === to ? [(message.body.text as { body: string }).body] : [],
  );
}

function parametersOf(body: Record<string, unknown>): string[] {
  const { components } = body.template as { components: { type: string; parameters: { text: string }[] }[] };
  return components.flatMap(({ parameters }) => parameters.map(({ text }) => text));
}

/** Nobody else has it, also on a server that has been used before. */
function newNumber(): string {
  return `9665${String(Math.floor(Math.random() * 1e9)).padStart(9, '0')}`;
}
