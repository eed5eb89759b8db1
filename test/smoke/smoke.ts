// Three stories through the product as its user runs it: npm run smoke
//
// Starts a Parley of its own on an empty folder, with a provider and webhooks of its own beside it. With
// PARLEY_URL and PARLEY_API_KEY it plays them on a server that runs already on this machine; what it sets
// up there has names of its own.
import { startReceiver } from '../fakes/receiver.ts';
import { startWhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { dataFolder, removeDataFolder, startParley } from '../parley.ts';
import { openClient, openShop } from '../shop.ts';
import { conversation, handover, outbound, type Stage } from './stories.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Server {
  url: string;
  apiKey: string;
  end(): Promise<void>;
}

async function server(): Promise<Server> {
  const { PARLEY_URL: url, PARLEY_API_KEY: apiKey } = process.env;
  if (url && apiKey) return { url, apiKey, end: async () => {} };
  const folder = await dataFolder('smoke');
  const parley = await startParley({ dataDir: folder });
  say(`A new Parley listens on ${parley.url}`);
  return {
    url: parley.url,
    apiKey: parley.apiKey ?? '',
    async end() {
      const code = await parley.stop();
      await removeDataFolder(folder);
      if (code !== 0) throw new Error(`Parley ended with ${code}`);
    },
  };
}

async function play(name: string, story: () => Promise<void>): Promise<void> {
  say(`\n${name}`);
  await story();
}

async function main(): Promise<void> {
  const { url, apiKey, end } = await server();
  const [cloud, shopHears, botHears] = await Promise.all([
    startWhatsAppCloud(),
    startReceiver(),
    startReceiver(),
  ]);
  const admin = openClient(url, apiKey);
  try {
    const shop = await openShop(admin, { url, cloud, shop: shopHears, bot: botHears });
    say(`A shop with the WhatsApp number ${shop.channelId} is set up`);
    const stage: Stage = { url, shop, cloud, shopHears, botHears, tell: (step) => say(`  ${step}`) };
    await play('A template goes out and is read', () => outbound(stage));
    await play('A person writes to a bot, and is handed to people', async () =>
      handover(stage, await conversation(stage)),
    );
    for (const { refused } of [shopHears, botHears])
      if (refused.length > 0) throw new Error(`a webhook call was not authentic: ${refused[0]}`);
  } finally {
    await Promise.all([admin.close(), cloud.close(), shopHears.close(), botHears.close()]);
    await end();
  }
}

main().then(
  () => say('\nAll stories went well.'),
  (error: Error) => {
    say(`\nFailed: ${error.stack ?? error.message}`);
    process.exitCode = 1;
  },
);
