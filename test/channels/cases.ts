import { expect, it, onTestFinished, vi } from 'vitest';
import {
  type CallRequest,
  type Outgoing,
  type Received,
  type Sent,
  WebhookRefused,
} from '../../src/channels/channel.ts';
import { renderFor } from '../../src/channels/fallback.ts';
import { channelOf } from '../../src/channels/index.ts';
import type { Failure } from '../../src/model/failure.ts';
import type { Content } from '../../src/model/message.ts';
import { type Answer, failureOf, fakeCall, fixtures, outgoing, type Sample } from './tools.ts';

/** What a provider says, and what we make of it. Times that are not told are the time of arrival. */
type InboundCase = { body: unknown; account?: object; refused?: number } & {
  [K in Exclude<keyof Received, 'parts'>]?: Partial<Received[K][number]>[];
};

/** What is to be said, what the provider answers, and what went out and came of it. */
interface OutboundCase {
  content: Content;
  message?: Partial<Outgoing>;
  account?: Record<string, unknown>;
  answer?: Answer;
  request?: { url?: string; headers?: Record<string, string>; body: unknown };
  sent?: Sent;
  failure?: Failure;
}

/** A test for every fixture of what comes in. */
export function testInbound(folder: string, sample: Sample): void {
  it.each(fixtures<InboundCase>(folder, 'inbound'))(`${sample.type} receives %s`, async (_, fixture) => {
    const { body, account, refused, ...expected } = fixture;
    const door = channelOf(sample.type)!;
    const receive = async () =>
      door.receive(sample.signed(JSON.stringify(body)), { ...sample.account, ...account }, sample.lane);
    if (refused !== undefined) {
      await expect(receive()).rejects.toThrow(expect.objectContaining({ status: refused }));
      await expect(receive()).rejects.toThrow(WebhookRefused);
      return;
    }
    const timed = <T extends object>(list: T[] = []) =>
      list.map((one) => ({ timestamp: sample.lane.now, ...one }));
    expect(await receive()).toEqual({
      messages: timed(expected.messages),
      receipts: timed(expected.receipts),
      events: (expected.events ?? []).map((event) =>
        event.kind === 'template-status' ? event : { timestamp: sample.lane.now, ...event },
      ),
      ignored: expected.ignored ?? [],
    });
  });
}

/** A form as a fixture has it: fields and their values. */
function told({ body, ...request }: CallRequest): object {
  return { ...request, body: body instanceof URLSearchParams ? Object.fromEntries(body) : body };
}

/** A test for every fixture of what goes out, at the time of the sample; content is rendered before, as the pipeline does. */
export function testOutbound(folder: string, group: string, sample: Sample): void {
  it.each(fixtures<OutboundCase>(folder, group))(`${sample.type} sends %s`, async (_, fixture) => {
    const { content, message, account, answer, request, sent, failure } = fixture;
    const door = channelOf(sample.type)!;
    const { call, requests } = fakeCall(answer ?? sample.accepts!);
    vi.useFakeTimers({ now: sample.lane.now, toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const sending = async () =>
      door.send(outgoing(renderFor(content, door.carries), message), { ...sample.account, ...account }, call);
    if (failure) expect((await failureOf(sending())).failure).toEqual(failure);
    else expect(await sending()).toEqual(sent ?? expect.anything());
    if (request)
      expect(requests.map(told)).toEqual([expect.objectContaining({ method: 'POST', ...request })]);
    else if (failure && !answer) expect(requests).toEqual([]);
  });
}
