import Type from 'typebox';
import { type FailureClass, failureClasses } from '../../model/failure.ts';
import { healthCodes, healthStates } from '../../model/health.ts';
import { present } from '../../model/present.ts';
import type { ChannelSetup } from '../../model/setup.ts';
import type { ChannelHealth } from '../../pipeline/channel-health.ts';
import { webhookOf } from '../../pipeline/webhook-address.ts';
import { ConnectionTold, params, type, WebhookTold, webhookUse } from './channel-words.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { type Ask, route } from './route.ts';
import { change, flag, json, known, maybe, ms, oneOf } from './words.ts';

const failureClass = oneOf(
  Object.keys(failureClasses) as FailureClass[],
  'What kind of failure it is, for those who say it in words of their own.',
);
const said = Type.String({ description: 'What the provider said, in its own words and language.' });

const HealthProblem = Type.Object({
  code: oneOf(healthCodes, 'What is amiss.'),
  needsAttention: flag('It does not pass by itself: somebody has to do something.'),
  text: Type.String({ description: 'The same in a sentence.' }),
  cure: Type.String({ description: 'What to do about it.' }),
  said: maybe(said),
  since: maybe(ms('Since when.')),
  class: maybe(failureClass),
});
const Health = Type.Object(
  {
    channelId: params.properties.id,
    state: oneOf(
      healthStates,
      'Switched off; an administrator is needed; something may pass by itself; nothing was sent or heard yet; all is well.',
    ),
    problems: Type.Array(HealthProblem, { description: 'What is amiss, the worst first.' }),
    lastCall: maybe(
      Type.Object(
        {
          at: ms('When.'),
          failure: maybe(
            Type.Object(
              {
                class: failureClass,
                code: maybe(Type.String({ description: 'The provider’s own code.' })),
                text: maybe(said),
              },
              { description: 'Absent: it went well.' },
            ),
          ),
        },
        {
          description:
            'The last call to the provider. What it said of one message or one person alone counts as well.',
        },
      ),
    ),
    lastWellAt: maybe(ms('The last call that went well.')),
    lastHeardAt: maybe(
      ms('When the provider last told something: a message, a receipt, a check of the address.'),
    ),
    lastRefused: maybe(
      Type.Object(
        { at: ms('When.'), reason: Type.String({ description: 'Such as a wrong signature.' }) },
        { description: 'The last request to the webhook address that was refused.' },
      ),
    ),
    credentials: maybe(
      Type.Object(
        {
          endsAt: ms('When they end.'),
          daysLeft: Type.Integer({ description: 'Whole days until then; below 0 when it is over.' }),
          renewed: flag('The provider renews them before.'),
        },
        { description: 'Of credentials that end, where it is known when.' },
      ),
    ),
    pausedUntil: maybe(ms('The provider asked for a pause: nothing is sent until then.')),
    connections: maybe(Type.Array(ConnectionTold)),
    webhook: maybe(WebhookTold),
  },
  { $id: 'ChannelHealth' },
);

const dayMs = 24 * 3_600_000;

/** How a channel fares, in the words of the API. */
function healthTold(
  { core, caller }: Pick<Ask<unknown, unknown, unknown>, 'core' | 'caller'>,
  channel: ChannelSetup,
  { credentials, lastCall, ...rest }: ChannelHealth,
) {
  const use = core.change.channelTypes.find((one) => one.type === channel.type)?.webhook;
  return present({
    ...rest,
    lastCall:
      lastCall && present({ at: lastCall.at, failure: lastCall.failure && failureTold(lastCall.failure) }),
    credentials: credentials && {
      ...credentials,
      daysLeft: Math.floor((credentials.endsAt - Date.now()) / dayMs),
    },
    webhook: use && caller.tenantWide ? { ...webhookUse(use), url: webhookOf(core, channel) } : undefined,
  });
}

function failureTold({
  class: kind,
  code,
  text,
}: NonNullable<NonNullable<ChannelHealth['lastCall']>['failure']>) {
  return present({ class: kind, code, text });
}

