import Type from 'typebox';
import { agentViews } from '../../model/policy.ts';
import { present } from '../../model/present.ts';
import type { Setup } from '../../model/setup.ts';
import { elsewhere } from '../../pipeline/audit.ts';
import { businesses as storedBusinesses } from '../../store/setup.ts';
import { endUserSettings } from './end-users.ts';
import { numberedPageQuery, pageOf, pageRead } from './page.ts';
import { route } from './route.ts';
import { change, maybe, ms, name, oneOf } from './words.ts';

const settings = Type.Object(
  {
    lang: maybe(
      Type.String({
        description: 'Language used when neither request nor contact names one; empty takes it away.',
        examples: ['en_US'],
      }),
    ),
    sessionHours: maybe(
      Type.Number({ description: 'Hours without a message after which a session ends. Default 24.' }),
    ),
    agentSeats: maybe(
      Type.Integer({ description: 'How many agents may be active; 0, the default: any number.' }),
    ),
    agentsSee: maybe(
      oneOf(agentViews, 'Which sessions agents see who are neither supervisor nor admin; all when absent.'),
    ),
    endUsers: maybe(endUserSettings),
    timeZone: maybe(
      Type.String({
        description:
          'By which the days of its figures are cut: a name such as Asia/Kolkata; empty: UTC, as without it.',
        examples: ['Asia/Dubai'],
      }),
    ),
  },
  { additionalProperties: false },
);
const domain = Type.String({
  description: 'First part of the host name, `meta.domain` in XMS.',
  examples: ['shop'],
});
const Business = Type.Object(
  {
    id: Type.Integer(),
    uuid: Type.String({ description: 'By what other systems know it; never changes.' }),
    domain,
    name,
    settings,
    createdAt: ms('When it was made.'),
  },
  { $id: 'Business' },
);
const defaultQueue = Type.String({
  description: 'Code of the first queue of new sessions.',
  examples: ['agent_desk'],
});
const OwnBusiness = Type.Object(
  { ...Business.properties, defaultQueue: maybe(defaultQueue) },
  { $id: 'OwnBusiness' },
);

/** The business of the caller, with what else there is one of. */
function ownTold({ business, queues }: Setup) {
  const code = [...queues.values()].find(({ isDefault }) => isDefault)?.code;
  return { ...business, ...(code !== undefined && { defaultQueue: code }) };
}

export const business = [
  route({
    method: 'GET',
    path: '/business',
    right: 'read',
    summary: 'The business of the key',
    answer: OwnBusiness,
    thing: () => ({ noun: 'business', key: '' }),
    run: async ({ setup }) => ownTold(await setup()),
  }),
  route({
    method: 'PATCH',
    path: '/business',
    right: 'setup',
    summary: 'Change name, settings, and the default queue',
    answer: OwnBusiness,
    body: change({ name: maybe(name), settings: maybe(settings), defaultQueue: maybe(defaultQueue) }),
    thing: () => ({ noun: 'business', key: '' }),
    async run({ core, caller, businessId, body, setup }) {
      const { domain } = (await setup()).business;
      await core.change.putBusiness(caller, { domain, ...body });
      return ownTold(await core.setup(businessId));
    },
  }),
  route({
    method: 'GET',
    path: '/businesses',
    right: 'installation',
    summary: 'All businesses',
    query: numberedPageQuery(2 ** 31 - 1),
    answer: pageOf(Business),
    run: async ({ core, query }) =>
      pageRead(await storedBusinesses(core.db, query), (one) => String(one.id), query.limit),
  }),
  route({
    method: 'POST',
    path: '/businesses',
    right: 'installation',
    summary: 'Create a business',
    about:
      'With an app, a default queue, the agents’ desk, and a key for setting it up, which is shown this once. A business that exists is changed, and answered without a key.',
    body: change({ domain, name: maybe(name), settings: maybe(settings) }),
    creates: 'sometimes',
    answer: Type.Object(
      {
        ...Business.properties,
        key: maybe(Type.String({ description: 'Shown once.' })),
        token: maybe(Type.String({ description: 'The same key as a JWT. Shown once.' })),
      },
      { $id: 'NewBusiness' },
    ),
    async run({ core, caller, body, made }) {
      const put = await core.change.putBusiness(caller, body);
      made(put.change);
      const { business } = await core.setup(put.value.id);
      if (put.change !== 'created') return business;
      const { key, token } = await core.change.createKey(elsewhere(caller, business.id), {
        name: 'Setup',
        tenantWide: true,
      });
      return present({ ...business, key, token });
    },
  }),
];
