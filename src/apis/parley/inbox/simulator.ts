import Type from 'typebox';
import { type FailureClass, failureClasses } from '../../../model/failure.ts';
import type { View } from '../../../model/policy.ts';
import { missing } from '../../../model/problem.ts';
import { simulatedContent } from '../../../pipeline/simulator.ts';
import * as contacts from '../../../store/contacts.ts';
import * as inbox from '../../../store/inbox.ts';
import * as messages from '../../../store/messages.ts';
import * as phones from '../../../store/sandbox-phones.ts';
import * as thread from '../../../store/thread.ts';
import { route } from '../route.ts';
import { change, known, maybe, oneOf, text } from '../words.ts';
import { ThreadMessage } from './schemas.ts';
import { ProviderSwitches, params, playable, sayAt } from './simulated-providers.ts';
import { toldWith } from './thread.ts';

const classes = Object.keys(failureClasses) as FailureClass[];
const Switches = Type.Object(
  {
    receipts: oneOf(['auto', 'manual'], 'They come by themselves, or only when you send them.'),
    fail: maybe(oneOf(classes, 'Each message to this phone fails like this.')),
  },
  { $id: 'PhoneSwitches', additionalProperties: false },
);
/** Sessions whose messages the phone shows. */
const mostSessions = 3;
const mostMessages = 100;

