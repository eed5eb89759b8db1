import { post } from './operation.ts';
import { ContactPrefsUpdate } from './schemas/config.ts';
import { InBoundEvent } from './schemas/inbound.ts';
import { eventsOf } from './words-events.ts';

/** `contact/prefs/lang` (decision D32). */
export const setLanguage = post({
  path: 'contact/prefs/lang',
  access: 'write',
  tag: 'Contact Management',
  summary: 'Set the language that a contact prefers',
  told: { key: 'CONTACT_UPDATED', text: 'The language is set' },
  body: ContactPrefsUpdate,
  required: ['contactId', 'lang'],
  envelope: 'compact',
  answer: InBoundEvent,
  async run({ core, caller, body }) {
    return eventsOf(await core.setLanguage(caller, body.contactId, body.lang));
  },
});
