import type { Channel } from '../channels/channel.ts';
import { type CheckTools, type Finding, findingOf, isWrong, notice } from '../channels/check.ts';
import { refuseUrl } from '../model/address.ts';
import { SendFailure } from '../model/failure.ts';
import type { ChannelSetup } from '../model/setup.ts';
import type { By } from './audit.ts';
import { mendChannel } from './channel-mending.ts';
import type { Context } from './context.ts';
import { grantOf } from './credentials.ts';
import type { ChannelRef } from './open-connections.ts';
import { Interrupted, type Outside } from './outside.ts';
import { secretsOf, without } from './record.ts';
import { channelOf, settingsOf } from './setup-channels.ts';
import { changeSetup, type SetupTools } from './setup-draft.ts';
import { sharersOf } from './shared-webhook.ts';
import { makeTestLimit } from './test-limit.ts';
import { unless } from './unless.ts';
import { webhookOf } from './webhook-address.ts';

type Settings = Record<string, unknown>;

/** What is tested: a channel as it is saved, or as it would be. */
export interface ChannelTestRequest {
  type: string;
  lane: string;
  /** As they would be saved; absent: those that are. */
  settings?: Settings;
  /** Id of a saved channel of this type, whose secrets stand in for those that are left out or empty. */
  channelId?: string;
}

/** What came of a test. */
export interface ChannelTested {
  /** The provider was asked, or what can be wrong was looked at. */
  tested: boolean;
  /** Nothing was found that is in the way of messages. */
  well: boolean;
  /** With `settings.` before the name of a setting. */
  findings: Finding[];
}

/** A test has so long, and each call of it, ms. */
const withinMs = 20_000;
const callWithinMs = 10_000;

/** What tests work with. */
export interface ChannelTestDeps {
  ctx: Context;
  outside: Pick<Outside, 'call' | 'dial' | 'resolve'>;
  tools: SetupTools;
}

/**
 * Tests channels: has them ask their providers something harmless (`Channel.check`). A saved channel whose test goes
 * well is rid of what stood against it. Throws `Problem` for settings that could not be saved, as saving does, and
 * `tooMany` when the business tests too much.
 */
export function makeChannelTest(deps: ChannelTestDeps) {
  const limit = makeTestLimit();
  return (by: By, request: ChannelTestRequest): Promise<ChannelTested> =>
    limit.run(by.businessId, () => testChannel(deps, by, request));
}

async function testChannel(
  deps: ChannelTestDeps,
  by: By,
  request: ChannelTestRequest,
): Promise<ChannelTested> {
  const { ctx, tools } = deps;
  const { businessId } = by;
  const door = channelOf(tools.channels, request.type);
  const saved = await savedChannel(ctx, businessId, request);
  const account = accountOf(door, request, saved);
  const isSaved = saved !== undefined && request.settings === undefined;
  const [known, early] = await withCredentials(ctx, door, businessId, account, saved);
  const { check } = door;
  const asks = check !== undefined && known !== undefined;
  const found = asks
    ? await asked(deps, door, { businessId, request, entered: account, account: known, saved })
    : [];
  const findings = told(door, account, [
    ...found,
    ...early,
    ...(check ? reachable(ctx.publicUrl, door, account) : [noTest]),
  ]);
  const well = !isWrong(findings);
  if (isSaved && asks) await learn(deps, by, saved.channel.id, findings, well);
  return { tested: asks || isWrong(findings), well, findings };
}

const noTest = notice('There is no test for this type of channel: it could not be asked without a message.', {
  cure: 'Send a message to yourself.',
});

interface Saved {
  channel: ChannelSetup;
  account: Settings;
}

async function savedChannel(
  ctx: Context,
  businessId: number,
  { channelId }: ChannelTestRequest,
): Promise<Saved | undefined> {
  if (channelId === undefined) return undefined;
  const account = await ctx.account(businessId, channelId);
  return { channel: (await ctx.setup(businessId)).channels.get(channelId)!, account };
}

/** The settings that are tested, checked as they are when they are saved. */
function accountOf(door: Channel, { settings }: ChannelTestRequest, saved: Saved | undefined): Settings {
  const isSecret = (name: string) => (door.account.properties[name] as { secret?: boolean })?.secret === true;
  const of = (account: Settings, secret: boolean) =>
    Object.fromEntries(Object.entries(account).filter(([name]) => isSecret(name) === secret));
  const before = saved?.account ?? {};
  const given =
    settings &&
    Object.fromEntries(Object.entries(settings).filter(([name, one]) => one !== '' || !isSecret(name)));
  const { open, secrets } = settingsOf(door, given, of(before, false), of(before, true));
  return { ...open, ...secrets };
}

/**
 * The account with the credentials in force, where its provider renews them. A refresh token that is not saved yet is
 * not used: it is good for one use, which is the channel's own. Without any credentials there is nothing to be asked.
 */
async function withCredentials(
  ctx: Context,
  door: Channel,
  businessId: number,
  account: Settings,
  saved: Saved | undefined,
): Promise<[Settings | undefined, Finding[]]> {
  // What is made of something else than a refresh token can be made as often as one likes.
  if (!door.credentials || door.credentials.grant) return [account, []];
  if (saved && usesSavedToken(door, account, saved)) {
    try {
      return [await inForce(ctx, { businessId, channelId: saved.channel.id }, account), []];
    } catch (error) {
      return [undefined, [unrenewed(error)]];
    }
  }
  const untried = notice('The refresh token was not tried: it is good for one use.', {
    field: 'refreshToken',
    cure: 'Save the channel, and test it then.',
  });
  return [account.accessToken ? account : undefined, [untried]];
}

