import Type from 'typebox';
import { present } from '../../model/present.ts';
import { list } from '../../store/sign-ins.ts';
import { Me, meTold } from './me-words.ts';
import { route } from './route.ts';
import { change, flag, idParams, known, maybe, ms, oneOf, Removed } from './words.ts';

const text = (description: string) => maybe(Type.String({ description }));
const password = Type.String({ maxLength: 1000, description: 'Your password.' });

const Preferences = Type.Record(Type.String(), Type.Unknown(), {
  $id: 'Preferences',
  description: 'Free JSON of at most 16 kB: language, theme, shortcuts, widths …',
  examples: [{ theme: 'dark', digits: 'arab' }],
});

/** The person who is signed in. */
export const me = [
  route({
    method: 'GET',
    path: '/me',
    right: 'agent',
    summary: 'Who is signed in',
    answer: Me,
    run: (ask) => meTold(ask, ask.caller),
  }),
  route({
    method: 'PUT',
    path: '/me/profile',
    right: 'agent',
    summary: 'Change how I am shown',
    body: change({
      displayName: text('How customers see you; empty takes it away.'),
      imageUrl: text('Address of a picture; empty takes it away.'),
      lang: text('Language in which you work; empty takes it away.'),
    }),
    answer: Me,
    async run(ask) {
      const { core, caller, body } = ask;
      await core.change.putAgent(caller, present({ code: caller.agent!.code, ...body }));
      return meTold(ask, caller);
    },
  }),
  route({
    method: 'PUT',
    path: '/me/preferences',
    right: 'agent',
    summary: 'Keep what I chose for the screen',
    about: 'It replaces what was kept.',
    body: Preferences,
    answer: Preferences,
    async run({ core, caller, body }) {
      await core.signIns.keepPreferences(caller, body);
      return body;
    },
  }),
  route({
    method: 'PUT',
    path: '/me/password',
    right: 'agent',
    summary: 'Change my password',
    about: 'All other sign-ins of yours end.',
    body: change({
      old: password,
      password: Type.String({ maxLength: 1000, description: 'The new one: 10 to 200 characters.' }),
    }),
    answer: Type.Object({ changed: flag('It is changed.') }, { $id: 'PasswordChanged' }),
    async run({ core, caller, body }) {
      await core.signIns.changePassword(caller, body.old, body.password);
      return { changed: true };
    },
  }),
  route({
    method: 'GET',
    path: '/me/sign-ins',
    right: 'agent',
    summary: 'Where I am signed in',
    answer: Type.Object(
      {
        items: Type.Array(
          Type.Object({
            id: Type.String({ description: 'Its id.' }),
            kind: oneOf(['cookie', 'token'], 'How it is brought along.'),
            current: flag('It is the one of this request.'),
            createdAt: ms('When you signed in.'),
            seenAt: ms('When it was last used, to the minute.'),
            expiresAt: ms('When it ends, unless it is used before.'),
            address: text('Address from which you signed in.'),
            userAgent: text('What the program said of itself.'),
          }),
          { description: 'Newest first.' },
        ),
      },
      { $id: 'SignIns' },
    ),
    async run({ core, caller, businessId }) {
      const rows = await list(core.db, businessId, caller.agent!.code);
      return { items: rows.map((one) => ({ ...one, current: one.id === caller.tokenId })) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/me/sign-ins/:id',
    right: 'agent',
    summary: 'End one of my sign-ins',
    params: idParams,
    answer: Removed,
    async run({ core, caller, params }) {
      const ended = await core.signIns.endSignIn(caller, params.id);
      known(ended || undefined, 'sign-in');
      return { removed: true };
    },
  }),
  route({
    method: 'POST',
    path: '/me/totp',
    right: 'agent',
    summary: 'Begin with codes of a second device',
    about: 'They are asked for once one of them is confirmed by `PUT`.',
    body: change({ password }),
    answer: Type.Object(
      {
        secret: Type.String({ description: 'To be typed into the app for codes.' }),
        uri: Type.String({ description: 'The same as an address, for a QR code.' }),
      },
      { $id: 'TotpSecret' },
    ),
    run: ({ core, caller, body }) => core.signIns.beginTotp(caller, body.password),
  }),
  route({
    method: 'PUT',
    path: '/me/totp',
    right: 'agent',
    summary: 'Confirm a code: from now on codes are asked for',
    body: change({ code: Type.String({ maxLength: 20, description: 'The code that the device shows.' }) }),
    answer: Type.Object(
      {
        recoveryCodes: Type.Array(Type.String(), {
          description: 'Each stands in for the device once. Shown this once.',
        }),
      },
      { $id: 'RecoveryCodes' },
    ),
    run: async ({ core, caller, body }) => ({
      recoveryCodes: await core.signIns.confirmTotp(caller, body.code),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/me/totp',
    right: 'agent',
    summary: 'No codes of a second device any more',
    body: change({ password }),
    answer: Removed,
    async run({ core, caller, body }) {
      await core.signIns.dropTotp(caller, body.password);
      return { removed: true };
    },
  }),
];
