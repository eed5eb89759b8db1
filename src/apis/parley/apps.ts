import Type from 'typebox';
import { appModes, type App as ModelApp, type Setup } from '../../model/setup.ts';
import { list as storedKeys } from '../../store/keys.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { route } from './route.ts';
import { change, code, codeParams, idParams, json, known, maybe, ms, name, oneOf, Removed } from './words.ts';

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

/** An app by its code or its id. */
function findApp({ apps }: Setup, named: string): ModelApp {
  return known(apps.get(named) ?? [...apps.values()].find((app) => app.code === named), 'app');
}

export const apps = [
  route({
    method: 'GET',
    path: '/apps',
    right: 'read',
    summary: 'All apps',
    query: PageQuery,
    answer: pageOf(App),
    run: async ({ setup, query }) => pageFrom((await setup()).apps.values(), (app) => app.code, query),
  }),
  route({
    method: 'GET',
    path: '/apps/:code',
    right: 'read',
    summary: 'One app',
    params: codeParams,
    answer: App,
    run: async ({ setup, params }) => findApp(await setup(), params.code),
  }),
  route({
    method: 'PUT',
    path: '/apps/:code',
    right: 'setup',
    summary: 'Create or change an app',
    params: codeParams,
    body: change(parts),
    answer: App,
    async run({ core, businessId, params, body, made }) {
      const put = await core.change.putApp(businessId, { ...body, code: params.code });
      made(put.change);
      return put.value;
    },
  }),
  route({
    method: 'DELETE',
    path: '/apps/:code',
    right: 'setup',
    summary: 'Remove an app',
    params: codeParams,
    answer: Removed,
    async run({ core, businessId, params }) {
      await core.change.remove(businessId, 'apps', params.code);
      return { removed: true };
    },
  }),
];

const request = {
  app: maybe(Type.String({ description: 'Code of the app; `default` when absent.' })),
  name,
  kind: maybe(oneOf(['confidential', 'publishable'], 'Publishable keys may stand in web pages.')),
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
      { id: Type.String(), key: Type.String({ description: 'Shown once.' }) },
      { $id: 'NewKey' },
    ),
    async run({ core, businessId, body, made }) {
      made('created');
      return core.change.createKey(businessId, body);
    },
  }),
  route({
    method: 'DELETE',
    path: '/keys/:id',
    right: 'setup',
    summary: 'Revoke a key, at once and everywhere',
    params: idParams,
    answer: Removed,
    async run({ core, businessId, params }) {
      await core.change.revokeKey(businessId, params.id);
      return { removed: true };
    },
  }),
];
