import { inboxActs } from './acts.ts';
import { cannedAnswers } from './canned.ts';
import { inboxContactList } from './contact-list.ts';
import { inboxContacts } from './contacts.ts';
import { inboxNames } from './names.ts';
import { inboxSearch } from './search.ts';
import { inboxSessions } from './sessions.ts';
import { simulatedProviders } from './simulated-providers.ts';
import { inboxSimulator as sandboxes } from './simulator.ts';
import { inboxTemplates } from './templates.ts';
import { inboxThread } from './thread.ts';
import { inboxWriting } from './writing.ts';

/** Everything that the inbox of the agents asks for. */
export const inbox = [
  ...inboxNames,
  ...inboxSessions,
  ...inboxThread,
  ...inboxWriting,
  ...inboxActs,
  ...inboxTemplates,
  ...inboxContactList,
  ...inboxContacts,
  ...inboxSearch,
];

export { cannedAnswers };
/** Plays customers: of sandboxes, and of simulated providers. */
export const inboxSimulator = [...sandboxes, ...simulatedProviders];
