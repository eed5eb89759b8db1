import { setTimeout as sleep } from 'node:timers/promises';
import { openClient, Refused, sendOrder } from '../shop.ts';
import type { Site } from './site.ts';

/** What callers were told. */
export interface Load {
  /** Message id by order number: the caller has a 200. */
  readonly accepted: Map<string, string>;
  /** Orders whose call broke off: nobody knows whether they are there. */
  readonly unanswered: Set<string>;
  /** Answers other than 200 by status. */
  readonly refused: Map<number, number>;
  /** Resolves when every caller is through. */
  readonly done: Promise<void>;
}

const peopleCount = 200;

/**
 * Sends `count` orders to 200 people by 50 callers, each of whom waits for his answer: the orders of one
 * person are accepted one after the other, in the order of their numbers. A caller whom nobody answers
 * waits for a server and goes on with the next order. What happens `amid` them finds callers however fast the machine is:
 * they go on, at some 200 a second, until it is over.
 */
export function sendOrders(site: Site, count: number, amid?: (load: Load) => Promise<void>): Load {
  const accepted = new Map<string, string>();
  const unanswered = new Set<string>();
  const refused = new Map<number, number>();
  const callers = 50;
  let over = !amid;
  const caller = async (c: number) => {
    for (let n = c; n < count || !over; n += callers) {
      if (n >= count) await sleep(250);
      const order = `o${n}`;
      let url = site.url();
      for (; url === undefined; url = site.url()) await sleep(50);
      const client = clientAt(url);
      try {
        const data = { name: 'Amina', order };
        // 50 callers go through 200 people in turn: a person has one caller.
        accepted.set(order, await sendOrder(client, site.shop, personOf(n), data));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        if (error.status === 0) unanswered.add(order);
        else refused.set(error.status, (refused.get(error.status) ?? 0) + 1);
        // What Retry-After asks for.
        await sleep(error.status === 503 ? 1000 : 100);
      }
    }
  };
  const clients = new Map<string, ReturnType<typeof openClient>>();
  const clientAt = (url: string) => {
    const client = clients.get(url) ?? openClient(url, site.shop.shopKey, callers);
    clients.set(url, client);
    return client;
  };
  const calls = Array.from({ length: callers }, (_, c) => caller(c));
  const load: Load = {
    accepted,
    unanswered,
    refused,
    get done() {
      return done;
    },
  };
  const happening = amid?.(load).finally(() => {
    over = true;
  });
  const done = Promise.all([happening, ...calls]).then(async () => {
    for (const client of clients.values()) await client.close();
  });
  return load;
}

function personOf(n: number): string {
  return `9665${String(n % peopleCount).padStart(8, '0')}`;
}

/** The order number in what came to the provider. */
export function orderOf(body: Record<string, unknown>): string {
  const { components } = body.template as { components: { parameters: { text: string }[] }[] };
  return components[0]!.parameters[1]!.text;
}
