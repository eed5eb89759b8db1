import { createHmac } from 'node:crypto';
import type { Surface } from '../surface.ts';
import { agents } from './agents.ts';
import { contacts } from './contacts.ts';
import { tellError } from './errors.ts';
import { messages } from './messages.ts';
import { render } from './render.ts';
import { prefix, type Route } from './route.ts';
import { userSessions } from './sessions.ts';
import { customFields, tags } from './tags.ts';
import { templates } from './templates.ts';
import { tells, topics } from './topics.ts';
import { webhooks } from './webhooks.ts';

/** All routes, in the order of the contract. */
export const routes: readonly Route[] = [
  ...userSessions,
  ...agents,
  ...contacts,
  ...messages,
  ...templates,
  ...webhooks,
  ...tags,
  ...customFields,
];

/** Azeer's API, both of its editions at once (azeer.md 10). */
export const azeer: Surface = {
  name: 'azeer',
  prefix,
  alsoAt: routes.flatMap(({ url }) => (url.startsWith(`${prefix}/`) ? [] : [url])),
  routes(app, core) {
    for (const route of routes) route.register(app, core);
  },
  error: tellError,
  tells,
  topics,
  render,
  // Receivers that do work before they answer exist (azeer.md 7.2).
  timeoutMs: 60_000,
  sign: (body, { verifyToken }) => ({
    authorization: `Bearer ${verifyToken}`,
    'x-signature': `sha256=${createHmac('sha256', verifyToken).update(body).digest('hex')}`,
  }),
};
