import type { Static } from 'typebox';
import { Attachment, contactType } from './common.ts';
import { anything, dto, flag, free, list, long, text } from './kit.ts';

export const MsgChannel = dto('MsgChannel', {
  channelId: text('Id of the channel: type and lane.'),
  contactType,
  lane: text('Our side of the conversation.'),
  name: text('What the channel is called.'),
});

export const CompanyVarsConfigDoc = dto('CompanyVarsConfigDoc', {
  description: text(),
  disabled: flag('Not used in templates.'),
  domain: text('Name of the business.'),
  group: text(),
  id: text(),
  key: text('Stands in templates as `{{global.key}}`.'),
  server: text('The rest of the public host.'),
  shared: flag(),
  type: text(),
  value: anything(),
});

export const HSMTemplateDoc = dto('HSMTemplateDoc', {
  approved: list(
    dto('ApprovedChannels', {
      channelId: text(),
      status: text('APPROVED, PENDING, REJECTED or PAUSED.'),
      templateId: text("The provider's id of the template."),
    }),
    'The state of the template at each channel.',
  ),
  attachments: list(Attachment, 'Media of the header.'),
  body: text('What it says, with placeholders.'),
  category: text(),
  categoryType: text(),
  code: text('Name by which it is sent.'),
  contactType: text('Kind of channel that it is for.'),
  createdBy: text(),
  createdStamp: long('When it was made.'),
  desc: text(),
  footer: text(),
  formatType: text(),
  header: text(),
  id: text('Id of this language variant.'),
  lang: text('Language of this variant.'),
  meta: free(),
  model: free(),
  name: text(),
  options: free('Its own buttons.'),
  template: text('Name at the provider, where it differs from the code.'),
  title: text('Subject, on channels that have one.'),
});

export const WebhookUrlRequest = dto('WebhookUrlRequest', {
  url: text('Address that is called from now on; empty: none.'),
});

/** Decision D31: `key` and `secret` are documented and never filled. */
export const ClientApp = dto('ClientApp', {
  agentApp: flag('Agents work with it.'),
  appHook: text(),
  appHookFrwrd: text(),
  appMode: text('AGENT, BOT, SCRIPTUS, PUSH, WEBHOOK or NONE.'),
  appType: text(),
  config: free(),
  forward: text(),
  id: text('Id of the app.'),
  key: text('Never told.'),
  keyName: text('Name of the key that asked.'),
  keyVersion: text(),
  props: free(),
  queue: text('Queue whose sessions it holds.'),
  readOnly: flag('The key that asked may only read.'),
  secret: free('Never told.'),
  shared: flag('The key that asked may act for every app of the business.'),
  webhook: text('Address that is called.'),
});

export const ContactPrefsUpdate = dto('ContactPrefsUpdate', {
  contactId: text('The contact.'),
  lang: text('Language that it prefers, such as en or en_US.'),
});

export type Channel = Static<typeof MsgChannel>;
export type Var = Static<typeof CompanyVarsConfigDoc>;
export type TemplateDoc = Static<typeof HSMTemplateDoc>;
export type ClientAppDoc = Static<typeof ClientApp>;
