import Type from 'typebox';
import { endUserKinds } from '../../model/access.ts';
import { componentsOf } from '../components.ts';
import { deviceKinds } from './words-devices.ts';

/** The named schemas of this surface in the document. They describe; `input.ts` checks. */
export const components = componentsOf('amity');

const text = (description: string, options: object = {}) => Type.String({ description, ...options });
const time = (description: string) => text(description, { format: 'date-time' });
const yes = (description: string) => Type.Boolean({ description });
const texts = (description: string) => Type.Array(Type.String(), { description });

const DeviceInfo = Type.Object(
  {
    kind: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: [...deviceKinds] })),
    model: Type.Optional(text('What it is.', { maxLength: 300 })),
    sdkVersion: Type.Optional(text('Version of the client.', { maxLength: 30 })),
  },
  { $id: 'DeviceInfo', description: 'About the device; checked, and not kept.' },
);
const device = {
  deviceId: text('Names the device: it holds one token at a time.', { minLength: 1, maxLength: 150 }),
  deviceInfo: Type.Optional(DeviceInfo),
};
const exampleDevice = {
  deviceId: 'crawler-1',
  deviceInfo: { kind: 'node', model: 'crawler', sdkVersion: '1.0.0' },
};

export const BotRegistration = Type.Object(device, { $id: 'BotRegistration', examples: [exampleDevice] });

export const VisitorRegistration = Type.Object(
  {
    ...device,
    authSignature: Type.Optional(
      text(
        'Where the network demands it: HMAC-SHA256 in hex, under the visitor secret, over `deviceId=<deviceId>&authSignatureExpiresAt=<authSignatureExpiresAt>`.',
      ),
    ),
    authSignatureExpiresAt: Type.Optional(
      text('Until when the signature is good: ISO 8601, as it was signed.'),
    ),
  },
  { $id: 'VisitorRegistration', examples: [{ deviceId: 'browser-1' }] },
);

export const SignedInRegistration = Type.Object(
  {
    userId: text('Your id of the person.', { minLength: 1, maxLength: 50 }),
    ...device,
    displayName: Type.Optional(text('Replaces the name.', { maxLength: 100 })),
    profileHandle: Type.Optional(text('Replaces the short name.', { maxLength: 100 })),
    authToken: Type.Optional(
      text('In secure mode: what your server was given.', { minLength: 1, maxLength: 100 }),
    ),
  },
  { $id: 'SignedInRegistration', examples: [{ userId: 'huda', deviceId: 'phone-1', displayName: 'Huda' }] },
);

export const User = Type.Object(
  {
    _id: text('Its private id.'),
    path: text('Its topic.'),
    userId: text('Its public id.'),
    userInternalId: text('Its private id.'),
    userPublicId: text('Its public id.'),
    roles: texts('Names of its roles.'),
    permissions: texts('What it may do.'),
    displayName: Type.Optional(text('Its name.')),
    profileHandle: Type.Optional(text('Its short name.')),
    flagCount: Type.Integer({ description: 'How often it was reported.' }),
    hashFlag: Type.Null({ description: 'Who reported it: nobody.' }),
    metadata: Type.Record(Type.String(), Type.Unknown(), { description: 'What was kept with it.' }),
    isGlobalBan: yes('It is banned.'),
    isBrand: yes('It is a brand.'),
    isDeleted: yes('It is deleted.'),
    createdAt: time('When it first registered.'),
    updatedAt: time('When it last changed.'),
  },
  { $id: 'User' },
);

const exampleUser = {
  _id: '0199a1b2c3d4000011223344',
  path: '7d0f3c1e-6a55-4a0e-9a5b-0c1d2e3f4a5b/user/0199a1b2c3d4000011223344',
  userId: 'bot_0199a1b2c3d4000011223344',
  userInternalId: '0199a1b2c3d4000011223344',
  userPublicId: 'bot_0199a1b2c3d4000011223344',
  roles: [],
  permissions: [],
  displayName: 'bot',
  flagCount: 0,
  hashFlag: null,
  metadata: {},
  isGlobalBan: false,
  isBrand: false,
  isDeleted: false,
  createdAt: '2026-01-05T09:00:00.000Z',
  updatedAt: '2026-01-05T09:00:00.000Z',
};

