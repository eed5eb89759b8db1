import Type from 'typebox';
import { present } from '../../model/present.ts';
import type { Setup } from '../../model/setup.ts';
import { findOnce } from '../../pipeline/idempotency.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { route } from './route.ts';
import { change, flag, known, maybe, Removed, text } from './words.ts';

const key = Type.String({ description: 'Name: `{{global.<key>}}` in templates.', examples: ['hotline'] });
const channel = maybe(Type.String({ description: 'Id of the channel to which alone it is bound.' }));
const varParts = {
  value: Type.Unknown({ description: 'Any JSON. Needed when it is created.' }),
  type: text('Free.'),
  group: text('Free.'),
  description: text('What it is for.'),
  shared: maybe(flag('May be shown to apps.')),
  disabled: maybe(flag('Listed, but never used in templates.')),
};
const Var = Type.Object(
  { id: Type.String({ description: 'Its id.' }), key, channel, ...varParts },
  { $id: 'Var' },
);
const varParams = Type.Object({ key });
const varQuery = Type.Object({ channel });

const varTold = ({ channelId, ...rest }: Setup['vars'][number]) => ({
  ...rest,
  ...(channelId !== undefined && { channel: channelId }),
});

function varOf({ vars }: Setup, key: string, channelId: string | undefined) {
  return known(
    vars.find((one) => one.key === key && one.channelId === channelId),
    'var',
  );
}

const varAt = ({ params, query }: { params: { key: string }; query: { channel?: string } }) => ({
  noun: 'vars' as const,
  key: `${params.key}/${query.channel ?? ''}`,
});

export const vars = [
  route({
    method: 'GET',
    path: '/vars',
    right: 'read',
    summary: 'All variables of templates',
    query: PageQuery,
    answer: pageOf(Var),
    run: async ({ setup, query }) =>
      pageFrom((await setup()).vars.map(varTold), (one) => `${one.key}/${one.channel ?? ''}`, query),
  }),
  route({
    method: 'GET',
    path: '/vars/:key',
    right: 'read',
    summary: 'One variable',
    params: varParams,
    query: varQuery,
    answer: Var,
    thing: varAt,
    run: async ({ setup, params, query }) => varTold(varOf(await setup(), params.key, query.channel)),
  }),
  route({
    method: 'PUT',
    path: '/vars/:key',
    right: 'setup',
    summary: 'Create or change a variable',
    params: varParams,
    query: varQuery,
    body: change({ ...varParts, value: maybe(varParts.value) }),
    answer: Var,
    thing: varAt,
    async run({ core, caller, params, query, body, made, setup }) {
      const { channel } = query;
      if (channel !== undefined) known((await setup()).channels.get(channel), 'channel');
      const put = await core.change.putVar(caller, present({ ...body, key: params.key, channelId: channel }));
      made(put.change);
      return varTold(put.value);
    },
  }),
  route({
    method: 'DELETE',
    path: '/vars/:key',
    right: 'setup',
    summary: 'Remove a variable',
    params: varParams,
    query: varQuery,
    answer: Removed,
    thing: varAt,
    async run({ core, caller, params, query, setup }) {
      const id = await findOnce(async () => varOf(await setup(), params.key, query.channel).id);
      await core.change.remove(caller, 'vars', id);
      return { removed: true };
    },
  }),
];
