import type { ProviderTemplate } from '../channels/channel.ts';
import { present } from '../model/present.ts';
import { invalid, notFound, Problem } from '../model/problem.ts';
import type { Template } from '../model/setup.ts';
import { templateForm } from '../model/template-form.ts';
import * as events from '../store/events.ts';
import { takeOffer } from '../store/template-sync.ts';
import type { Noted } from './approvals.ts';
import type { By } from './audit.ts';
import type { Context } from './context.ts';
import { noteInDraft } from './setup-approvals.ts';
import { changeSetup, type Draft, type SetupTools, tellsOf } from './setup-draft.ts';
import { putTemplate } from './setup-templates.ts';
import { problemOf, templateChannel } from './template-channel.ts';

/** A template of the provider that is to become one of ours, and under which code; its own name when absent. */
export interface OfferWanted {
  name: string;
  lang: string;
  code?: string;
}

/** Makes templates of what providers have. */
export function makeTakeOver(tools: SetupTools) {
  return (by: By, channelId: string, wanted: OfferWanted[]): Promise<Template[]> =>
    changeSetup(tools, by, async (draft) => {
      const made: Template[] = [];
      const news: NonNullable<Noted['event']>[] = [];
      for (const [i, one] of wanted.entries()) {
        const { value, event } = await takeOverOne(draft, channelId, one, `templates[${i}]`);
        made.push(value);
        if (event) news.push(event);
      }
      await events.append(draft.tx, news, tellsOf(tools.surfaces));
      return made;
    });
}

async function takeOverOne(
  draft: Draft,
  channelId: string,
  { name, lang, code = name }: OfferWanted,
  at: string,
) {
  const { tx, businessId, setup } = draft;
  const channel = setup.channels.get(channelId);
  const offer = channel && (await takeOffer(tx, { businessId, channelId }, { name, lang }));
  if (!offer)
    throw invalid(`${at}.name`, 'The provider has no such template that is not yours already', {
      code: 'UNKNOWN_OFFER',
      value: `${name}/${lang}`,
    });
  const { parts, unknownParts, ...standing } = offer.doc as unknown as Omit<
    ProviderTemplate,
    'name' | 'lang'
  >;
  if (!parts)
    throw invalid(`${at}.name`, `It has parts that templates here cannot have: ${unknownParts}`, {
      code: 'UNKNOWN_PARTS',
      value: `${name}/${lang}`,
    });
  if (setup.templates.some((one) => one.code === code && one.lang === lang))
    throw new Problem(
      'conflict',
      'There is a template of this code and language already: give another code.',
      {
        field: `${at}.code`,
        code: 'CODE_TAKEN',
        value: code,
      },
    );
  const contactType = channel.contactType;
  const providerName = code === name ? undefined : name;
  const made = await putTemplate(
    draft,
    present({ ...parts, code, lang, contactType, category: standing.category, providerName }),
  ).catch((error: unknown) => Promise.reject(within(error, at)));
  const { status, reason, category, quality, templateId } = standing;
  const form = templateForm(parts);
  const news = { channelId, status, reason, category, quality, templateId, form };
  return noteInDraft(draft, made.value, news, 'read');
}

/** What is wrong with one of several, by its place. */
function within(error: unknown, at: string): unknown {
  if (!(error instanceof Problem)) return error;
  return new Problem(
    error.kind,
    error.message,
    error.details.map(({ field, ...rest }) => ({ ...rest, field: `${at}.${field ?? 'name'}` })),
  );
}

/** Takes templates away at providers, because somebody asked for it. */
export function makeRemoveAtProviders(ctx: Context) {
  return async ({ businessId }: By, templateId: string): Promise<void> => {
    const setup = await ctx.setup(businessId);
    const template = setup.templates.find(({ id }) => id === templateId);
    if (!template) throw notFound('template', 'TEMPLATE_NOT_FOUND', 'There is no such template.');
    const { code, lang, providerName: name = code } = template;
    for (const { channelId, form, templateId: providerId } of template.approvals) {
      // What was noted by hand alone is nothing that we know to be there.
      if (form === undefined) continue;
      const { provider, account, channel } = await templateChannel(ctx, setup, channelId);
      if (!provider.remove)
        throw new Problem(
          'conflict',
          `The provider of ${channel.id} cannot take away one language of a template: do that there, or leave it.`,
          { field: 'atProviders', code: 'NOT_SUPPORTED' },
        );
      await provider
        .remove(present({ name, lang, templateId: providerId }), account, ctx.call)
        .catch((error: unknown) => Promise.reject(problemOf(error)));
    }
  };
}
