import Type, { type Static } from 'typebox';
import { present } from '../../model/present.ts';
import type { SignedIn, SignInManner } from '../../pipeline/sign-ins.ts';
import { Me, meTold } from './me-words.ts';
import { type Ask, meOf, route } from './route.ts';
import { change, maybe, ms, oneOf } from './words.ts';

const kind = maybe(
  oneOf(
    ['cookie', 'token'],
    'How the sign-in is brought along: by the browser itself as a cookie, which is for pages of this server and needs the header `x-parley-client`; or as a token, which is answered and sent as `Authorization: Bearer`. `cookie` when absent.',
  ),
);
const password = (description: string) => Type.String({ maxLength: 1000, description });
const token = Type.String({ maxLength: 200, description: 'The token out of the link.' });

const SignedInAnswer = Type.Object(
  {
    me: Me,
    token: maybe(Type.String({ description: 'Only when it was asked for as a token. Shown once.' })),
    expiresAt: ms('When it ends, unless there is a call before.'),
  },
  { $id: 'SignedIn' },
);

/** How a request wants to be signed in. A cookie is given to pages of ours alone. */
function mannerOf(
  { from: { userAgent, ...from }, assertOwnPage }: Ask<unknown, unknown, unknown>,
  as: 'cookie' | 'token' = 'cookie',
): SignInManner {
  if (as === 'cookie') assertOwnPage();
  return { kind: as, from, ...(userAgent !== undefined && { userAgent }) };
}

async function answerOf(
  { core, keep }: Ask<unknown, unknown, unknown>,
  { token, expiresAt, caller }: SignedIn,
): Promise<Static<typeof SignedInAnswer>> {
  const isCookie = caller.signIn!.kind === 'cookie';
  if (isCookie) keep({ token, expiresAt });
  const setup = () => core.setup(caller.businessId);
  const me = await meTold({ core, setup, me: () => meOf(core, caller) }, caller);
  return { me, expiresAt, ...(!isCookie && { token }) };
}

const Ended = Type.Object(
  { ended: Type.Integer({ description: 'How many sign-ins and access tokens are over.' }) },
  { $id: 'SignInsEnded' },
);

/** Signing in and out, and the links with which people choose a password. */
export const signIn = [
  route({
    method: 'POST',
    path: '/sign-in',
    right: 'open',
    summary: 'Sign in with e-mail address and password',
    about:
      'Wrong address and wrong password are answered alike (401, `WRONG_SIGN_IN`). `CODE_REQUIRED`: send the code of the second device, or a recovery code, as well. After 10 failures of an account or 100 of an address within a quarter of an hour: 429, `LOCKED`. Who has an account in several businesses: 409, `SEVERAL_BUSINESSES`, with their domains.',
    body: change({
      email: Type.String({
        maxLength: 254,
        description: 'E-mail address of the agent.',
        examples: ['ann@shop.example'],
      }),
      password: password('The password.'),
      code: maybe(Type.String({ maxLength: 20, description: 'Of the second device, or a recovery code.' })),
      business: maybe(
        Type.String({ maxLength: 63, description: 'Domain of the business, where you have several.' }),
      ),
      as: kind,
    }),
    answer: SignedInAnswer,
    async run(ask) {
      const { email, password, code, business, as } = ask.body;
      const manner = mannerOf(ask, as);
      return answerOf(
        ask,
        await ask.core.signIns.signIn(present({ ...manner, email, password, code, business })),
      );
    },
  }),
  route({
    method: 'POST',
    path: '/sign-in/link',
    right: 'open',
    summary: 'Look at a link for choosing a password',
    about: 'It stays good. One that is used, replaced or too old: 401, `DEAD_LINK`.',
    body: change({ token }),
    answer: Type.Object(
      {
        kind: oneOf(['invitation', 'reset'], 'The first password, or another one.'),
        business: Type.Object({ domain: Type.String(), name: Type.String() }),
        name: Type.String({ description: 'Name of the agent.' }),
        email: Type.String({ description: 'With which this person signs in.' }),
        expiresAt: ms('When it ends.'),
      },
      { $id: 'LinkSeen' },
    ),
    run: ({ core, body }) => core.signIns.lookAtLink(body.token),
  }),
  route({
    method: 'POST',
    path: '/sign-in/password',
    right: 'open',
    summary: 'Choose a password by a link, and sign in',
    about: 'The link is used up, and all other sign-ins of this person end.',
    body: change({ token, password: password('10 to 200 characters.'), as: kind }),
    answer: SignedInAnswer,
    async run(ask) {
      const { token, password, as } = ask.body;
      return answerOf(ask, await ask.core.signIns.choosePassword(token, password, mannerOf(ask, as)));
    },
  }),
  route({
    method: 'POST',
    path: '/sign-out',
    right: 'agent',
    summary: 'End this sign-in',
    answer: Ended,
    async run({ core, caller, keep }) {
      if (caller.signIn) await core.signIns.signOut(caller);
      else await core.access.revokeOwn(caller);
      keep(undefined);
      return { ended: 1 };
    },
  }),
  route({
    method: 'POST',
    path: '/sign-out/everywhere',
    right: 'agent',
    summary: 'End all my sign-ins and access tokens',
    answer: Ended,
    async run({ core, caller, keep }) {
      keep(undefined);
      return { ended: await core.signIns.signOutEverywhere(caller, caller.agent!.code) };
    },
  }),
];
