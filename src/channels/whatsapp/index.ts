import { type Channel, WebhookRefused } from '../channel.ts';
import { assertGraphSigned, graphChallenge } from '../graph.ts';
import { sameText } from '../signature.ts';
import { cloudAccount, dialogAccount } from './account.ts';
import { carries } from './capabilities.ts';
import { checkCloud, checkDialog } from './check.ts';
import { cloudEndpoint, dialogEndpoint } from './endpoint.ts';
import { receivedOf } from './inbound.ts';
import { fetchMedia, uploadMedia } from './media.ts';
import { send } from './send.ts';
import { signalsAt } from './signals.ts';
import { cloudTemplates, dialogTemplates } from './template-desks.ts';

/** WhatsApp at Meta's own Cloud API. Webhooks are signed with the secret of the app. */
export const whatsappCloud: Channel<typeof cloudAccount> = {
  types: ['wacfb', 'wa'],
  contactType: 'WHATSAPP',
  name: 'WhatsApp, Cloud API',
  about: 'WhatsApp by Meta’s own Cloud API.',
  account: cloudAccount,
  carries,
  receive(request, { appSecret, phoneNumberId, wabaId }, { now }) {
    assertGraphSigned(request, appSecret);
    return receivedOf(request.body, { now, phoneNumberId, ...(wabaId && { wabaId }) });
  },
  handshake: (query, { verifyToken }) => graphChallenge(query, verifyToken),
  sharedWebhook: ({ appSecret }) => appSecret,
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'At Meta: your app, WhatsApp, Configuration. Enter it as the callback URL, with the verify token, and subscribe to messages, message_template_status_update, message_template_quality_update and template_category_update.',
    with: ['verifyToken'],
  },
  check: checkCloud,
  templates: cloudTemplates,
  send: (message, account, call) => send(message, cloudEndpoint(account), account, call),
  signals: signalsAt<typeof cloudAccount>(cloudEndpoint),
  fetchMedia: (media, account, call, save) => fetchMedia(media, cloudEndpoint(account), call, save),
  uploadMedia: (file, account, call) => uploadMedia(file, cloudEndpoint(account), call),
};

/**
 * WhatsApp by 360dialog: Meta's bodies and webhooks at another address. Meta's signature is made with
 * 360dialog's own secret, so a header that the operator sets there vouches for the webhooks.
 */
export const whatsappDialog: Channel<typeof dialogAccount> = {
  types: ['wa360'],
  contactType: 'WHATSAPP',
  name: 'WhatsApp, 360dialog',
  about: 'WhatsApp by 360dialog.',
  account: dialogAccount,
  carries,
  receive(request, { webhookHeader, webhookSecret }, { now }) {
    const told = request.headers[webhookHeader.toLowerCase()];
    if (!told || !sameText(told, webhookSecret)) throw new WebhookRefused('wrong webhook secret');
    return receivedOf(request.body, { now });
  },
  webhook: {
    how: 'entered',
    fromOutside: true,
    hint: 'At 360dialog, by their API (POST /v1/configs/webhook): with the webhook secret in its header.',
    with: ['webhookHeader', 'webhookSecret'],
  },
  check: checkDialog,
  templates: dialogTemplates,
  send: (message, account, call) => send(message, dialogEndpoint(account), account, call),
  signals: signalsAt<typeof dialogAccount>(dialogEndpoint),
  fetchMedia: (media, account, call, save) => fetchMedia(media, dialogEndpoint(account), call, save),
  uploadMedia: (file, account, call) => uploadMedia(file, dialogEndpoint(account), call),
};
