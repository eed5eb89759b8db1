import Type from 'typebox';
import { contactTypes } from '../../model/contact.ts';
import { present } from '../../model/present.ts';
import { invalid } from '../../model/problem.ts';
import type { ChannelSetup } from '../../model/setup.ts';
import type { ChannelState } from '../../pipeline/channel-states.ts';
import type { Core } from '../../pipeline/core.ts';
import { webhookOf } from '../../pipeline/webhook-address.ts';
import { isEndUser, outOfReach, seesAll } from '../reach.ts';
import { ConnectionTold, params, type, WebhookUseTold, webhookUse } from './channel-words.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { type Ask, route } from './route.ts';
import { change, flag, json, known, maybe, ms, name, oneOf, Removed } from './words.ts';

const contactType = oneOf(Object.keys(contactTypes), 'What kind of address its people have.');

const ChannelTypeTold = Type.Object(
  {
    type,
    contactType,
    aliasOf: maybe(Type.String({ description: 'The type that it is another name of.' })),
    name: Type.String({ description: 'What people call it.', examples: ['Telegram'] }),
    about: Type.String({ description: 'One sentence for the operator.' }),
    settings: json(
      'JSON schema of the settings. Those marked `secret: true` are never shown again; `generated: true`: made up where you give none; `advanced: true`: right as they are for nearly everybody; `lines: true`: a text of several lines; `when`: of use only where other settings have one of these values.',
    ),
    carries: json('What a channel of this type can carry: message types, buttons, limits, receipts.'),
    submits: flag('Templates can be handed in to its provider, and read from there.'),
    signals: Type.Array(oneOf(['typing', 'read'], 'One of them.'), {
      description:
        'What people are shown: that an agent writes to them, that an agent has read what they wrote.',
    }),
    hasTest: flag('Its settings can be tested: `POST /channel-types/{type}/test`.'),
    webhook: maybe(WebhookUseTold),
  },
  { $id: 'ChannelType' },
);

const toldType = ({
  settings,
  carries,
  webhook,
  hasVisitors: _,
  ...rest
}: Core['change']['channelTypes'][number]) => ({
  ...rest,
  settings: settings as Record<string, unknown>,
  carries: { ...carries },
  ...(webhook && { webhook: webhookUse(webhook) }),
});

export const channelTypes = [
  route({
    method: 'GET',
    path: '/channel-types',
    right: 'read',
    summary: 'The types of channels that can be set up, with what to fill in for each',
    query: PageQuery,
    answer: pageOf(ChannelTypeTold),
    run: async ({ core, query }) =>
      pageFrom(core.change.channelTypes.map(toldType), (one) => one.type, query),
  }),
  route({
    method: 'GET',
    path: '/channel-types/:type',
    right: 'read',
    summary: 'One type of channel',
    params: Type.Object({ type }),
    answer: ChannelTypeTold,
    run: async ({ core, params }) =>
      toldType(
        known(
          core.change.channelTypes.find((one) => one.type === params.type),
          'channel type',
        ),
      ),
  }),
];

const parts = {
  name: maybe(name),
  sandbox: maybe(flag('For trying out.')),
  enabled: maybe(flag('False: nothing goes out or comes in.')),
  queue: maybe(
    Type.String({
      description:
        'Code of the queue in which its sessions begin; the default one when absent, and when set to an empty text.',
    }),
  ),
};
const Channel = Type.Object(
  {
    id: params.properties.id,
    type,
    contactType,
    lane: Type.String({ description: 'Our side: number, page, site, mailbox.' }),
    ...parts,
    settings: json('Settings that are no secret.'),
    secrets: Type.Array(Type.String(), { description: 'Names of the secret settings that are set.' }),
    webhookUrl: maybe(
      Type.String({
        description:
          'Give it to the provider: it calls us there. Confidential; shown to keys that may act for the whole business.',
      }),
    ),
    siteKey: maybe(
      Type.String({ description: 'Of a web site: its public key, by which the widget names it.' }),
    ),
    snippet: maybe(Type.String({ description: 'Of a web site: what you paste into its pages.' })),
    attention: maybe(
      Type.Object(
        { since: ms('Since when.'), reason: Type.String() },
        { description: 'Why an administrator must look at it. Nothing is sent until the settings change.' },
      ),
    ),
    pausedUntil: maybe(ms('The provider asked for a pause: nothing is sent until then.')),
    connections: maybe(
      Type.Array(ConnectionTold, {
        description: 'The connections that it keeps to its provider, as each process tells of its own.',
      }),
    ),
  },
  { $id: 'Channel' },
);