/** Plays the customers of sandbox channels. */
export const inboxSimulator = [
  route({
    method: 'GET',
    path: '/inbox/simulator/channels',
    right: 'agent',
    summary: 'The channels on which customers can be played',
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object({
            id: Type.String({ description: 'Its id.' }),
            name: Type.String({ description: 'Name for people.' }),
            lane: Type.String({ description: 'Our side.' }),
            person: text('Somebody to begin with, where the provider is simulated (SIMULATORS).'),
          }),
        ),
      },
      { $id: 'SimulatorChannels' },
    ),
    async run({ core, setup }) {
      const enabled = [...(await setup()).channels.values()].filter(({ enabled }) => enabled);
      const all = await Promise.all(
        enabled.map(async (channel) => {
          const { id, name, lane, sandbox } = channel;
          if (sandbox) return [{ id, name, lane }];
          const provider = await core.simulator.provider(channel);
          return provider ? [{ id, name, lane, person: provider.person }] : [];
        }),
      );
      return { items: all.flat() };
    },
  }),
  route({
    method: 'GET',
    path: '/inbox/simulator/:channel/phones/:csid',
    right: 'agent',
    summary: 'What the phone of a customer shows',
    about: 'Its last messages, oldest first: direction O is what the business wrote.',
    params,
    answer: Type.Object(
      {
        switches: maybe(Switches),
        provider: maybe(
          Type.Object(
            {
              switches: ProviderSwitches,
              devices: Type.Boolean({
                description: 'People are devices: they agree first, and press choices.',
              }),
            },
            { description: 'Instead of `switches`, where the provider is simulated.' },
          ),
        ),
        contactId: text('Id of the contact, once there is one.'),
        items: Type.Array(ThreadMessage),
      },
      { $id: 'Phone' },
    ),
    async run(ask) {
      const { core, businessId, params, me } = ask;
      const { channel, provider } = await playable(ask, params.channel);
      const kept = provider ? undefined : await phones.find(core.db, businessId, channel.id, params.csid);
      const how = provider
        ? { provider: { switches: provider.switches, devices: provider.devices } }
        : { switches: kept ?? { receipts: 'auto' as const } };
      const people = await contacts.byAddress(core.db, businessId, channel.contactType, params.csid);
      const contact = people.find(({ lane }) => lane === channel.lane);
      if (!contact) return { ...how, items: [] };
      const view: View = { ...(await me()).view, all: true };
      const sessions = await inbox.ofContacts(core.db, businessId, view, [contact.id], {
        limit: mostSessions,
      });
      const rows = await Promise.all(
        sessions.map(({ id }) => thread.before(core.db, businessId, id, 'g', mostMessages)),
      );
      const shown = rows
        .flat()
        .filter(({ direction }) => direction === 'I' || direction === 'O')
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(-mostMessages);
      return { ...how, contactId: contact.id, items: await toldWith(ask, shown) };
    },
  }),
  route({
    method: 'POST',
    path: '/inbox/simulator/:channel/phones/:csid/messages',
    right: 'agent',
    summary: 'Write as a customer',
    params,
    body: change({
      name: text('What the customer is called.'),
      type: maybe(
        oneOf(
          [
            'text',
            'image',
            'video',
            'audio',
            'voice',
            'document',
            'sticker',
            'location',
            'button',
            'reaction',
          ],
          '`text` when absent.',
        ),
      ),
      text: text('What is said; of a file: what stands below it; of a button: its label.'),
      link: text('Where the file is.'),
      mediaId: text('Or the id of a file of ours.'),
      filename: text('How the file is called.'),
      mime: text('Its MIME type.'),
      latitude: text('Degrees as decimal text.'),
      longitude: text('Degrees as decimal text.'),
      code: text('Code of the button that was pressed.'),
      emoji: text('Of a reaction; empty takes it back.'),
      replyTo: text('Id of the message that this one answers, or that a reaction is about.'),
    }),
    creates: 'always',
    answer: Type.Object(
      {
        messageId: text('Id of the message.'),
        sessionId: text('The conversation.'),
        contactId: text('The person.'),
      },
      {
        $id: 'SimulatedMessage',
        description: 'Empty where a simulated provider tells us: that takes a moment.',
      },
    ),
    async run(ask) {
      const { core, businessId, params, body, made } = ask;
      const { provider } = await playable(ask, params.channel);
      if (provider) {
        await sayAt(provider, params.csid, body);
        made('created');
        return {};
      }
      const { name, replyTo, mediaId, ...said } = body;
      const about = body.type === 'reaction' ? await providerIdOf(core.db, businessId, replyTo) : undefined;
      const content = simulatedContent({
        ...said,
        ...(mediaId !== undefined && { link: core.mediaLink(mediaId) }),
        ...(about !== undefined && { about }),
      });
      const answer = about === undefined && replyTo !== undefined ? { replyTo } : {};
      const message = { content, ...(name && { name }), ...answer };
      const written = await core.simulator.write(businessId, params.channel, params.csid, message);
      made('created');
      return written;
    },
  }),
  route({
    method: 'PUT',
    path: '/inbox/simulator/:channel/phones/:csid/switches',
    right: 'agent',
    summary: 'What the phone does with messages',
    params,
    body: Switches,
    answer: Switches,
    async run({ core, businessId, params, body }) {
      await core.simulator.switches(businessId, params.channel, params.csid, body);
      return body;
    },
  }),
  route({
    method: 'POST',
    path: '/inbox/simulator/:channel/phones/:csid/receipts',
    right: 'agent',
    summary: 'Tell what became of a message on the phone',
    params,
    body: change({
      messageId: Type.String({ description: 'Id of a message of the business.' }),
      status: oneOf(['sent', 'delivered', 'read', 'failed'], 'What became of it.'),
      fail: maybe(oneOf(classes, 'How it failed.')),
    }),
    answer: Type.Object({ told: Type.Boolean({ description: 'It was applied.' }) }, { $id: 'ReceiptTold' }),
    async run({ core, businessId, params, body }) {
      await core.simulator.receipt(businessId, params.channel, params.csid, body);
      return { told: true };
    },
  }),
];

/** The channel's id of the message that a reaction is about. */
async function providerIdOf(
  db: Parameters<typeof messages.find>[0],
  businessId: number,
  id: string | undefined,
) {
  if (id === undefined) throw missing('replyTo');
  return known((await messages.find(db, businessId, id))?.providerId, 'message');
}