const lastCachePurge = time('Clients drop what they kept from before.');

export const Session = Type.Object(
  {
    accessToken: text('JWT for later calls.'),
    issuedAt: time('From when it is good.'),
    expiresAt: time('Until when.'),
    users: Type.Array(User, { description: 'Whose it is.' }),
    roles: Type.Array(Type.Unknown(), { description: 'Definitions of the roles that the user has.' }),
    files: Type.Array(Type.Unknown(), { description: 'The picture of the user.' }),
    lastCachePurge,
    userType: Type.Unsafe<string>({ type: 'string', enum: [...endUserKinds], description: 'What it is.' }),
  },
  {
    $id: 'Session',
    examples: [
      {
        accessToken: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.…',
        issuedAt: '2026-01-05T09:00:00.000Z',
        expiresAt: '2026-02-04T09:00:00.000Z',
        users: [exampleUser],
        roles: [],
        files: [],
        lastCachePurge: '2026-01-01T00:00:00.000Z',
        userType: 'bot',
      },
    ],
  },
);

export const Alive = Type.Object(
  { lastCachePurge },
  { $id: 'Alive', examples: [{ lastCachePurge: '2026-01-01T00:00:00.000Z' }] },
);
export const Revoked = Type.Object(
  { success: yes('Always true.') },
  { $id: 'Revoked', examples: [{ success: true }] },
);
export const Users = Type.Object(
  {
    users: Type.Array(User, { description: 'The one.' }),
    files: Type.Array(Type.Unknown(), { description: 'Its picture.' }),
  },
  { $id: 'Users', examples: [{ users: [exampleUser], files: [] }] },
);
export const Person = Type.Object(
  { userId: text('Your id of the person.', { minLength: 1, maxLength: 50 }) },
  { $id: 'Person', examples: [{ userId: 'huda' }] },
);
export const AuthToken = Type.String({
  $id: 'AuthToken',
  description: 'Good for ten minutes, and for this person alone.',
  examples: ['Fq2x…'],
});

export const ChatSettings = Type.Object(
  {
    enabled: yes('There is a chat.'),
    mention: Type.Object({ isAllowMentionedChannelEnabled: yes('Whole channels may be mentioned.') }),
    messagePreview: Type.Object({
      enabled: yes('The last message of a channel is shown.'),
      isIncludeDeleted: yes('Also a deleted one.'),
    }),
    isAllowAdminViewConversationMessage: yes('Administrators see conversations.'),
    isAllowAdminManageConversationMessage: yes('Administrators change conversations.'),
    allowMemberToUpdateConversationChannel: yes('Members change their conversation.'),
  },
  {
    $id: 'ChatSettings',
    examples: [
      {
        enabled: true,
        mention: { isAllowMentionedChannelEnabled: true },
        messagePreview: { enabled: false, isIncludeDeleted: false },
        isAllowAdminViewConversationMessage: true,
        isAllowAdminManageConversationMessage: true,
        allowMemberToUpdateConversationChannel: false,
      },
    ],
  },
);

export const Failure = Type.Object(
  {
    status: text('Always `error`.'),
    code: Type.Integer({ description: 'What kind of failure it is.' }),
    message: text('What is wrong.'),
    data: Type.Optional(
      Type.Object({ detail: texts('Each fault of the fields.') }, { description: 'Of a 422 alone.' }),
    ),
  },
  {
    $id: 'Failure',
    description: 'What every failure looks like.',
    examples: [
      {
        status: 'error',
        code: 500000,
        message: 'deviceId is required',
        data: { detail: ['deviceId is required'] },
      },
    ],
  },
);
