import Type from 'typebox';
import { invalid, missing } from '../../../model/problem.ts';
import type { ChannelSetup, Setup } from '../../../model/setup.ts';
import type { Core } from '../../../pipeline/core.ts';
import type { ProviderSimulator } from '../../../pipeline/provider-simulators.ts';
import { route } from '../route.ts';
import { known, maybe } from '../words.ts';

export const params = Type.Object({
  channel: Type.String({ description: 'Id of a sandbox channel, or of one whose provider is simulated.' }),
  csid: Type.String({ description: 'Address of the customer, chosen by you: digits for a phone number.' }),
});

const times = (description: string) => maybe(Type.Integer({ minimum: 0, maximum: 1000, description }));
const is = (description: string) => maybe(Type.Boolean({ description }));

/** What goes wrong at a simulated provider; those that are absent stay. */
export const ProviderSwitches = Type.Object(
  {
    delayMs: maybe(
      Type.Integer({ minimum: 0, maximum: 60_000, description: 'Answers are held back so long, ms.' }),
    ),
    duplicate: is('What is told is told twice.'),
    reorder: is('Of two things that are told, the second comes first.'),
    tooFast: times('So many messages more are refused for coming too fast.'),
    faults: times('So many messages more are refused for a fault of the provider.'),
    loseReceipts: times('So many receipts more are lost.'),
    expired: is('The credentials have expired.'),
  },
  { $id: 'ProviderSwitches', additionalProperties: false },
);

/** A channel on which customers can be played, and its simulated provider unless it is a sandbox. */
export async function playable(
  { core, setup }: { core: Core; setup(): Promise<Setup> },
  channelId: string,
): Promise<{ channel: ChannelSetup; provider?: ProviderSimulator }> {
  const channel = known((await setup()).channels.get(channelId), 'channel');
  if (channel.sandbox) return { channel };
  return { channel, provider: known(await core.simulator.provider(channel), 'channel') };
}

/** Says it over the provider's own protocol. Throws `invalid` for more than text. */
export async function sayAt(
  provider: ProviderSimulator,
  csid: string,
  { type = 'text', text }: { type?: string; text?: string },
): Promise<void> {
  if (type !== 'text' && type !== 'button')
    throw invalid('type', 'At a simulated provider people write text', { value: type });
  if (!text) throw missing('text');
  await provider.say(csid, text);
}

/** What else can be done where the provider is simulated. */
export const simulatedProviders = [
  route({
    method: 'POST',
    path: '/inbox/simulator/:channel/phones/:csid/subscribe',
    right: 'agent',
    summary: 'A device agrees to be reached',
    params,
    answer: Type.Object({}, { $id: 'DeviceSubscribed' }),
    async run(ask) {
      const { provider } = await playable(ask, ask.params.channel);
      if (!provider?.devices)
        throw invalid('channel', 'People of this channel are no devices', { value: ask.params.channel });
      await provider.subscribe(ask.params.csid);
      return {};
    },
  }),
  route({
    method: 'PUT',
    path: '/inbox/simulator/:channel/provider',
    right: 'agent',
    summary: 'What goes wrong at a simulated provider',
    params: Type.Pick(params, ['channel']),
    body: ProviderSwitches,
    answer: ProviderSwitches,
    async run(ask) {
      const { provider } = await playable(ask, ask.params.channel);
      if (!provider) throw invalid('channel', 'A sandbox has no provider', { value: ask.params.channel });
      await provider.put(ask.body);
      return ask.body;
    },
  }),
];
