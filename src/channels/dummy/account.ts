import { Type } from 'typebox';

/** What an operator may set on a sandbox channel. Nothing is needed. */
export const account = Type.Object({
  speed: Type.Number({
    title: 'Speed',
    description: 'How fast the sandbox answers: 1 as documented, 10 ten times as fast.',
    default: 1,
    exclusiveMinimum: 0,
    maximum: 1000,
  }),
  perSecond: Type.Optional(
    Type.Number({
      title: 'Messages a second',
      description: 'Tries out the rate limiter. Unlimited when empty.',
      advanced: true,
      exclusiveMinimum: 0,
    }),
  ),
  secret: Type.Optional(
    Type.String({
      title: 'Webhook secret',
      description: 'Signs requests to the webhook address (X-Signature). Without it they are refused.',
      secret: true,
    }),
  ),
});
