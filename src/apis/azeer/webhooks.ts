import Type, { type Static } from 'typebox';
import type { Endpoint, Setup } from '../../model/setup.ts';
import { findOnce } from '../../pipeline/idempotency.ts';
import { inWords } from './errors.ts';
import { route } from './route.ts';
import { eventNames } from './topics.ts';
import { done, envelope, filled, idParams, known, microsecondsTime, oneOf, text } from './words.ts';

const tag = 'Webhooks';

const flag = Type.Boolean({
  description: 'False: nothing is told, and nothing kept for later.',
  examples: [true],
});
const url = filled('Where events are posted.', 'https://crm.example/hook');
const event = oneOf(eventNames, 'The one event that is told.');

/** A webhook as this API tells one (azeer.md 6.1). */
const Webhook = Type.Object(
  {
    id: text('Its id.', '65f0c0ffee65f0c0ffee65f1'),
    business_id: text('The business, a UUID.', '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b'),
    name: text('Its name.', 'inbox'),
    description: text('What it is for.', 'incoming to CRM'),
    url,
    event,
    securetoken: text('Shown when it is made, and never again.', '********'),
    policy: text('As it was given; else `schedule`: tried for about 70 hours.', 'retry'),
    enabled: flag,
    created_at: text('When it was made.', '2026-01-05T09:12:31.163000Z'),
    updated_at: text('When it was changed.', '2026-01-05T09:12:31.163000Z'),
  },
  { $id: 'Webhook' },
);

/** What stands where a secret stood. */
const hidden = '********';

function webhookTold(endpoint: Endpoint, { business }: Setup, securetoken = hidden): Static<typeof Webhook> {
  const {
    id,
    name = '',
    description = '',
    topic,
    policy,
    enabled,
    disabledAt,
    createdAt,
    updatedAt,
  } = endpoint;
  return {
    id,
    business_id: business.uuid,
    name,
    description,
    url: endpoint.url,
    event: topic as (typeof eventNames)[number],
    securetoken,
    policy: endpoint.policyWord ?? policy,
    enabled: enabled && disabledAt === undefined,
    created_at: microsecondsTime(createdAt),
    updated_at: microsecondsTime(updatedAt),
  };
}

/** The webhooks of the business on this surface. */
function webhooksOf({ endpoints }: Setup): Endpoint[] {
  return [...endpoints.values()].filter(({ surface }) => surface === 'azeer');
}

const request = {
  name: 'inbox',
  description: 'incoming to CRM',
  url: 'https://crm.example/hook',
  event: 'incoming_msg',
  securetoken: 's3cr3t-value',
  policy: 'retry',
  enabled: true,
};
const record = (securetoken: string) => ({
  id: '65f0c0ffee65f0c0ffee65f1',
  business_id: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b',
  ...request,
  securetoken,
  created_at: '2026-01-05T09:12:31.163000Z',
  updated_at: '2026-01-05T09:12:31.163000Z',
});

export const webhooks = [
  route({
    method: 'POST',
    path: '/webhook',
    right: 'setup',
    tag,
    summary: 'Create a webhook for one event',
    about:
      'Of the whole business: it hears of everybody, whichever app has to do with them. Each call carries ' +
      '`Authorization: Bearer <securetoken>` and `X-Signature: sha256=<hex>`, the HMAC-SHA256 of the body with the ' +
      'same token.',
    body: Type.Object(
      {
        name: filled('Its name.', 'inbox'),
        description: text('What it is for.', 'incoming to CRM'),
        url,
        event,
        securetoken: filled('Shared secret: up to 256 printable characters without spaces.', 's3cr3t-value'),
        policy: filled('`retry`: tried up to 5 times. Anything else: one time.', 'retry'),
        enabled: flag,
      },
      { $id: 'NewWebhook' },
    ),
    answer: envelope('WebhookPut', Webhook),
    example: { request, response: done('webhook created', record('s3cr3t-value')) },
    async run({ core, caller, body, setup }) {
      const { securetoken, event: topic, policy, ...rest } = body;
      const { value } = await core.change
        .putEndpoint(caller, {
          ...rest,
          surface: 'azeer',
          topic,
          policy: policy === 'retry' ? 'retry' : 'once',
          policyWord: policy,
          verifyToken: securetoken,
        })
        .catch(inWords({ verifyToken: 'securetoken', topic: 'event', policyWord: 'policy' }));
      return done('webhook created', webhookTold(value, await setup(), securetoken));
    },
  }),
  route({
    method: 'GET',
    path: '/webhook',
    right: 'setup',
    tag,
    summary: 'All webhooks',
    answer: envelope('WebhookList', Type.Array(Webhook)),
    example: { response: done('webhooks list', [record(hidden)]) },
    async run({ setup }) {
      const all = await setup();
      return done(
        'webhooks list',
        webhooksOf(all).map((one) => webhookTold(one, all)),
      );
    },
  }),
  route({
    method: 'GET',
    path: '/webhook/:id',
    right: 'setup',
    tag,
    summary: 'One webhook',
    params: idParams,
    answer: envelope('WebhookTold', Webhook),
    example: { response: done('webhook details', record(hidden)) },
    async run({ params, setup }) {
      const all = await setup();
      const found = webhooksOf(all).find(({ id }) => id === params.id);
      return done('webhook details', webhookTold(known(found, 'webhook'), all));
    },
  }),
  route({
    method: 'DELETE',
    path: '/webhook/:id',
    right: 'setup',
    tag,
    summary: 'Remove a webhook',
    about: 'What was on its way to it is given up.',
    params: idParams,
    answer: envelope('WebhookDeleted', Type.Object({ id: idParams.properties.id })),
    example: { response: done('webhook deleted', { id: '65f0c0ffee65f0c0ffee65f1' }) },
    async run({ core, caller, params, setup }) {
      const id = await findOnce(async () => {
        const found = webhooksOf(await setup()).find(({ id }) => id === params.id);
        return known(found, 'webhook').id;
      });
      await core.change.remove(caller, 'endpoints', id);
      return done('webhook deleted', { id });
    },
  }),
];
