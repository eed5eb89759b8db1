import Type from 'typebox';
import type { Channel } from '../../src/channels/channel.ts';
import { eventTypes } from '../../src/model/event.ts';
import { makeSeal } from '../../src/pipeline/seal.ts';
import type { SetupTools } from '../../src/pipeline/setup-draft.ts';
import { openChangeFeed } from '../../src/store/setup-feed.ts';
import { scratchDatabase } from '../database.ts';

export const seal = makeSeal('the secret of the tests');

function channel(type: string, contactType: Channel['contactType'], account: Channel['account']): Channel {
  return {
    types: [type],
    contactType,
    name: 'Pigeon',
    about: `The ${type} of the tests.`,
    account,
    carries: {
      out: { text: 'native' },
      buttons: { max: 0, listMax: 0 },
      receipts: [],
      approval: false,
      idempotent: false,
      onUnknown: 'fail',
    },
    receive: () => ({ messages: [], receipts: [], events: [], ignored: [] }),
    send: async () => ({}),
  };
}

/** Three channels: one that needs nothing, one with a secret, one with a connector's token and a choice. */
export const channels: Channel[] = [
  channel('dummy', 'DUMMY', Type.Object({ delayMs: Type.Integer({ minimum: 0, default: 0 }) })),
  channel(
    'phone',
    'SMS',
    Type.Object({
      apiBase: Type.String({ default: 'https://provider.example' }),
      sender: Type.String({ minLength: 3 }),
      token: Type.String({ minLength: 4, secret: true }),
    }),
  ),
  {
    ...channel(
      'own',
      'OA',
      Type.Object({
        url: Type.String(),
        verifyToken: Type.String({ minLength: 8, secret: true, connectorToken: true }),
        carries: Type.Optional(Type.Enum(['OA', 'SMS'])),
      }),
    ),
    contactTypeOf: ({ carries }) => (carries === 'SMS' ? 'SMS' : 'OA'),
  },
];

/** A scratch database with everything that changing the setup needs. */
export async function setupBench() {
  const scratch = await scratchDatabase();
  const feed = await openChangeFeed(scratch.db);
  const tools: SetupTools = {
    db: scratch.db,
    seal,
    feed,
    channels,
    surfaces: [
      { name: 'xms', tells: ['message.received', 'message.status'] },
      { name: 'parley', tells: eventTypes },
      { name: 'azeer', tells: eventTypes, topics: { incoming_msg: ['message.received'], billing_alert: [] } },
    ],
    refuseTarget: (url) =>
      URL.canParse(url) && url.startsWith('https://') ? undefined : 'The URL must begin with https://.',
  };
  return {
    ...scratch,
    tools,
    async end() {
      await feed.close();
      await scratch.drop();
    },
  };
}
