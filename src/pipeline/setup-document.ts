import Type, { type Static, type TProperties } from 'typebox';
import { Value } from 'typebox/value';
import { type ContactType, contactTypes } from '../model/contact.ts';
import { mediaTypes } from '../model/message.ts';
import { agentViews } from '../model/policy.ts';
import { Problem, type ProblemDetail } from '../model/problem.ts';
import { appModes, customFieldTypes, deliveryPolicies } from '../model/setup.ts';

const text = (description: string, options: object = {}) => Type.String({ description, ...options });
const maybe = (description: string) => Type.Optional(text(description));
const flag = (description: string) => Type.Optional(Type.Boolean({ description }));
const texts = (description: string) => Type.Optional(Type.Array(Type.String(), { description }));
const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Optional(Type.Unsafe<T>({ type: 'string', enum: [...values], description }));
const record = (description: string) =>
  Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description }));
/** What is misspelt must not be passed over in silence, so unknown properties are refused. */
const object = <P extends TProperties>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });
const list = <P extends TProperties>(properties: P, description: string) =>
  Type.Optional(Type.Array(object(properties), { description }));

const chat = {
  enabled: flag('There is a chat.'),
  channelMentions: flag('Whole channels may be mentioned.'),
  messagePreview: flag('The last message of a channel is shown.'),
  previewDeleted: flag('Also a deleted one.'),
  adminsView: flag('Administrators see conversations.'),
  adminsManage: flag('Administrators change conversations.'),
  membersUpdate: flag('Members change their conversation.'),
};

const endUsers = {
  bots: flag('Bots may register.'),
  visitors: flag('Visitors may register.'),
  signedVisitors: flag('Visitors need a signature of yours.'),
  secureMode: flag('Who signs in needs a token that your server asked for.'),
  dailyReads: Type.Optional(
    Type.Number({ description: 'Reads a day of a bot or a visitor; 0: any number.' }),
  ),
  tokenDays: Type.Optional(Type.Number({ description: 'Days that an access token is good.' })),
  chat: Type.Optional(object(chat)),
};

const business = object({
  domain: maybe('First part of the host name of the business; left out: the business of the key.'),
  name: maybe('Name for people.'),
  lang: maybe('Language used when neither the request nor the contact names one: en, en_US.'),
  sessionHours: Type.Optional(
    Type.Number({ description: 'Hours without a message after which a session ends.' }),
  ),
  agentsSee: oneOf(
    agentViews,
    'Which sessions agents see who are neither supervisor nor admin: all when absent.',
  ),
  agentSeats: Type.Optional(Type.Number({ description: 'How many agents may be active; 0: any number.' })),
  timeZone: maybe('By which the days of its figures are cut: Asia/Dubai; UTC when absent.'),
  endUsers: Type.Optional(object(endUsers)),
});

const key = {
  name: text('Name of the key: it is made when the app has no key in force of this name.'),
  kind: oneOf(
    ['confidential', 'publishable', 'server'],
    'Publishable keys may stand in web pages; a server key vouches for people who sign in.',
  ),
  scope: oneOf(['read', 'write'], 'What the key may do.'),
  tenantWide: flag('May act for every app of the business, and change its setup.'),
  expiresAt: Type.Optional(text('When the key ends, as date and time.', { format: 'date-time' })),
};

const webhook = Type.Union([
  text('Where the app hears of everything, in XMS words.'),
  object({
    url: text('Where the app hears of everything.'),
    surface: maybe('In whose words: xms, parley …'),
    secret: maybe('Signing secret, whsec_…; made when absent.'),
    verifyToken: maybe('Token sent with every call; made when absent.'),
  }),
]);

const app = {
  code: text('Chosen by you, unique in the business.'),
  name: maybe('Name for people.'),
  mode: oneOf(appModes, 'What kind of app answers.'),
  contactInfoUrl: maybe('Where the app is asked about a contact at the start of a session.'),
  props: record('Anything that the app should find again.'),
  webhook: Type.Optional(webhook),
  keys: list(key, 'Keys of the app.'),
};

