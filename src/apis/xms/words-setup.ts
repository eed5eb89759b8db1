import { present } from '../../model/present.ts';
import type { App, Business, ChannelSetup, Setup, Template, Var } from '../../model/setup.ts';
import type { Channel, ClientAppDoc, TemplateDoc, Var as VarDoc } from './schemas/config.ts';
import { attachmentOf, optionsOf } from './words-history.ts';

export function channelDocOf({ id, contactType, lane, name }: ChannelSetup): Channel {
  return { channelId: id, contactType, lane, name };
}

export function varDocOf(one: Var, { domain }: Business, server: string): VarDoc {
  const { id, key, value, type, group, description, shared, disabled } = one;
  return present({ id, key, value, type, group, description, shared, disabled, domain, server });
}

/** True where a variable may be used: on its own channel, or everywhere when it is bound to none (D28). */
export function isVarOn(one: Var, channelId: string | undefined): boolean {
  return channelId === undefined || one.channelId === undefined || one.channelId === channelId;
}

export function templateDocOf(template: Template): TemplateDoc {
  const { id, code, lang, name, desc, contactType, category, categoryType, formatType } = template;
  const { title, header, body, footer, buttons, media, providerName, meta, approvals } = template;
  return present({
    id,
    code,
    lang,
    name,
    desc,
    contactType,
    category,
    categoryType,
    formatType,
    title,
    header,
    body,
    footer,
    template: providerName,
    options: buttons.length > 0 ? optionsOf(buttons) : undefined,
    attachments: media && [attachmentOf(media, media.type)],
    meta,
    approved: approvals.map(({ channelId, status, templateId }) =>
      present({ channelId, status, templateId }),
    ),
    createdBy: template.createdBy,
    createdStamp: template.createdAt,
  });
}

/**
 * What `channelId` and `channelStatus` keep of the templates (decision D29): those with an entry for the
 * channel, whose status is the wanted one, or APPROVED; with a status alone any entry may have it.
 */
export function isTemplateWanted(template: Template, channelId?: string, channelStatus?: string): boolean {
  if (channelId === undefined && channelStatus === undefined) return true;
  const wanted = (channelStatus ?? 'APPROVED').toUpperCase();
  return template.approvals.some(
    (approval) =>
      (channelId === undefined || approval.channelId === channelId) &&
      approval.status.toUpperCase() === wanted,
  );
}

/** What an app may know of itself: `key` and `secret` never leave the server (decision D31). */
export function clientAppOf(
  app: App,
  setup: Setup,
  more: { webhook: string; keyName?: string; keyVersion?: string; shared: boolean; readOnly: boolean },
): ClientAppDoc {
  const queue = [...setup.queues.values()].find(({ appId }) => appId === app.id);
  return present({
    id: app.id,
    appMode: app.mode,
    appType: app.type,
    agentApp: app.mode === 'AGENT',
    queue: queue?.code,
    props: app.props,
    ...more,
  });
}
