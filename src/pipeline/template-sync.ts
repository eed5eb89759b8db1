import type { ProviderTemplate } from '../channels/channel.ts';
import { isKnown } from '../model/approval.ts';
import * as clock from '../model/clock.ts';
import { Problem } from '../model/problem.ts';
import type { Template } from '../model/setup.ts';
import { templateForm } from '../model/template-form.ts';
import * as events from '../store/events.ts';
import * as store from '../store/template-sync.ts';
import type { Noted } from './approvals.ts';
import type { By } from './audit.ts';
import type { Context } from './context.ts';
import { startLoop } from './loop.ts';
import { noteInDraft } from './setup-approvals.ts';
import { changeSetup, type Draft, type SetupTools, tellsOf } from './setup-draft.ts';
import { storable } from './storable.ts';
import { problemOf, type TemplateChannel, templateChannel } from './template-channel.ts';

/** What a reading of a provider's list came to. */
export interface TemplatesSynced {
  /** How many templates the provider has. */
  read: number;
  /** Ours that stand otherwise than before. */
  changed: { code: string; lang: string; status: string }[];
  /** How many stand for none of ours. */
  offered: number;
}

const minuteMs = 60_000;
/** When a list is read again, ms: nothing is under review; something is; something is for longer than a day. */
const everyMs = 6 * 60 * minuteMs;
const pendingMs = 5 * minuteMs;
const longPendingMs = 60 * minuteMs;
/** After a failure that may pass, and after one that somebody has to mend. */
const failedMs = 15 * minuteMs;
const brokenMs = 6 * 60 * minuteMs;
/** Longer than reading the longest list takes: after a crash another process reads it then. */
const leaseMs = 5 * minuteMs;
/** A list of a hundred pages is read to its end; one of more is not one that we can keep. */
const mostPages = 100;
/** Lists that a provider gives may lag behind what it just took, ms. */
const lagMs = 2 * minuteMs;
const atATime = 4;
const lookEveryMs = 30_000;

/** Reads lists of providers: on demand, and by itself as long as `start` runs. */
export function makeSync(ctx: Context, tools: SetupTools) {
  /** Reads one, with the right to do so. Throws `Problem`, which is noted. */
  const read = async (by: By, channelId: string): Promise<TemplatesSynced> => {
    const key = { businessId: by.businessId, channelId };
    try {
      const at = await templateChannel(ctx, await ctx.setup(by.businessId), channelId);
      const startedAt = clock.now();
      const list = await whole(ctx, at);
      return await changeSetup(tools, by, (draft) => apply(draft, at, list, startedAt));
    } catch (error) {
      const problem = error instanceof Problem ? error : undefined;
      await store.failed(ctx.db, key, pauseAfter(problem), storable(failureOf(problem)));
      throw error;
    }
  };
  return {
    async now(by: By, channelId: string): Promise<TemplatesSynced> {
      // Before it is noted that one reads: what cannot be read is refused without a trace.
      await templateChannel(ctx, await ctx.setup(by.businessId), channelId);
      if (await store.take(ctx.db, { businessId: by.businessId, channelId }, leaseMs))
        return read(by, channelId);
      throw new Problem('tooMany', 'The list of this provider is being read at this moment.', {
        code: 'UNDER_WAY',
        retryAfterSeconds: 5,
      });
    },
    /** Reads what is due: in one of all processes at a time. */
    start() {
      const look = async () => {
        const due = await store.claim(ctx.db, atATime, leaseMs);
        await Promise.all(
          due.map(({ businessId, channelId }) =>
            read({ businessId }, channelId).catch((error: unknown) => {
              // What somebody has to mend stands beside the channel; it is nothing for the log each time.
              if (!(error instanceof Problem))
                ctx.log.warn({ err: error, channelId }, 'templates could not be read');
            }),
          ),
        );
        return due.length === atATime;
      };
      return startLoop('templates of providers', look, lookEveryMs, ctx.log);
    },
  };
}

/** All that the provider has. Throws `Problem`. */
async function whole(ctx: Context, { provider, account }: TemplateChannel): Promise<ProviderTemplate[]> {
  const all: ProviderTemplate[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const page = await provider.list(account, ctx.call, after).catch((error: unknown) => {
      throw problemOf(error);
    });
    all.push(...storable(page.templates));
    after = page.next;
    if (after === undefined) return all;
  }
  throw new Problem('unavailable', 'The list of the provider has no end.', { code: 'TOO_LONG' });
}

