import type { Chat } from '../chat.ts';
import type { Profile } from '../protocol.ts';
import type { State } from '../state.ts';
import { isOpen } from './header.tsx';

export type Name = keyof Profile;

const names: readonly Name[] = ['name', 'email', 'phone'];

/** What the visitor is asked before the chat, of what is not known yet. */
export function asked({ site: { preChat } }: Chat, { visitor }: State): readonly Name[] {
  return preChat ? names.filter((name) => (preChat[name] ?? 'off') !== 'off' && !visitor[name]) : [];
}

/** Whether the visitor is asked who he is before he can write. */
export function wantsForm(chat: Chat, now: State): boolean {
  const fields = asked(chat, now);
  if (fields.some((name) => chat.site.preChat![name] === 'required')) return true;
  return fields.length > 0 && now.messages.length === 0 && !chat.storage.get('introduced');
}

/** Whether the visitor is asked where he can be answered while nobody is there. */
export function wantsEmail({ site }: Chat, now: State): boolean {
  const { visitor, agents, messages, drafts, emailPutOff, phase } = now;
  const isAway = !isOpen(site) || agents === 0;
  const hasWritten = drafts.length > 0 || messages.some(({ dir }) => dir === 'in');
  return phase === 'chat' && site.captureEmail && isAway && hasWritten && !visitor.email && !emailPutOff;
}
