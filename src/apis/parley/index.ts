import type { Surface } from '../surface.ts';
import { agentAccess } from './agent-access.ts';
import { analytics } from './analytics/index.ts';
import { apply } from './apply.ts';
import { apps, keys } from './apps.ts';
import { audit } from './audit.ts';
import { business } from './business.ts';
import { channelHealth, channelTests } from './channel-health.ts';
import { channels, channelTypes } from './channels.ts';
import { contacts } from './contacts.ts';
import { deliveries } from './deliveries.ts';
import { doctor } from './doctor.ts';
import { accessTokens, endUsers } from './end-users.ts';
import { endpointHealth } from './endpoint-health.ts';
import { endpointTests, surfaceList } from './endpoint-tests.ts';
import { endpoints } from './endpoints.ts';
import { tellError } from './errors.ts';
import { events, render, tells } from './events.ts';
import { cannedAnswers, inbox, inboxSimulator } from './inbox/index.ts';
import { me } from './me.ts';
import { media } from './media.ts';
import { messageLists } from './message-lists.ts';
import { messages } from './messages.ts';
import { agents, queues, teams } from './people.ts';
import { preview } from './preview.ts';
import { providerTemplates } from './provider-templates.ts';
import { prefix, type Route } from './route.ts';
import { sessions } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { customFields, tags } from './tags.ts';
import { templateApprovals } from './template-approvals.ts';
import { templateCheck } from './template-check.ts';
import { templates } from './templates.ts';
import { vars } from './vars.ts';
import { why } from './why.ts';

/** All routes, by the name under which the reference lists them. */
export const nouns: Readonly<Record<string, readonly Route[]>> = {
  'sign-in': signIn,
  me,
  inbox,
  'canned answers': cannedAnswers,
  simulator: inboxSimulator,
  business,
  apps,
  keys,
  'access tokens': accessTokens,
  queues,
  teams,
  agents: [...agents, ...agentAccess],
  tags,
  'custom fields': customFields,
  'channel types': channelTypes,
  channels: [...channels, ...channelHealth, ...channelTests],
  templates: [...templates, ...templateCheck, ...templateApprovals, ...providerTemplates],
  vars,
  surfaces: surfaceList,
  endpoints: [...endpoints, ...endpointHealth, ...deliveries, ...endpointTests],
  'end users': endUsers,
  audit,
  contacts,
  sessions,
  messages: [...messages, ...messageLists, ...preview, ...why],
  media,
  events,
  analytics,
  apply,
  doctor,
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
