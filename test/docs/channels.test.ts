import { describe, expect, it } from 'vitest';
import type { Received } from '../../src/channels/channel.ts';
import { type Echo, outcomeOf, outcomes } from '../../src/channels/dummy/outcomes.ts';
import { channels } from '../../src/channels/index.ts';
import { carries, mostCards } from '../../src/channels/whatsapp/capabilities.ts';
import { type FailureClass, failureClasses, SendFailure, verdictOf } from '../../src/model/failure.ts';
import { advances, type Status } from '../../src/model/status.ts';
import { places } from './channel-pages.ts';
import { codeOf, page, tableRows } from './pages.ts';

type Setting = { default?: unknown; secret?: boolean };

describe.each(channels.map((channel) => ({ channel, type: channel.types[0]! })))(
  '$type',
  ({ channel, type }) => {
    const [path, heading] = places[type]!;
    const part = page(path)
      .text.split(/^## /m)
      .find((one) => one.startsWith(heading))!;
    const rows = tableRows(part, 'setting');

    it('is described with every setting, and none besides', () => {
      expect(rows.map(([name]) => codeOf(name))).toEqual(
        expect.arrayContaining(Object.keys(channel.account.properties)),
      );
      expect(rows).toHaveLength(Object.keys(channel.account.properties).length);
    });

    it('tells the defaults, what must be set, and what is secret', () => {
      const required = channel.account.required ?? [];
      for (const [name, schema] of Object.entries(channel.account.properties as Record<string, Setting>)) {
        const [, meaning = '', standard = ''] = rows.find(([cell]) => codeOf(cell) === name)!;
        if (schema.default !== undefined) expect(standard, name).toBe(`\`${schema.default}\``);
        else expect(standard === 'required', name).toBe(required.includes(name));
        expect(/Never shown again/.test(meaning), name).toBe(schema.secret === true);
      }
    });
  },
);

describe('the magic recipients of the sandbox', () => {
  const rows = tableRows(page('docs/channels/dummy.md').text, 'digits').map(
    ([digits, text = '', status]) => [codeOf(digits) ?? '', text, codeOf(status) ?? ''] as const,
  );

  it('are all there', () => {
    expect(rows.map(([digits]) => digits)).toEqual(['000', ...Object.keys(outcomes).sort()]);
  });

  it.each(rows)('%s: %s', (digits, text, status) => {
    const { ended, failures, echoes } = play(digits);
    expect(ended).toBe(status);
    for (const failure of failures) expect(text).toContain(`\`${failure}\``);
    const answer = echoes.flatMap(({ messages = [] }) => messages);
    expect(/the person/.test(text), 'somebody writes back').toBe(answer.length > 0);
    const words = { image: 'picture', location: 'location', contacts: 'contact card', text: '' };
    for (const { content } of answer) expect(text).toContain(words[content.type as keyof typeof words]);
  });

  it('come as soon as is told', () => {
    const at = (digits: string) => sent(digits, 1).map(({ afterMs }) => afterMs);
    expect(at('000')).toEqual([10, 100, 300]);
    expect(at('003')).toEqual([10, 5000, 6000]);
    expect(at('110')).toEqual([10, 200]);
    expect(at('005')).toEqual([0, 300]);
  });
});

function sent(digits: string, attempt: number): Echo[] {
  return outcomeOf(`966500000${digits}`)({
    id: '01a20ff36bdb00009fe99e37',
    attempt,
    contactId: `dummy966500000${digits}_sandbox`,
    csid: `966500000${digits}`,
    channelId: 'dummy:sandbox',
    lane: 'sandbox',
    content: { type: 'text', text: 'Hello' },
  });
}

/** Tries a message until it is sent or has failed for good, by the rules of the pipeline. */
function play(digits: string): { ended: Status; failures: Set<FailureClass>; echoes: Partial<Received>[] } {
  const failures = new Set<FailureClass>();
  let ageMs = 0;
  for (let attempt = 1, free = 0; attempt < 10_000; attempt++) {
    try {
      const echoes = sent(digits, attempt).map(({ received }) => received(0));
      const reached = echoes.flatMap(({ receipts = [] }) => receipts);
      for (const { failure } of reached) if (failure) failures.add(failure.class);
      const ended = reached.reduce<Status>(
        (high, { status }) => (advances(high, status) ? status : high),
        'SENTX',
      );
      return { ended, failures, echoes };
    } catch (error) {
      const failure = error instanceof SendFailure ? error.failure : ({ class: 'INTERNAL' } as const);
      failures.add(failure.class);
      const now = { attempt: attempt - free, tried: attempt, ageMs, random: 1, onUnknown: 'retry' } as const;
      const verdict = verdictOf(failure, now);
      if (verdict.kind === 'final')
        return { ended: failureClasses[failure.class].final, failures, echoes: [] };
      ageMs += verdict.inMs;
      if (!verdict.countsAsAttempt) free++;
    }
  }
  throw new Error(`${digits} is tried without end`);
}

it('tells the limits of WhatsApp as they are', () => {
  const { text } = page('docs/channels/whatsapp.md');
  const out = new Map(
    tableRows(text.slice(text.indexOf('## What it carries')), '').map(([name, told = '']) => [name, told]),
  );
  const size = (bytes: number) => (bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MB` : `${bytes / 2 ** 10} KB`);
  expect(out.get('text')).toContain(`${carries.maxText?.toLocaleString('en')} characters`);
  expect(out.get('contact cards')).toBe(`up to ${mostCards}`);
  for (const [type, rule] of Object.entries(carries.media ?? {}))
    expect(out.get(type === 'audio' || type === 'voice' ? 'audio, voice' : type), type).toContain(
      size(rule.maxBytes),
    );
  const { max, maxLabel, listMax, listMaxLabel } = carries.buttons;
  const words = text.replace(/\s+/g, ' ');
  expect(words).toContain(`up to ${max} choices with labels of up to ${maxLabel} characters go as buttons`);
  expect(words).toContain(`up to ${listMax} (labels up to ${listMaxLabel}) as a list`);
  expect(words).toContain(`Within ${carries.windowHours} hours after a person's last message`);
});
