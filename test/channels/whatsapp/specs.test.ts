import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { renderFor } from '../../../src/channels/fallback.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { bodyOf } from '../../../src/channels/whatsapp/body.ts';
import type { Content } from '../../../src/model/message.ts';
import { fixtures, outgoing } from '../tools.ts';
import { cloudSample, dialogSample } from './sample.ts';

// Meta's own description and samples: kept beside the repository, so they may not be there.
const folder = new URL('../../../../shared/contract/specs/', import.meta.url);

function told(name: string): URL | undefined {
  const file = new URL(name, folder);
  if (existsSync(file)) return file;
  console.warn(`skipped: ../shared/contract/specs/${name} is not there to be tested against`);
  return undefined;
}

function json<T>(file: URL | undefined): T | undefined {
  return file && (JSON.parse(readFileSync(file, 'utf8')) as T);
}

/** What each of Meta's samples must become: types of messages, and kinds or codes of events. */
const outcomes: Record<string, { messages?: string[]; events?: string[] }> = {
  'Text Message': { messages: ['text'] },
  'Text Message with Context (Product Inquiry)': { messages: ['text'] },
  'Text Message from Click to WhatsApp Ad': { messages: ['text'] },
  'Reaction Message': { messages: ['reaction'] },
  'Image Message': { messages: ['image'] },
  'Location Message': { messages: ['location'] },
  'Contact Sharing Message': { messages: ['contacts'] },
  'Unsupported Message': { messages: ['unsupported'] },
  'Button Message': { messages: ['text'] },
  'Interactive List Reply Message': { messages: ['text'] },
  'Interactive Button Reply Message': { messages: ['text'] },
  'Order Message': { messages: ['text'], events: ['ORDER'] },
  'System Message': { events: ['address-changed'] },
  'Group Create Message': { events: ['GROUP_LIFECYCLE_UPDATE'] },
  'Group Settings Update': { events: ['GROUP_SETTINGS_UPDATE'] },
  'Group Remove Participants': { events: ['GROUP_PARTICIPANTS_UPDATE'] },
};

const samples = json<Record<string, unknown>>(told('meta-webhook-examples.json'));

describe.skipIf(!samples)('Meta’s samples of webhooks', () => {
  const cases = Object.entries(samples ?? {}).flatMap(([name, body]) =>
    [cloudSample, dialogSample].map((sample) => ({ name, body, type: sample.type, sample })),
  );
  it.each(cases)('$name is understood ($type)', async ({ name, body, sample }) => {
    const request = sample.signed(JSON.stringify(body));
    const received = await channelOf(sample.type)!.receive(request, sample.account, sample.lane);
    expect(received.ignored).toEqual([]);
    const { messages = [], events = [] } = outcomes[name] ?? {};
    expect(received.messages.map(({ content }) => content.type)).toEqual(messages);
    expect(received.events.map((event) => ('code' in event ? event.code : event.kind))).toEqual(events);
    expect(received.messages.length + received.events.length, 'nothing came of it').toBeGreaterThan(0);
    for (const { csid, timestamp } of received.messages) {
      expect(csid).toMatch(/^\d{11}$/);
      expect(new Date(timestamp).getUTCFullYear()).toBe(2025);
    }
  });
});

interface Description {
  components: { schemas: Record<string, object> };
}

/**
 * Two places in which the description contradicts Meta's pages: positions of buttons begin with 0, and
 * links and requests for a location are interactive messages, too (these are only checked as messages).
 */
function amended(description: Description): Description {
  return JSON.parse(JSON.stringify(description).replaceAll('"^[2-6, 11-14]$"', '"^[0-9]$"')) as Description;
}

const undescribed = new Set(['cta_url', 'location_request_message']);
const schemaNames: Record<string, string> = {
  text: 'TextMessage',
  audio: 'AudioMessage',
  video: 'VideoMessage',
  document: 'DocumentMessage',
  image: 'ImageMessage',
  location: 'LocationMessage',
  sticker: 'StickerMessage',
  reaction: 'ReactionMessage',
  interactive: 'InteractiveMessage',
  template: 'TemplateMessage',
  contacts: 'ContactsMessage',
};

const description = json<Description>(told('meta-whatsapp.json'));

describe.skipIf(!description)('what goes out, by Meta’s description', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  if (description) ajv.addSchema({ $id: 'meta', ...amended(description) });
  const { carries } = channelOf('wacfb')!;

  it.each(fixtures<{ content: Content; message?: object }>('whatsapp', 'outbound'))('%s', (_, fixture) => {
    const message = outgoing(renderFor(fixture.content, carries), fixture.message);
    const body = bodyOf(message, { listLabel: 'Choose' });
    const kind = (body.interactive as { type: string } | undefined)?.type ?? '';
    const name = undescribed.has(kind) ? 'BaseMessageProperties' : schemaNames[body.type]!;
    const validate = ajv.getSchema(`meta#/components/schemas/${name}`)!;
    validate(JSON.parse(JSON.stringify(body)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('would notice what is wrong', () => {
    const validate = ajv.getSchema('meta#/components/schemas/TextMessage')!;
    expect(validate({ messaging_product: 'whatsapp', to: '1', type: 'text', text: { words: '' } })).toBe(
      false,
    );
  });
});
