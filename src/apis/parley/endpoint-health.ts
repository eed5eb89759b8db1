import Type from 'typebox';
import { present } from '../../model/present.ts';
import type { Setup } from '../../model/setup.ts';
import { mostCounted, type Standing, standing } from '../../store/endpoint-standing.ts';
import { Try } from './deliveries.ts';
import { endpointOf } from './endpoints.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { route } from './route.ts';
import { idParams, known, maybe, ms, oneOf } from './words.ts';

const count = (description: string) =>
  Type.Integer({ description: `${description} Up to ${mostCounted} are counted.`, examples: [0] });

const Health = Type.Object(
  {
    id: idParams.properties.id,
    state: oneOf(
      ['new', 'well', 'failing', 'disabled', 'off'],
      '`new`: it was never called. `disabled`: it failed for long. `off`: it was switched off.',
    ),
    failures: Type.Integer({ description: 'Calls that failed since the last one that did not.' }),
    failingSince: maybe(ms('When the first of these was.')),
    last: maybe(Try),
    pending: count('Deliveries on their way.'),
    held: count('Deliveries that are held back until it is enabled.'),
    failed: count('Deliveries that it never took.'),
    disabledAt: maybe(ms('Since when it is out of use for its failures.')),
    disabledReason: maybe(Type.String({ description: 'Why.' })),
    formerSecretUntil: maybe(
      ms(
        'Until then calls carry a signature of the secret before the present one, too; told of one endpoint alone.',
      ),
    ),
  },
  { $id: 'EndpointHealth' },
);

function healthOf({ endpoints }: Setup, fares: Standing) {
  const { enabled, disabledAt, disabledReason } = endpoints.get(fares.id)!;
  const state = disabledAt !== undefined ? 'disabled' : enabled ? stateOf(fares) : 'off';
  return { ...fares, state, ...present({ disabledAt, disabledReason }) } as const;
}

const stateOf = ({ failures, last }: Standing) => (failures > 0 ? 'failing' : last ? 'well' : 'new');

export const endpointHealth = [
  route({
    method: 'GET',
    path: '/endpoints/health',
    right: 'setup',
    summary: 'How all webhook endpoints fare',
    query: PageQuery,
    answer: pageOf(Health),
    async run({ core, businessId, query, setup }) {
      const [all, standings] = await Promise.all([setup(), standing(core.db, businessId)]);
      const known = standings.filter(({ id }) => all.endpoints.has(id));
      return pageFrom(
        known.map((one) => healthOf(all, one)),
        ({ id }) => id,
        query,
      );
    },
  }),
  route({
    method: 'GET',
    path: '/endpoints/:id/health',
    right: 'setup',
    summary: 'How a webhook endpoint fares',
    params: idParams,
    answer: Health,
    async run({ core, businessId, params, setup }) {
      const all = await setup();
      const { id } = endpointOf(all, params.id);
      const [[found], until] = await Promise.all([
        standing(core.db, businessId, id),
        core.secretOverlap(businessId, id),
      ]);
      const health = healthOf(all, known(found, 'endpoint'));
      return { ...health, ...(until !== undefined && { formerSecretUntil: until }) };
    },
  }),
];
