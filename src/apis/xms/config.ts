import { notFound } from '../../model/problem.ts';
import * as keys from '../../store/keys.ts';
import { seesAll } from '../reach.ts';
import { get, post } from './operation.ts';
import {
  ClientApp,
  CompanyVarsConfigDoc,
  HSMTemplateDoc,
  MsgChannel,
  WebhookUrlRequest,
} from './schemas/config.ts';
import { also, dto, text, yes } from './schemas/kit.ts';
import {
  channelDocOf,
  clientAppOf,
  isTemplateWanted,
  isVarOn,
  templateDocOf,
  varDocOf,
} from './words-setup.ts';

const tag = 'Configuration';

/** `config/channels`: sandbox channels only when asked for, by either spelling (decision D27). */
export const listChannels = get({
  path: 'config/channels',
  reach: 'public',
  tag,
  summary: 'List the channels',
  told: { key: 'CHANNELS_LISTED', text: 'These are the channels' },
  query: dto('ChannelsQuery', {
    sabdnox: yes('Sandbox channels, too.'),
    sandbox: also(yes('Sandbox channels, too.')),
  }),
  envelope: 'compact',
  answer: MsgChannel,
  async run({ core, caller, query }) {
    const { channels } = await core.setup(caller.businessId);
    const withSandbox = query.sabdnox || query.sandbox;
    const withDisabled = seesAll(caller);
    return [...channels.values()]
      .filter(({ sandbox, enabled }) => (withSandbox || !sandbox) && (withDisabled || enabled))
      .map(channelDocOf);
  },
});

/** `config/global/vars` (decision D28). */
export const listVars = get({
  path: 'config/global/vars',
  tag,
  summary: 'List the global variables of templates',
  told: { key: 'VARS_LISTED', text: 'These are the global variables' },
  query: dto('VarsQuery', { channelId: text('Leaves out variables of other channels.') }),
  envelope: 'full list',
  answer: CompanyVarsConfigDoc,
  async run({ core, caller, query }) {
    const { vars, business } = await core.setup(caller.businessId);
    return vars
      .filter((one) => isVarOn(one, query.channelId))
      .map((one) => varDocOf(one, business, core.server));
  },
});

/** `config/tmpl/hsm` (decision D29). */
export const listTemplates = get({
  path: 'config/tmpl/hsm',
  reach: 'application',
  tag,
  summary: 'List the templates',
  told: { key: 'TEMPLATES_LISTED', text: 'These are the templates' },
  query: dto('TemplatesQuery', {
    channelId: text('Only those with an entry for this channel, APPROVED unless another status is given.'),
    channelStatus: text('Only those whose entry has this status.'),
  }),
  envelope: 'full list',
  answer: HSMTemplateDoc,
  async run({ core, caller, query: { channelId, channelStatus } }) {
    const { templates } = await core.setup(caller.businessId);
    return templates
      .filter((template) => isTemplateWanted(template, channelId, channelStatus))
      .map(templateDocOf);
  },
});

/** Name of a key, and its version: a key that replaces another of its app has the same name (decision D31). */
function keyNameOf(all: keys.StoredKey[], keyId: string): { keyName?: string; keyVersion?: string } {
  const key = all.find(({ id }) => id === keyId);
  if (!key) return {};
  const line = all.filter(({ appId, name }) => appId === key.appId && name === key.name);
  return { keyName: key.name, keyVersion: String(line.indexOf(key) + 1) };
}

/** `config/webhook` (decisions D30, D31). */
export const setWebhook = post({
  path: 'config/webhook',
  access: 'write',
  tag,
  summary: 'Set the webhook of the app',
  description:
    'An empty address takes it away. What may be called is the core’s rule: HTTPS, no private addresses.',
  told: { key: 'WEBHOOK_SET', text: 'The webhook is set' },
  body: WebhookUrlRequest,
  required: ['url'],
  envelope: 'full',
  answer: ClientApp,
  async run({ core, caller, body }) {
    const { businessId, appId, keyId, tenantWide, scope } = caller;
    const endpoint = await core.change.setWebhook(caller, appId, 'xms', body.url.trim());
    const setup = await core.setup(businessId);
    const app = setup.apps.get(appId);
    if (!app) throw notFound('app', 'APP_NOT_FOUND', 'The app no longer exists');
    return clientAppOf(app, setup, {
      webhook: endpoint?.url ?? '',
      ...keyNameOf(await keys.list(core.db, businessId), keyId),
      shared: tenantWide,
      readOnly: scope === 'read',
    });
  },
});