type Asker = Pick<Ask<unknown, unknown, unknown>, 'core' | 'caller' | 'businessId'>;

/** A channel in the words of the API. What its row of the setup says of its state may be old. */
function channelTold({ core, caller }: Asker, channel: ChannelSetup, state: ChannelState | undefined) {
  const { accountId, attention: _, pausedUntil: __, ...open } = channel;
  // What it is called and what it carries, but nothing of how it is connected (amity-sessions.md 9).
  if (isEndUser(caller)) return { ...open, settings: {}, secrets: [] };
  const base = core.publicUrl.href.replace(/\/$/, '');
  return present({
    ...open,
    secrets: state?.secrets ?? [],
    webhookUrl: caller.tenantWide ? webhookOf(core, channel) : undefined,
    ...(core.change.channelTypes.find((one) => one.type === channel.type)?.hasVisitors && {
      siteKey: accountId,
      snippet: `<script async src="${base}/widget/${accountId}.js"></script>`,
    }),
    attention: state?.attention,
    pausedUntil: state?.pausedUntil,
    connections: state?.connections,
  });
}

async function channelNow(ask: Asker, id: string) {
  const { channels } = await ask.core.setup(ask.businessId);
  const states = await ask.core.change.channelStates(ask.businessId);
  const channel = channels.get(id);
  if (!seesAll(ask.caller) && !channel?.enabled) throw outOfReach(ask.caller);
  return channelTold(ask, known(channel, 'channel'), states.get(id));
}

export const channels = [
  route({
    method: 'GET',
    path: '/channels',
    right: 'read',
    reach: 'public',
    summary: 'All channels',
    query: PageQuery,
    answer: pageOf(Channel),
    async run(ask) {
      const { channels } = await ask.setup();
      const states = await ask.core.change.channelStates(ask.businessId);
      const shown = [...channels.values()].filter(({ enabled }) => enabled || seesAll(ask.caller));
      const told = shown.map((one) => channelTold(ask, one, states.get(one.id)));
      return pageFrom(told, (one) => one.id, ask.query);
    },
  }),
  route({
    method: 'GET',
    path: '/channels/:id',
    right: 'read',
    reach: 'public',
    summary: 'One channel',
    params,
    answer: Channel,
    thing: ({ params }) => ({ noun: 'channels', key: params.id }),
    run: (ask) => channelNow(ask, ask.params.id),
  }),
  route({
    method: 'PUT',
    path: '/channels/:id',
    right: 'setup',
    summary: 'Create or change a channel',
    about:
      'Type and lane are in the id. A change of settings names all that are no secret; secret ones that are left out stay as they are, and `null` takes one away.',
    params,
    body: change({
      ...parts,
      settings: maybe(json('Settings by the schema of the channel type, secret ones too.')),
    }),
    answer: Channel,
    thing: ({ params }) => ({ noun: 'channels', key: params.id }),
    async run(ask) {
      const { core, caller, body, made } = ask;
      const { type, lane } = idOf(ask.params.id);
      const put = await core.change.putChannel(caller, { ...body, type, lane });
      made(put.change);
      return channelNow(ask, put.value.id);
    },
  }),
  route({
    method: 'DELETE',
    path: '/channels/:id',
    right: 'setup',
    summary: 'Remove a channel',
    about: 'Refused with CONFLICT while it has open sessions or variables of its own.',
    params,
    answer: Removed,
    thing: ({ params }) => ({ noun: 'channels', key: params.id }),
    async run({ core, caller, params }) {
      await core.change.remove(caller, 'channels', params.id);
      return { removed: true };
    },
  }),
];

function idOf(id: string): { type: string; lane: string } {
  const colon = id.indexOf(':');
  if (colon < 1) throw invalid('id', 'The id of a channel is <type>:<lane>', { value: id });
  return { type: id.slice(0, colon), lane: id.slice(colon + 1) };
}
