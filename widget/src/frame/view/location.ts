import type { Chat } from '../chat.ts';
import type { Words } from '../words/words.ts';

/** Asks the browser where the visitor is, who is asked for leave, and sends it. */
export async function sendLocation(chat: Chat, words: Words): Promise<void> {
  try {
    const { coords } = await new Promise<GeolocationPosition>((done, fail) =>
      navigator.geolocation.getCurrentPosition(done, fail, { timeout: 20_000 }),
    );
    const location = { latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6) };
    chat.outbox.add({ t: 'msg', type: 'location', location }, { type: 'location', location });
  } catch {
    chat.store.change({ notice: words.noLocation });
  }
}
