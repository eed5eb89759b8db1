import { type Static, Type } from 'typebox';

/** What a connector of the business's own may carry: every contact type but the sandbox and none. */
const carried = [
  'OA',
  'SMS',
  'EMAIL',
  'WHATSAPP',
  'PUSH',
  'FACEBOOK',
  'TELEGRAM',
  'WEBSITE',
  'TWITTER',
  'INSTAGRAM',
] as const;

/** What an operator sets on the channel of a connector of the business's own. */
export const account = Type.Object({
  url: Type.String({
    title: 'Address of the connector',
    description: 'Messages to people are posted here as JSON, in the form of message/send.',
    pattern: '^https?://[^\\s]+$',
    maxLength: 2048,
  }),
  verifyToken: Type.String({
    title: 'Verify token',
    description: 'Sent to the connector with each message, and expected from it: header x-verify-token.',
    secret: true,
    connectorToken: true,
    minLength: 16,
    maxLength: 255,
    // It goes into a header as it is.
    pattern: '^[\\x21-\\x7e]*$',
  }),
  contactType: Type.Enum(carried, {
    title: 'What it carries',
    description: 'Contact type of the people on this channel. Contact ids begin with it: set it once.',
    default: 'OA',
  }),
  perSecond: Type.Optional(
    Type.Number({
      title: 'Messages a second',
      description: 'How fast the connector is called at most. Unlimited when empty.',
      advanced: true,
      exclusiveMinimum: 0,
    }),
  ),
});

export type CustomAccount = Static<typeof account>;
