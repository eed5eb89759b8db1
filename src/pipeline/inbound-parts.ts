import type { Received, ReceivedMessage } from '../channels/channel.ts';
import { groupBy } from '../model/group.ts';
import type { Transaction } from '../store/database.ts';
import * as store from '../store/inbound-parts.ts';
import { whole } from './apply-received.ts';
import type { Context } from './context.ts';
import type { Arrival } from './receive.ts';

/** Stands where a part of a text is missing. */
const gap = '[…]';

/**
 * Keeps the parts of longer texts that came in, and joins those of which all are there now: the arrivals with
 * these as messages.
 */
export async function withJoined(tx: Transaction, batch: Arrival[]): Promise<Arrival[]> {
  const parts = batch.flatMap(({ setup, channel, received }) =>
    (received.parts ?? []).map((part) => ({ businessId: setup.business.id, channelId: channel.id, ...part })),
  );
  if (parts.length === 0) return batch;
  await store.keep(tx, parts);
  const joined = groupBy(await store.takeWhole(tx, parts), textKey);
  return batch.map((arrival) => {
    const { setup, channel, received } = arrival;
    const messages: ReceivedMessage[] = [];
    for (const part of received.parts ?? []) {
      const key = textKey({ businessId: setup.business.id, channelId: channel.id, ...part });
      const list = joined.get(key);
      if (!list) continue;
      joined.delete(key);
      messages.push(messageOf(list));
    }
    if (messages.length === 0) return arrival;
    return { ...arrival, received: { ...received, messages: [...received.messages, ...messages] } };
  });
}

/** What is there of texts whose other parts did not come within five minutes, as what their channels received. */
export async function staleTexts(tx: Transaction, ctx: Pick<Context, 'setup'>): Promise<Arrival[]> {
  const arrivals: Arrival[] = [];
  for (const list of groupBy(await store.takeStale(tx), textKey).values()) {
    const { businessId, channelId } = list[0]!;
    const setup = await ctx.setup(businessId);
    const channel = setup.channels.get(channelId);
    // Of a channel that is gone nobody wants it.
    if (channel) arrivals.push({ setup, channel, received: incomplete(list) });
  }
  return arrivals;
}

function incomplete(list: store.InboundPart[]): Received {
  const { csid, total, timestamp } = list[0]!;
  const there = new Set(list.map(({ part }) => part));
  const missing = Array.from({ length: total }, (_, i) => i + 1).filter((part) => !there.has(part));
  const data = { parts: total, missing };
  return whole({
    messages: [messageOf(list)],
    events:
      missing.length === 0 ? [] : [{ kind: 'other', code: 'INCOMPLETE_MESSAGE', csid, data, timestamp }],
  });
}

function messageOf(list: store.InboundPart[]): ReceivedMessage {
  const { csid, total, providerId } = list[0]!;
  const texts = new Map(list.map(({ part, text }) => [part, text]));
  const text = Array.from({ length: total }, (_, i) => texts.get(i + 1) ?? gap).join('');
  return {
    providerId,
    csid,
    timestamp: Math.min(...list.map(({ timestamp }) => timestamp)),
    content: { type: 'text', text },
  };
}

function textKey(
  of: Pick<store.InboundPart, 'businessId' | 'channelId' | 'csid' | 'reference' | 'total'>,
): string {
  return JSON.stringify([of.businessId, of.channelId, of.csid, of.reference, of.total]);
}