const queue = {
  code: text('Chosen by you, unique in the business.'),
  name: maybe('Name for people.'),
  type: oneOf(['AGENT', 'BOT'], 'Who answers in it.'),
  app: maybe('Code of the app that receives what comes in.'),
  isDefault: flag('First queue of new sessions.'),
};

const agent = {
  code: text('Chosen by you, unique in the business.'),
  name: maybe('Name for people.'),
  displayName: maybe('How customers see it.'),
  email: maybe('E-mail address.'),
  role: maybe('A word of yours; admin, supervisor and agent have a meaning.'),
  status: maybe('A word of yours; inactive goes with active: false.'),
  imageUrl: maybe('Address of a picture.'),
  lang: maybe('Language in which this person works.'),
  platformType: maybe('Who vouches for this person; avocado when absent.'),
  platformId: maybe('What this person is called there; the e-mail address, else the code, when absent.'),
  teams: texts('Codes of teams.'),
  queues: texts('Codes of the queues that this person works in; none: every queue of agents.'),
  skills: texts('What sessions can ask for.'),
  active: flag('Takes sessions.'),
};

const tag = {
  name: text('Unique in the business, whatever its case.'),
  colour: maybe('#rrggbb'),
  description: maybe('What it is for.'),
};

const customField = {
  key: text('Key of the label that holds the value of a contact.'),
  name: maybe('Name for people.'),
  type: oneOf(customFieldTypes, 'What its values are; text when absent.'),
};

const cannedAnswer = {
  code: text('Chosen by you, unique in the business: what agents type after /.'),
  title: maybe('Name for people; the code when absent.'),
  text: text('The text, with {{contact.name}} and other variables.'),
  lang: maybe('Language that it is in.'),
  team: maybe('Code of the team that uses it; absent: everybody.'),
};

const channel = {
  type: text('Channel type, see GET /channel-types.'),
  lane: text('Our side: number, page, site, mailbox.'),
  name: maybe('Name for people.'),
  queue: maybe('First queue of sessions of this channel.'),
  sandbox: flag('For trying out.'),
  enabled: flag('False: nothing goes out or comes in.'),
  settings: record("Settings by the channel type's own schema, secret ones too."),
};