/**
 * The same, with fresh credentials where those in force were refused and are the saved ones: the provider may have
 * ended them early.
 */
async function asked(deps: ChannelTestDeps, door: Channel, about: Asked): Promise<Finding[]> {
  const found = await checked(deps, door, about);
  const { businessId, account, entered, saved } = about;
  const isRefused = found.some(({ kind, class: of }) => kind === 'wrong' && of === 'AUTH');
  if (!isRefused || !saved || !usesSavedToken(door, entered, saved)) return found;
  const { credentials } = deps.ctx;
  const key = { businessId, channelId: saved.channel.id };
  try {
    if (!(await credentials.renewed(key, account))) return found;
    return await checked(deps, door, { ...about, account: await inForce(deps.ctx, key, entered) });
  } catch (error) {
    return [unrenewed(error)];
  }
}

/** These settings, with the tokens of the saved channel that are in force. Throws `SendFailure`. */
async function inForce({ credentials }: Context, key: ChannelRef, settings: Settings): Promise<Settings> {
  const { accessToken, refreshToken } = await credentials.inForce(key);
  return { ...settings, accessToken, refreshToken };
}

/** Its provider renews the credentials by a token of one use, which is the one that is saved. */
function usesSavedToken(door: Channel, entered: Settings, saved: Saved): boolean {
  const isOfOneUse = door.credentials !== undefined && door.credentials.grant === undefined;
  return isOfOneUse && grantOf(door, saved.account) === grantOf(door, entered);
}

/** Why there are no credentials. Throws what is no failure of the provider's. */
function unrenewed(error: unknown): Finding {
  if (!(error instanceof SendFailure)) throw error;
  return findingOf(error.failure, { credentials: 'refreshToken', address: 'apiBase' });
}

interface Asked {
  businessId: number;
  request: ChannelTestRequest;
  /** What was entered, and the same with the credentials in force. */
  entered: Settings;
  account: Settings;
  saved: Saved | undefined;
}

async function checked(deps: ChannelTestDeps, door: Channel, asked: Asked): Promise<Finding[]> {
  const { ctx, outside } = deps;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), withinMs);
  const { signal } = late;
  const tools: CheckTools = {
    lane: asked.request.lane,
    signal,
    webhookUrls: await webhookUrls(ctx, door, asked),
    call: (request) => outside.call({ timeoutMs: callWithinMs, ...request, signal }),
    dial: (target) => outside.dial({ ...target, signal }),
    resolve: outside.resolve,
  };
  try {
    return (await unless(signal, door.check!(asked.account, tools))) ?? [tooLate()];
  } catch (error) {
    if (error instanceof Interrupted) return [tooLate()];
    ctx.log.error({ err: error, type: asked.request.type }, 'the test of a channel failed');
    return [findingOf({ class: 'INTERNAL' })];
  } finally {
    clearTimeout(timer);
    late.abort();
  }
}

function tooLate(): Finding {
  return findingOf({ class: 'UNAVAILABLE', text: `The test did not end within ${withinMs / 1000} seconds.` });
}

/** Where the provider of a saved channel may call: it, or another that hears what comes for it. */
async function webhookUrls(
  ctx: Context,
  door: Channel,
  { businessId, account, saved }: Asked,
): Promise<string[]> {
  if (!saved) return [];
  const { channel } = saved;
  const sharers = await sharersOf(ctx, { door, businessId, channelId: channel.id, account });
  return [channel, ...sharers.map((one) => one.channel)].map((one) => webhookOf(ctx, one));
}

/** Whether whoever calls from the outside can reach this server at all. */
function reachable(publicUrl: URL, door: Channel, account: Settings): Finding[] {
  if (!door.webhook?.fromOutside) return [];
  const world = (url: string, allowHttp: boolean) => refuseUrl(url, { allowHttp, allowed: [] });
  // A provider that is near, such as a simulated one, reaches us where we are.
  const isNear = Object.entries(account).some(
    ([name, value]) => /Base$/.test(name) && typeof value === 'string' && world(value, true) !== undefined,
  );
  const reason = world(publicUrl.href, false);
  if (isNear || reason === undefined) return [];
  return [
    notice(`Nobody out in the world can call ${publicUrl.origin}: ${reason}.`, {
      field: 'webhookUrl',
      cure: 'Set PUBLIC_URL to the https address under which the world reaches this server.',
    }),
  ];
}

/** The findings as they are told: no secret in them, whatever a provider repeats. */
function told(door: Channel, account: Settings, findings: Finding[]): Finding[] {
  const secrets = secretsOf(door, account);
  const shown = (text: string) => without(text, secrets);
  return findings.map(({ field, ...finding }) => ({
    ...finding,
    text: shown(finding.text),
    ...(finding.said !== undefined && { said: shown(finding.said) }),
    ...(finding.cure !== undefined && { cure: shown(finding.cure) }),
    ...(field !== undefined && { field: field in door.account.properties ? `settings.${field}` : field }),
  }));
}

/** What a test of a saved channel says of its health. */
async function learn(
  { ctx, tools }: ChannelTestDeps,
  by: By,
  channelId: string,
  findings: Finding[],
  isWell: boolean,
): Promise<void> {
  const channel = { businessId: by.businessId, channelId };
  const worst = findings.find(({ kind }) => kind === 'wrong');
  if (worst?.class)
    ctx.health.called(channel, { class: worst.class, text: [worst.text, worst.said].join(' ').trim() });
  if (!isWell) return;
  ctx.health.called(channel);
  if (await changeSetup(tools, by, (draft) => mendChannel(draft, channelId))) ctx.wake.call('messages');
}
