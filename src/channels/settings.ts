import { type TProperties, Type } from 'typebox';

/** Settings that several channels have, so that they look and are checked the same everywhere. */

/** Settings that are right as they are for nearly everybody: a form folds them away. */
export function advanced<P extends TProperties>(settings: P): P {
  return marked(settings, { advanced: true });
}

/**
 * Settings that are of use only where others have one of these values: a form shows them then. What they are is checked
 * in any case.
 */
export function when<P extends TProperties>(
  others: Readonly<Record<string, readonly (string | boolean)[]>>,
  settings: P,
): P {
  return marked(settings, { when: others });
}

/** The schemas themselves are marked: give it those that no other channel has. */
function marked<P extends TProperties>(settings: P, marks: object): P {
  for (const schema of Object.values(settings)) Object.assign(schema, marks);
  return settings;
}

/** An outside address, with the provider's own as default (channels.md rule 1). */
export function address(title: string, description: string, standard: string) {
  return Type.String({
    title,
    description,
    default: standard,
    pattern: '^https?://[^\\s?#]+$',
    maxLength: 2048,
    advanced: true,
  });
}

/** A secret that goes into a header as it is: sealed in the store and never shown again. */
export function secret(title: string, description: string, minLength = 1) {
  return Type.String({
    title,
    description,
    secret: true,
    minLength,
    maxLength: 4096,
    pattern: '^[\\x21-\\x7e]*$',
  });
}

/** How fast an account may send, unless the channel's own figure holds. */
export function perSecond(standard: string) {
  return Type.Optional(
    Type.Number({
      title: 'Messages a second',
      description: `How many messages are sent a second at most. ${standard}`,
      exclusiveMinimum: 0,
      advanced: true,
    }),
  );
}

/** When credentials end that nobody renews: told before, so that they are replaced in time. */
export const expiresOn = Type.Optional(
  Type.String({
    title: 'Access token ends on',
    format: 'date',
    description:
      'Day on which the access token ends, where it does, as 2027-12-31. You are reminded 14 days before.',
    pattern: '^20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  }),
);

/** What happens when nobody knows whether a message was taken (channels.md rule 4). */
export const onUnknown = Type.Optional(
  Type.Enum(['retry', 'fail'], {
    title: 'When the outcome is unknown',
    description: 'Try once more, which may double a message, or fail it. Fails when empty.',
    advanced: true,
  }),
);

/** Whether people are shown that an agent writes to them. `more` is said behind it. */
export function typing(more = '') {
  return Type.Boolean({
    title: 'Show who writes',
    description: `People see that an agent is writing to them.${more && ` ${more}`}`,
    default: true,
    advanced: true,
  });
}

/** Whether people are shown that an agent has read what they wrote. */
export const readMarks = Type.Boolean({
  title: 'Mark as read',
  description: 'People see that an agent has read what they wrote.',
  default: true,
  advanced: true,
});

/** The same path and query at another base, such as the one by which the provider knows us. */
export function atBase(to: string, url: string): string {
  const { pathname, search } = new URL(url);
  return `${base(to)}${pathname}${search}`;
}

/** An address without slashes at its end, so that a path can follow. */
export function base(address: string): string {
  return address.replace(/\/+$/, '');
}