/** Notes what a list says of ours, and keeps what of it stands for none of them. */
async function apply(
  draft: Draft,
  { channel }: TemplateChannel,
  list: ProviderTemplate[],
  startedAt: number,
): Promise<TemplatesSynced> {
  const { tx, businessId, setup, tools } = draft;
  const key = { businessId, channelId: channel.id };
  const left = new Map(list.map((one) => [`${one.name} ${one.lang}`, one]));
  const changed: TemplatesSynced['changed'] = [];
  const news: NonNullable<Noted['event']>[] = [];
  // In the order of their ids, as everybody holds them.
  for (const template of [...setup.templates].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (template.contactType !== undefined && template.contactType !== channel.contactType) continue;
    const name = `${template.providerName ?? template.code} ${template.lang}`;
    const there = left.get(name);
    left.delete(name);
    const noted = await noteRead(draft, template, channel.id, there, startedAt);
    if (!noted || noted.change === 'none') continue;
    if (noted.event) news.push(noted.event);
    const { status } = noted.value.approvals.find(({ channelId }) => channelId === channel.id)!;
    if (noted.isOther) changed.push({ code: template.code, lang: template.lang, status });
  }
  const offers = [...left.values()].map(({ name, lang, ...doc }) => ({ name, lang, doc }));
  await store.replaceOffers(tx, key, offers);
  await store.done(tx, key, nextIn(setup.templates, channel.id));
  await events.append(tx, news, tellsOf(tools.surfaces));
  return { read: list.length, changed, offered: offers.length };
}

/** What the list says of one of ours; undefined: nothing that is not known, or nothing that is newer. */
async function noteRead(
  draft: Draft,
  template: Template,
  channelId: string,
  there: ProviderTemplate | undefined,
  startedAt: number,
) {
  const was = template.approvals.find((one) => one.channelId === channelId);
  const since = was?.since ?? 0;
  if (since > startedAt) return undefined;
  if (!there) {
    // What was noted by hand alone may be known to another account of the business.
    const isGone = was?.form !== undefined && was.status !== 'REJECTED' && since < startedAt - lagMs;
    if (!isGone) return undefined;
    const reason = 'The provider does not have it any more.';
    const news = { channelId, status: 'REJECTED', reason, templateId: null, form: null };
    const noted = await noteInDraft(draft, template, news, 'read');
    return { ...noted, isOther: true };
  }
  const { status, reason = null, category, quality = null, templateId, parts } = there;
  const form = parts && templateForm(parts);
  const news = { channelId, status, reason, category, quality, templateId, form };
  // As nearly all of a list stands each time: the setup is held meanwhile, and each would be a statement more.
  if (isKnown(was, news)) return undefined;
  return { ...(await noteInDraft(draft, template, news, 'read')), isOther: was?.status !== status };
}

/** Sooner while something is under review. A little earlier or later, so that not all come at once. */
function nextIn(templates: Template[], channelId: string): number {
  const pending = templates
    .flatMap(({ approvals }) => approvals)
    .filter((one) => one.channelId === channelId && one.status === 'PENDING');
  const isFresh = pending.some(({ since = 0 }) => since > clock.now() - 24 * 60 * minuteMs);
  const ms = isFresh ? pendingMs : pending.length > 0 ? longPendingMs : everyMs;
  return ms * (0.9 + Math.random() * 0.2);
}

function pauseAfter(problem: Problem | undefined): number {
  const told = (problem?.details[0]?.retryAfterSeconds ?? 0) * 1000;
  return Math.max(told, problem?.kind === 'conflict' ? brokenMs : failedMs);
}

function failureOf(problem: Problem | undefined): store.SyncFailure {
  if (!problem) return { class: 'INTERNAL', text: 'It failed on our side.' };
  const { code = 'UNAVAILABLE', field } = problem.details[0] ?? {};
  const setting = /^settings\.(.+)$/.exec(field ?? '')?.[1];
  return { class: code, text: problem.message, ...(setting !== undefined && { setting }) };
}
