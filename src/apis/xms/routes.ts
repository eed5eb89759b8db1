import { listChannels, listTemplates, listVars, setWebhook } from './config.ts';
import { setLanguage } from './contacts.ts';
import { pushData, pushEvent } from './customers.ts';
import { receive, tellContact } from './inbound.ts';
import type { Operation } from './operation.ts';
import { sendMessage } from './send.ts';
import { closeSession, listMessages, listMessagesByQuery, resolveSession, routeSession } from './sessions.ts';

/** All operations of the surface, in the order of the contract. */
export const operations: readonly Operation[] = [
  listChannels,
  listVars,
  listTemplates,
  setWebhook,
  setLanguage,
  pushData,
  pushEvent,
  tellContact,
  receive,
  sendMessage,
  closeSession,
  listMessages,
  listMessagesByQuery,
  resolveSession,
  routeSession,
];
