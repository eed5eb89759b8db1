import type { Template } from '../model/setup.ts';
import type { By } from './audit.ts';
import type { Context } from './context.ts';
import type { SetupTools } from './setup-draft.ts';
import { checkTemplate, type TemplateChecked } from './template-check.ts';
import { makeRemoveAtProviders, makeTakeOver, type OfferWanted } from './template-offers.ts';
import { makeSubmit } from './template-submit.ts';
import { makeSync, type TemplatesSynced } from './template-sync.ts';
import type { TemplateChange } from './template-value.ts';

export type { ChannelView, TemplateChecked } from './template-check.ts';
export type { OfferWanted } from './template-offers.ts';
export type { TemplatesSynced } from './template-sync.ts';

/** Templates and the providers that approve them. */
export interface Templates {
  /** What would become of a template, had it been saved: what each channel would refuse, and how each would show it. */
  check(businessId: number, change: Partial<TemplateChange>): Promise<TemplateChecked>;
  /**
   * Hands a template in to the provider of a channel, or what was changed of it since. Done once, however often it is
   * asked for, whatever dies in between. Throws `Problem`: what stands against it, or what the provider says.
   */
  submit(by: By, templateId: string, channelId: string): Promise<Template>;
  /** Reads how all templates stand at the provider of a channel. Throws `Problem`. */
  sync(by: By, channelId: string): Promise<TemplatesSynced>;
  /** Makes templates of what the provider has and we had not. All or none. Throws `Problem` naming the place. */
  takeOver(by: By, channelId: string, wanted: OfferWanted[]): Promise<Template[]>;
  /** Takes a template away at every provider that is known to have it. It stays here. Throws `Problem`. */
  removeAtProviders(by: By, templateId: string): Promise<void>;
}

export function makeTemplates(ctx: Context, tools: SetupTools): Templates {
  return {
    check: async (businessId, change) => checkTemplate(ctx, await ctx.setup(businessId), change),
    submit: makeSubmit(ctx, tools),
    sync: makeSync(ctx, tools).now,
    takeOver: makeTakeOver(tools),
    removeAtProviders: makeRemoveAtProviders(ctx),
  };
}
