import type { Call, Signals } from '../channel.ts';
import type { account, LineAccount } from './account.ts';
import { post, refusalOf } from './send.ts';

/** 5 to 60, in steps of 5. It cannot be ended earlier but by a message, so it is not long. */
const loadingSeconds = 20;

/**
 * The loading animation, as long as the person looks at the conversation; and the read mark, by a token that comes with each
 * message and has no end. The mark is to be made where the account has its chat switched on; LINE makes it by itself else.
 */
export const signals: Signals<typeof account> = {
  typing: {
    showsMs: loadingSeconds * 1000,
    start: ({ csid }, settings, call) =>
      tell('chat/loading/start', { chatId: csid, loadingSeconds }, settings, call),
  },
  read: {
    needs: 'readToken',
    mark: ({ readToken }, settings, call) =>
      tell('chat/markAsRead', { markAsReadToken: readToken }, settings, call),
  },
};

async function tell(path: string, body: object, settings: LineAccount, call: Call): Promise<void> {
  const answer = await post(path, body, settings, call);
  if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, settings);
}
