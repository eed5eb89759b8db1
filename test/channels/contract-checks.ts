import { Value } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/channels/channel.ts';
import type { Finding } from '../../src/channels/check.ts';
import { channelOf } from '../../src/channels/index.ts';
import { type Answer, fakeTools, type Sample, secretsOf } from './tools.ts';

/** The contract of tests of a channel: what they ask, and how they tell what they found. */
export function testChecks(sample: Sample): void {
  const door = channelOf(sample.type)!;
  const { lane } = sample.lane;
  const account = Value.Default(door.account, structuredClone(sample.account)) as Record<string, unknown>;
  const secrets = secretsOf(door, account);
  const check = async (answer: Parameters<typeof fakeTools>[0]) => {
    const { tools, requests } = fakeTools(answer, { lane });
    const findings = await door.check!(account, tools);
    tellsPeople(door, findings, secrets);
    return { findings, requests, wrong: findings.filter(({ kind }) => kind === 'wrong') };
  };

  it('says where its webhook address is to be entered, where somebody is to enter it', () => {
    if (!door.webhook) return;
    expect(door.webhook.hint).toMatch(/^[A-Z].*\.$/s);
    for (const name of door.webhook.with ?? []) expect(Object.keys(door.account.properties)).toContain(name);
  });

  if (!door.check) return;
  describe('being tested', () => {
    const echo = `You sent ${secrets.join(' and ')}`;

    it('asks the addresses of the account and no others, without a secret in any', async () => {
      const { requests } = await check({ status: 200, body: {} });
      const told = Object.values(account).filter((value) => typeof value === 'string');
      // A key may come as a file that says where to ask.
      const addresses = told.flatMap((text) => text.match(/https?:\/\/[^"\s]+/g) ?? []);
      for (const { url } of requests) {
        expect(
          addresses.some((address) => url.startsWith(address)),
          url,
        ).toBe(true);
        if (!sample.secretInPath) for (const secret of secrets) expect(url).not.toContain(secret);
      }
    });

    it.each([
      { status: 401, kind: 'AUTH' },
      { status: 429, kind: 'RATE_LIMITED' },
      { status: 503, kind: 'UNAVAILABLE' },
      { status: 302, kind: 'UNAVAILABLE' },
    ])('tells $status as $kind, with the setting at fault', async ({ status, kind }) => {
      const bodies: Answer['body'][] = [
        '',
        '<html>',
        { error: { message: echo } },
        { error: echo, message: echo },
      ];
      for (const body of bodies) {
        const { wrong, requests } = await check({ status, body });
        // Where nobody can be asked, nobody refuses.
        if (requests.length === 0) continue;
        expect(wrong[0]?.class, JSON.stringify({ body, wrong })).toBe(kind);
        if (kind === 'AUTH') expect(isSecretSetting(door, wrong[0]?.field), wrong[0]?.field).toBe(true);
      }
    });

    it('tells that nobody is there, and at which address', async () => {
      const { wrong } = await check({ class: 'UNAVAILABLE', text: 'Nobody is there.' });
      for (const one of wrong) expect([one.class, one.field !== undefined]).toEqual(['UNAVAILABLE', true]);
    });

    it('bears whatever is answered', async () => {
      const bodies = [
        '',
        'null',
        '[]',
        '"x"',
        '<html>',
        '{}',
        '{"data":7}',
        '{"data":[null,7]}',
        '{"ok":true}',
      ];
      for (const body of bodies) await check({ status: 200, body });
    });
  });
}

/** Findings are sentences for people, say what to do, name settings that there are, and hold no secret. */
function tellsPeople({ account }: Channel, findings: Finding[], secrets: string[]): void {
  const names = [...Object.keys(account.properties), 'webhookUrl'];
  expect(findings.length).toBeGreaterThan(0);
  for (const { kind, text, cure, field } of findings) {
    expect(text).toMatch(/^\S.*\.$/s);
    expect(text.length).toBeLessThan(400);
    if (cure !== undefined || kind === 'wrong') expect(cure, text).toMatch(/^[A-Z].*\.$/s);
    if (field !== undefined) expect(names).toContain(field);
  }
  for (const secret of secrets) expect(JSON.stringify(findings)).not.toContain(secret);
}

function isSecretSetting({ account }: Channel, name = ''): boolean {
  return (account.properties[name] as { secret?: boolean } | undefined)?.secret === true;
}
