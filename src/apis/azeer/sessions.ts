import { createHash } from 'node:crypto';
import Type from 'typebox';
import type { ContactType } from '../../model/contact.ts';
import { isEmail, sameId } from '../../model/email.ts';
import { present } from '../../model/present.ts';
import { invalid, Problem } from '../../model/problem.ts';
import type { Agent, Setup } from '../../model/setup.ts';
import { inWords } from './errors.ts';
import { route } from './route.ts';
import { filled, maybe, text } from './words.ts';

const NewSession = Type.Object(
  {
    business_id: filled('The business, a UUID: the one of the key.', '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b'),
    platform_type: filled('Who vouches for the user.', 'avocado'),
    platform_id: filled("The user's id there.", 'lina@shop.example'),
    role: filled('`admin`, `agent` or another one.', 'admin'),
    profile_name: filled('Name, like that of a login.', 'lina'),
    display_name: filled('The name that is shown.', 'Lina S.'),
    profile_image_url: filled('A picture.', 'https://img.example/lina.png'),
  },
  { $id: 'NewUserSession' },
);

const headers = Type.Object(
  {
    Authorization: text('The token, ready to be sent.', 'Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…'),
    'x-hasura-business-id': text('The business.', '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b'),
    'x-hasura-user-id': text('Number of the user.', '40211'),
    'x-host-id': text('The host.', '5b1c7e90-12ab-4cde-8f01-23456789abcd'),
  },
  { description: 'What later calls are sent with; all surfaces take it.' },
);

const UserSession = Type.Object(
  {
    headers,
    user_details: Type.Object({
      id: text('Number of the user.', '40211'),
      name: text('Name, like that of a login.', 'lina'),
      display_name: text('The name that is shown.', 'Lina S.'),
      email: text('E-mail address; empty when none is known.', 'lina@shop.example'),
      image: text('A picture.', 'https://img.example/lina.png'),
      language: text('Language of the user.', 'en'),
      role: text('Its role.', 'admin'),
    }),
    channels: Type.Array(Type.String(), {
      description: 'Kinds of channels that the business has.',
      examples: [['WhatsApp']],
    }),
    billing_source: text('Who is paid. Nobody: this server is your own.', 'none'),
    success: Type.Boolean({ examples: [true] }),
  },
  { $id: 'UserSession' },
);

/** What this API calls each kind of channel; a sandbox is none that customers are on. */
const kinds: Partial<Record<ContactType, string>> = {
  WHATSAPP: 'WhatsApp',
  SMS: 'SMS',
  EMAIL: 'Email',
  FACEBOOK: 'Facebook',
  INSTAGRAM: 'Instagram',
  TELEGRAM: 'Telegram',
  TWITTER: 'Twitter',
  WEBSITE: 'Website',
  PUSH: 'Push',
  OA: 'OA',
};

function kindsOf({ channels }: Setup): string[] {
  const names = [...channels.values()].flatMap(({ enabled, contactType }) =>
    enabled ? (kinds[contactType] ?? []) : [],
  );
  return [...new Set(names)];
}

const isCode = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/**
 * Under which code a new user is an agent of ours: as on its platform, so that others can route to it. What can
 * be no code, or is taken by somebody of another platform, has one made of both.
 */
function codeFor({ agents }: Setup, type: string, id: string): string {
  const code = isEmail(id) ? id.toLowerCase() : id;
  if ((isEmail(id) || isCode.test(id)) && !agents.has(code)) return code;
  return `user-${createHash('sha256')
    .update(JSON.stringify([type, id]))
    .digest('hex')
    .slice(0, 24)}`;
}

