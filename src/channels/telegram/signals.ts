import type { Signals } from '../channel.ts';
import type { account } from './account.ts';
import { resultOf } from './bot.ts';
import { chatOf } from './request.ts';

/** Telegram shows it for 5 seconds, in groups too. A bot cannot mark messages as read. */
export const signals: Signals<typeof account> = {
  typing: {
    showsMs: 5000,
    async start({ csid }, settings, call) {
      const params = { chat_id: chatOf(csid), action: 'typing' };
      await resultOf(settings, { method: 'sendChatAction', params }, call);
    },
  },
};