const about = 'Each process tells what it sees within some seconds. To know it now, test the channel.';

export const channelHealth = [
  route({
    method: 'GET',
    path: '/channel-states',
    right: 'read',
    summary: 'How all channels fare',
    about,
    query: PageQuery,
    answer: pageOf(Health),
    async run(ask) {
      const [{ channels }, health] = [await ask.setup(), await ask.core.channels.health(ask.businessId)];
      const told = [...health.values()].map((one) => healthTold(ask, channels.get(one.channelId)!, one));
      return pageFrom(told, (one) => one.channelId, ask.query);
    },
  }),
  route({
    method: 'GET',
    path: '/channels/:id/health',
    right: 'read',
    summary: 'How a channel fares, and what to do about it',
    about,
    params,
    answer: Health,
    async run(ask) {
      const channel = known((await ask.setup()).channels.get(ask.params.id), 'channel');
      const health = await ask.core.channels.health(ask.businessId);
      return healthTold(ask, channel, known(health.get(channel.id), 'channel'));
    },
  }),
];

const Finding = Type.Object(
  {
    kind: oneOf(
      ['well', 'notice', 'wrong'] as const,
      'As it is to be; worth a look, though messages go; or in their way.',
    ),
    text: Type.String({ description: 'A sentence.' }),
    field: maybe(
      Type.String({
        description: 'The setting at fault, or `webhookUrl`: the address at which the provider is to call.',
        examples: ['settings.accessToken'],
      }),
    ),
    cure: maybe(Type.String({ description: 'What to do about it.' })),
    class: maybe(failureClass),
    said: maybe(said),
  },
  { $id: 'ChannelFinding' },
);
const Tested = Type.Object(
  {
    tested: flag('False: nothing could be asked, and the findings say why.'),
    well: flag('Nothing was found that is in the way of messages.'),
    findings: Type.Array(Finding),
  },
  { $id: 'ChannelTest' },
);

const aboutTests =
  'The provider is asked something harmless: nothing is sent to anybody, and nothing changes there. Takes 20 seconds at most. Settings that could not be saved are refused as when saving.';

export const channelTests = [
  route({
    method: 'POST',
    path: '/channels/:id/test',
    right: 'setup',
    summary: 'Ask the provider of a channel whether all is well',
    about: `${aboutTests} A channel that waits for an administrator sends again when its test goes well. With \`settings\`: these are tested in place of those that are saved, and secrets that are left out, or empty, are the saved ones.`,
    params,
    body: maybe(change({ settings: maybe(json('Settings as they would be saved.')) })),
    answer: Tested,
    async run({ core, caller, params: { id }, body, setup }) {
      const { type, lane } = known((await setup()).channels.get(id), 'channel');
      const settings = body?.settings;
      return core.channels.test(caller, { type, lane, channelId: id, ...(settings && { settings }) });
    },
  }),
  route({
    method: 'POST',
    path: '/channel-types/:type/test',
    right: 'setup',
    summary: 'Test settings before they are saved',
    about: aboutTests,
    params: Type.Object({ type }),
    body: change({
      lane: maybe(Type.String({ maxLength: 128, description: 'Our side, as the channel is to have it.' })),
      settings: json('Settings as they would be saved.'),
      channelId: maybe(
        Type.String({
          description:
            'A channel of this type whose saved secrets stand in for those that are left out or empty.',
        }),
      ),
    }),
    answer: Tested,
    async run({ core, caller, params, body: { lane = '', settings, channelId }, setup }) {
      known(
        core.change.channelTypes.find((one) => one.type === params.type),
        'channel type',
      );
      const saved =
        channelId === undefined ? undefined : known((await setup()).channels.get(channelId), 'channel');
      const isOfType = saved?.type === params.type;
      if (saved && !isOfType) known(undefined, 'channel');
      return core.channels.test(
        caller,
        present({ type: params.type, lane: lane || (saved?.lane ?? ''), settings, channelId }),
      );
    },
  }),
];
