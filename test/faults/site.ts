import { type Receiver, startReceiver } from '../fakes/receiver.ts';
import { type CloudOptions, startWhatsAppCloud, type WhatsAppCloud } from '../fakes/whatsapp-cloud.ts';
import { openClient, openShop, type Shop } from '../shop.ts';
import { type House, type HouseOptions, houseKey, openHouse } from './house.ts';

export { short } from './house.ts';

/** One installation with everything around it: a shop, its provider, its webhooks. */
export interface Site extends House {
  readonly cloud: WhatsAppCloud;
  readonly shopHears: Receiver;
  readonly botHears: Receiver;
  readonly shop: Shop;
}

/** Makes an installation with one process at work. The provider and the callers speak to the first process. */
export async function openSite(options: CloudOptions & { house?: HouseOptions } = {}): Promise<Site> {
  const cloud = await startWhatsAppCloud({ webhooksAtATime: 64, ...options });
  let point = () => {};
  const house = await openHouse({ ...options.house, changed: () => point() });
  const [shopHears, botHears] = [await startReceiver(), await startReceiver()];
  const { url } = house.parleys[0]!;
  const admin = openClient(url, houseKey);
  const shop = await openShop(admin, { url, cloud, shop: shopHears, bot: botHears });
  const { pathname } = new URL(cloud.webhook!);
  point = () => {
    const first = house.url();
    cloud.webhook = first && new URL(pathname, first).href;
  };
  await admin.close();
  return {
    ...house,
    cloud,
    shopHears,
    botHears,
    shop,
    async close() {
      await Promise.all([cloud.close(), shopHears.close(), botHears.close()]);
      await house.close();
    },
  };
}