const button = {
  type: oneOf(['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'LOCATION_REQUEST'], 'What pressing it does.'),
  label: maybe('What stands on it.'),
  code: maybe('Comes back when it is pressed; the label when absent.'),
  desc: maybe('A second line.'),
  url: maybe('Of type URL.'),
  phone: maybe('Of type PHONE_NUMBER.'),
};

const variant = {
  lang: text('en, en_US …'),
  title: maybe('Subject of e-mails.'),
  header: maybe('First line.'),
  body: text('The text; {{data.x}}, {{contact.x}} and {{global.x}} are placeholders.'),
  footer: maybe('Last line.'),
  buttons: list(button, 'Choices offered with it.'),
  media: Type.Optional(
    object({
      type: Type.Unsafe<(typeof mediaTypes)[number]>({ type: 'string', enum: [...mediaTypes] }),
      link: maybe('Where the file is.'),
      filename: maybe('How it is called.'),
    }),
  ),
};

const template = {
  code: text('Chosen by you, unique in the business.'),
  name: maybe('Name for people.'),
  desc: maybe('What it is for.'),
  category: maybe('Free text, for example SHIPPING_UPDATE.'),
  contactType: oneOf(Object.keys(contactTypes) as ContactType[], 'Made for this kind of channel.'),
  variants: Type.Array(object(variant), { minItems: 1, description: 'One per language.' }),
  approvals: list(
    {
      channel: text('Id of the channel: <type>:<lane>.'),
      status: text('APPROVED, PENDING, REJECTED or PAUSED.'),
      providerName: maybe('Name at the provider, where it differs from the code.'),
      templateId: maybe("The provider's id of the template."),
    },
    'Where a provider knows it.',
  ),
};

const variable = {
  key: text('Name: {{global.<key>}} in templates.'),
  value: Type.Unknown({ description: 'Any JSON.' }),
  channel: maybe('Bound to this channel alone.'),
  type: maybe('Free text.'),
  group: maybe('Free text.'),
  description: maybe('What it is for.'),
  shared: flag('May be shown to apps.'),
  disabled: flag('Listed, but never used in templates.'),
};

const endpoint = {
  url: text('Where events are told.'),
  surface: maybe('In whose words; parley when absent.'),
  app: maybe('Events of this app alone; absent: of the whole business.'),
  types: texts('Event types wanted; absent: all.'),
  topic: maybe('The one event that it hears, where the surface has endpoints of one event each (azeer).'),
  name: maybe('Name for people.'),
  description: maybe('What it is for.'),
  policy: oneOf(
    deliveryPolicies,
    'How often a call is tried: schedule (about 70 hours), retry (5 times), once.',
  ),
  enabled: flag('False: nothing is told to it.'),
  secret: maybe('Signing secret, whsec_…; made when absent.'),
  verifyToken: maybe('Token sent by surfaces that have one; made when absent.'),
};

/** A file of setup (`parley apply FILE`): what is left out of it stays as it is. */
export const SetupDocument = Type.Object(
  {
    business: Type.Optional(business),
    apps: list(app, 'Client applications.'),
    teams: list({ code: queue.code, name: queue.name }, 'Teams of agents.'),
    queues: list(queue, 'Where sessions wait.'),
    agents: list(agent, 'People who answer.'),
    tags: list(tag, 'By what contacts are sorted.'),
    customFields: list(customField, 'Labels that every contact may have.'),
    cannedAnswers: list(cannedAnswer, 'Texts that agents answer with.'),
    channels: list(channel, 'Doors to customers.'),
    templates: list(template, 'Prepared messages.'),
    vars: list(variable, 'Variables of templates.'),
    endpoints: list(endpoint, 'Webhook targets.'),
  },
  {
    $id: 'SetupDocument',
    additionalProperties: false,
    description: 'What a business should be set up like.',
  },
);

export type SetupDocument = Static<typeof SetupDocument>;

/** Checks the shape of a document; the problem names the places in it. */
export function checkDocument(document: unknown): SetupDocument {
  const converted = Value.Convert(SetupDocument, withoutNulls(document));
  if (Value.Check(SetupDocument, converted)) return converted;
  const faults = Value.Errors(SetupDocument, converted).flatMap((error) => {
    const path = pathOf(error.instancePath);
    const below = (name: string) => (path ? `${path}.${name}` : name);
    // Says of an unknown property once more what `additionalProperties` says, and less clearly.
    if (error.keyword === 'boolean') return [];
    if (error.keyword === 'required')
      return error.params.requiredProperties.map((name) => fault(below(name), 'is required', 'REQUIRED'));
    if (error.keyword === 'additionalProperties') {
      return error.params.additionalProperties.map((name) =>
        fault(below(name), 'is not known here', 'UNKNOWN_PROPERTY'),
      );
    }
    return [fault(path || 'document', error.message, 'INVALID')];
  });
  throw new Problem(
    'invalid',
    faults
      .map((one) => one.message)
      .slice(0, 5)
      .join('; '),
    faults.slice(0, 50),
  );
}

/** What may be any JSON: null is a value there. */
const free = new Set(['settings', 'props', 'value']);

/** A property without a value (`email:`) is as good as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, item]) => item !== null || free.has(name));
  return Object.fromEntries(
    entries.map(([name, item]) => [name, free.has(name) ? item : withoutNulls(item)]),
  );
}

function fault(field: string, says: string, code: string): ProblemDetail & { message: string } {
  return { field, code, message: `${field} ${says}` };
}

/** `/queues/2/app` as `queues[2].app`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, step) => (/^\d+$/.test(step) ? `${path}[${step}]` : path ? `${path}.${step}` : step), '');
}
