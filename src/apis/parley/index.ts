import type { Surface } from '../surface.ts';
import { apply } from './apply.ts';
import { apps, keys } from './apps.ts';
import { business } from './business.ts';
import { channels, channelTypes } from './channels.ts';
import { deliveries, endpoints } from './endpoints.ts';
import { tellError } from './errors.ts';
import { events, render, tells } from './events.ts';
import { media } from './media.ts';
import { messages } from './messages.ts';
import { agents, queues, teams } from './people.ts';
import { prefix, type Route } from './route.ts';
import { contacts, sessions } from './sessions.ts';
import { templates, vars } from './templates.ts';

/** All routes, by the name under which the reference lists them. */
export const nouns: Readonly<Record<string, readonly Route[]>> = {
  business,
  apps,
  keys,
  queues,
  teams,
  agents,
  'channel types': channelTypes,
  channels,
  templates,
  vars,
  endpoints: [...endpoints, ...deliveries],
  contacts,
  sessions,
  messages,
  media,
  events,
  apply,
};

/** Parley's own API. */
export const parley: Surface = {
  name: 'parley',
  prefix,
  routes(app, core) {
    for (const [noun, routes] of Object.entries(nouns)) {
      for (const route of routes) route.register(app, core, noun);
    }
  },
  error: tellError,
  tells,
  render,
};
