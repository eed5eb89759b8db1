import Type from 'typebox';
import { appModes } from '../../model/setup.ts';
import { list as storedKeys } from '../../store/keys.ts';
import { byCode } from './by-code.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { route } from './route.ts';
import { change, code, idParams, json, maybe, ms, name, oneOf, Removed } from './words.ts';

const parts = {
  name: maybe(name),
  mode: maybe(oneOf(appModes, 'What kind of app answers.')),
  type: maybe(Type.String({ description: 'Free, DEFAULT unless set.' })),
  contactInfoUrl: maybe(
    Type.String({
      description: 'Where the app is asked about a contact at session start; empty takes it away.',
    }),
  ),
  props: maybe(json('Anything that the app should find again.')),
};
const App = Type.Object({ id: Type.String(), code, ...parts }, { $id: 'App' });

export const apps = byCode({
  noun: 'apps',
  one: 'app',
  aOne: 'an app',
  parts,
  answer: App,
  all: (setup) => setup.apps.values(),
  codeOf: (app) => app.code,
  find: ({ apps }, named) => apps.get(named) ?? [...apps.values()].find((app) => app.code === named),
  told: (app) => app,
  put: (core, by, code, body) => core.change.putApp(by, { ...body, code }),
  removable: 'apps',
});

const request = {
  app: maybe(Type.String({ description: 'Code of the app; `default` when absent.' })),
  name,
  kind: maybe(
    oneOf(
      ['confidential', 'publishable', 'server'],
      'A publishable key may stand in web pages: it only registers end users. A server key only vouches for people who sign in.',
    ),
  ),
  scope: maybe(oneOf(['read', 'write'], 'Default: write.')),
  tenantWide: maybe(Type.Boolean({ description: 'May act for every app, and change the setup.' })),
  expiresAt: maybe(ms('When it ends.')),
};
const Key = Type.Object(
  {
    id: Type.String(),
    ...request,
    app: Type.String({ description: 'Code of the app.' }),
    hint: Type.String({ description: 'How the key begins.' }),
    installation: Type.Boolean({ description: 'May create businesses.' }),
    uuid: Type.String({ description: 'Names it in its form as a token.' }),
    makerNo: maybe(Type.Integer({ description: 'Number of the agent who made it.' })),
    createdAt: ms('When it was made.'),
    revokedAt: maybe(ms('Out of force since.')),
    lastUsedAt: maybe(ms('About when it was last used.')),
  },
  { $id: 'Key' },
);

export const keys = [
  route({
    method: 'GET',
    path: '/keys',
    right: 'setup',
    summary: 'All keys, without the keys themselves',
    query: PageQuery,
    answer: pageOf(Key),
    async run({ core, businessId, setup, query }) {
      const { apps } = await setup();
      const all = (await storedKeys(core.db, businessId)).map(({ appId, businessId: _, ...key }) => ({
        ...key,
        app: apps.get(appId)?.code ?? appId,
      }));
      return pageFrom(all, (key) => key.id, query);
    },
  }),
  route({
    method: 'POST',
    path: '/keys',
    right: 'setup',
    summary: 'Create a key',
    about: 'The key is shown this once.',
    body: change(request),
    creates: 'always',
    answer: Type.Object(
      {
        id: Type.String(),
        key: Type.String({ description: 'Shown once.' }),
        token: maybe(
          Type.String({ description: 'The same key as a JWT; of a confidential one. Shown once.' }),
        ),
      },
      { $id: 'NewKey' },
    ),
    async run({ core, caller, body, made }) {
      const { makerNo } = caller;
      made('created');
      return core.change.createKey(caller, { ...body, ...(makerNo !== undefined && { makerNo }) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/keys/:id',
    right: 'setup',
    summary: 'Revoke a key, at once and everywhere',
    params: idParams,
    answer: Removed,
    async run({ core, caller, params }) {
      await core.change.revokeKey(caller, params.id);
      return { removed: true };
    },
  }),
];
