import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import Type from 'typebox';
import type { Channel } from '../../src/channels/channel.ts';
import { eventTypes } from '../../src/model/event.ts';
import type { SetupTools } from '../../src/pipeline/setup-draft.ts';
import type { Seal } from '../../src/pipeline/setup-secrets.ts';
import { openChangeFeed } from '../../src/store/setup-feed.ts';
import { scratchDatabase } from '../database.ts';

const key = randomBytes(32);

/** A seal like the real one, with a key of its own. */
export const seal: Seal = {
  seal(plain, context) {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
    return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  open(sealed, context) {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12)).setAAD(
      Buffer.from(context),
    );
    decipher.setAuthTag(sealed.subarray(-16));
    return decipher.update(sealed.subarray(12, -16)).toString('utf8') + decipher.final('utf8');
  },
  hash: (text) => createHmac('sha256', key).update(text).digest(),
};

function channel(type: string, contactType: Channel['contactType'], account: Channel['account']): Channel {
  return {
    types: [type],
    contactType,
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

/** Three channels: one that needs nothing, one with a secret, one with a connector's token. */
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
  channel(
    'own',
    'OA',
    Type.Object({
      url: Type.String(),
      verifyToken: Type.String({ minLength: 8, secret: true, connectorToken: true }),
    }),
  ),
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