export const userSessions = [
  route({
    method: 'POST',
    path: '/app/user.new.session',
    right: 'setup',
    tag: 'App',
    summary: 'Open a session for one user',
    about:
      'The user is an agent of the business: it is made when it is not there, and its role, names and picture are ' +
      'taken from the body otherwise. Only a key opens sessions, never a session.',
    query: Type.Object({ host_id: maybe(text('The host; the one of the key when absent.', 'xyz')) }),
    body: NewSession,
    answer: UserSession,
    example: {
      request: {
        business_id: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b',
        platform_type: 'avocado',
        platform_id: 'lina@shop.example',
        role: 'admin',
        profile_name: 'lina',
        display_name: 'Lina S.',
        profile_image_url: 'https://img.example/lina.png',
      },
      response: {
        headers: {
          Authorization: 'Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…',
          'x-hasura-business-id': '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b',
          'x-hasura-user-id': '40211',
          'x-host-id': '5b1c7e90-12ab-4cde-8f01-23456789abcd',
        },
        user_details: {
          id: '40211',
          name: 'lina',
          display_name: 'Lina S.',
          email: 'lina@shop.example',
          image: 'https://img.example/lina.png',
          language: 'en',
          role: 'admin',
        },
        channels: ['WhatsApp'],
        billing_source: 'none',
        success: true,
      },
    },
    async run({ core, caller, query, body, setup }) {
      if (caller.bearer !== 'key') {
        throw new Problem('forbidden', 'Only a key opens sessions', { code: 'NO_KEY' });
      }
      const before = await setup();
      if (body.business_id.toLowerCase() !== before.business.uuid) {
        throw new Problem('forbidden', 'business_id: this key may not act for that business', {
          field: 'business_id',
          code: 'OTHER_BUSINESS',
        });
      }
      const hostId = hostOf(query.host_id);
      const agent = await core.change.putAgent(caller, agentOf(body, before)).catch(inWords(ourNames));
      const opened = await core.access.openForAgent(caller, agent.value, present({ hostId }));
      const { business } = before;
      return {
        headers: {
          Authorization: `Bearer ${opened.token}`,
          'x-hasura-business-id': business.uuid,
          'x-hasura-user-id': String(agent.value.no),
          'x-host-id': opened.hostId,
        },
        user_details: detailsOf(agent.value),
        channels: kindsOf(before),
        billing_source: 'none',
        success: true,
      };
    },
  }),
];

const ourNames = {
  code: 'platform_id',
  platformId: 'platform_id',
  platformType: 'platform_type',
  name: 'profile_name',
  displayName: 'display_name',
  imageUrl: 'profile_image_url',
  email: 'platform_id',
};

/** A host travels in a header: 1 to 128 printable characters of ASCII; a comma would make two of it. */
const isHost = /^(?=.{1,128}$)[!-+\--~](?:[ -+\--~]*[!-+\--~])?$/;

function hostOf(given: string | undefined): string | undefined {
  if (given === undefined || isHost.test(given)) return given;
  throw invalid('host_id', 'host_id must be 1 to 128 printable ASCII characters without a comma', {
    code: 'BAD_HOST',
  });
}

/**
 * The agent that the body describes: the one of this platform and id, or a new one. The e-mail is the id where
 * that is one (azeer.md 2.1). Throws `Problem` for an agent who is not active: its token would open nothing.
 */
function agentOf(body: Type.Static<typeof NewSession>, setup: Setup) {
  const { platform_type: platformType, platform_id: platformId } = body;
  const known = [...setup.agents.values()].find(
    (one) => one.platformType === platformType && sameId(one.platformId, platformId),
  );
  if (known && !known.active) {
    throw invalid('platform_id', 'platform_id: this agent is not active', { code: 'INACTIVE_AGENT' });
  }
  return present({
    code: known?.code ?? codeFor(setup, platformType, platformId),
    platformType,
    platformId,
    role: body.role,
    name: body.profile_name,
    displayName: body.display_name,
    imageUrl: body.profile_image_url,
    email: isEmail(platformId) ? platformId.toLowerCase() : undefined,
  });
}

function detailsOf({ no, name, displayName, email, imageUrl, lang, role }: Agent) {
  return {
    id: String(no),
    name,
    display_name: displayName ?? name,
    email: email ?? '',
    image: imageUrl ?? '',
    language: lang ?? 'en',
    role,
  };
}
