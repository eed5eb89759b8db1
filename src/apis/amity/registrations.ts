import type { EndUserKind } from '../../model/access.ts';
import { registrationOf } from './input.ts';
import type { Line } from './route.ts';
import { BotRegistration, Session, SignedInRegistration, VisitorRegistration } from './schemas.ts';
import { sessionOf } from './words.ts';

const registering = (kind: EndUserKind) =>
  ({
    method: 'POST',
    access: 'register',
    tag: 'Sessions',
    answer: Session,
    async run({ core, caller, business, request }) {
      return sessionOf(await core.access.register(caller, registrationOf(kind, request.body)), business);
    },
  }) satisfies Partial<Line>;

const signingIn = { ...registering('signed-in'), body: SignedInRegistration };

/** Registering; the forms of v4 and v3 are the same as that of v5 (decision D10). */
export const registrations: readonly Line[] = [
  {
    ...registering('bot'),
    path: '/api/v5/sessions/bot',
    summary: 'Register a bot',
    description:
      'Known by its device alone; it only ever reads. With a publishable key it reads the channels, with a confidential one what the application of the key may read.',
    body: BotRegistration,
  },
  {
    ...registering('visitor'),
    path: '/api/v5/sessions/visitor',
    summary: 'Register an anonymous visitor',
    description: 'Known by its device alone; it only ever reads. The network may demand a signature.',
    body: VisitorRegistration,
  },
  {
    ...signingIn,
    path: '/api/v5/sessions',
    summary: 'Register somebody who signs in',
    description: 'An unknown user is made. In secure mode the body needs an `authToken`.',
  },
  { ...signingIn, path: '/api/v4/sessions', summary: 'The same, in its older form' },
  { ...signingIn, path: '/api/v3/sessions', summary: 'The same, in its oldest form' },
];
