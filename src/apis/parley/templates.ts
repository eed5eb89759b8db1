import Type from 'typebox';
import { contactTypes, normalLang } from '../../model/contact.ts';
import { mediaTypes } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { missing } from '../../model/problem.ts';
import { approvalStatuses, type Template as ModelTemplate, type Setup } from '../../model/setup.ts';
import { Button } from './content.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { route } from './route.ts';
import { change, code, flag, json, known, maybe, ms, name, oneOf, Removed } from './words.ts';

const lang = Type.String({ description: 'Language, `en` or `en_US`.', examples: ['en_US'] });
const params = Type.Object({ code, lang });
const text = (description: string) => maybe(Type.String({ description }));
const parts = {
  name: maybe(name),
  desc: text('What it is for.'),
  contactType: maybe(
    oneOf(Object.keys(contactTypes) as (keyof typeof contactTypes)[], 'Made for this kind of channel.'),
  ),
  category: text('Free, for example SHIPPING_UPDATE.'),
  categoryType: text('Free.'),
  formatType: text('Free.'),
  title: text('Subject of e-mails.'),
  header: text('First line.'),
  body: text(
    'What it says. `{{data.x}}`, `{{contact.x}}` and `{{global.x}}` are placeholders. Needed when it is created.',
  ),
  footer: text('Last line.'),
  buttons: maybe(Type.Array(Button, { description: 'Choices offered with it.' })),
  media: maybe(
    Type.Object(
      {
        type: oneOf(mediaTypes, 'What kind of file.'),
        link: text('Where it is; may hold placeholders.'),
        filename: text('How it is called.'),
      },
      { additionalProperties: false, description: 'A file above the text.' },
    ),
  ),
  providerName: text('Name at the provider, where it differs from the code.'),
  meta: maybe(json('Anything that should be found again.')),
};
const approval = {
  status: oneOf(approvalStatuses, 'How the provider stands to it.'),
  templateId: text("The provider's id of the template."),
};
const Template = Type.Object(
  {
    id: Type.String({ description: 'Its id, for `template.id` of a message.' }),
    code,
    lang,
    ...parts,
    approvals: Type.Array(
      Type.Object({ channel: Type.String({ description: 'Id of the channel.' }), ...approval }),
    ),
    createdBy: text('Who made it.'),
    createdAt: ms('When it was made.'),
  },
  { $id: 'Template', description: 'One language variant of a template.' },
);

const told = ({ approvals, ...template }: ModelTemplate) => ({
  ...template,
  approvals: approvals.map(({ channelId, status, ...rest }) => ({
    ...rest,
    channel: channelId,
    status: status as (typeof approvalStatuses)[number],
  })),
});

function variantOf({ templates }: Setup, wanted: { code: string; lang: string }): ModelTemplate | undefined {
  const lang = normalLang(wanted.lang);
  return templates.find((one) => one.code === wanted.code && one.lang === lang);
}

const templateAt = ({ params: { code, lang } }: { params: { code: string; lang: string } }) => ({
  noun: 'templates' as const,
  key: `${code}/${normalLang(lang) ?? lang}`,
});

export const templates = [
  route({
    method: 'GET',
    path: '/templates',
    right: 'read',
    reach: 'application',
    summary: 'All templates, one item per language',
    query: PageQuery,
    answer: pageOf(Template),
    run: async ({ setup, query }) =>
      pageFrom((await setup()).templates.map(told), (one) => `${one.code}/${one.lang}`, query),
  }),
  route({
    method: 'GET',
    path: '/templates/:code/:lang',
    right: 'read',
    reach: 'application',
    summary: 'One template in one language',
    params,
    answer: Template,
    thing: templateAt,
    run: async ({ setup, params }) => told(known(variantOf(await setup(), params), 'template')),
  }),
  route({
    method: 'PUT',
    path: '/templates/:code/:lang',
    right: 'setup',
    summary: 'Create or change a template in one language',
    about: 'An empty text takes an optional part away.',
    params,
    body: change(parts),
    answer: Template,
    thing: templateAt,
    async run({ core, caller, params, body, made, setup }) {
      const text = body.body ?? variantOf(await setup(), params)?.body;
      if (text === undefined) throw missing('body');
      const put = await core.change.putTemplate(
        caller,
        present({ ...body, buttons: body.buttons, ...params, body: text }) as Parameters<
          typeof core.change.putTemplate
        >[1],
      );
      made(put.change);
      return told(put.value);
    },
  }),
  route({
    method: 'PUT',
    path: '/templates/:code/:lang/approvals/:channel',
    right: 'setup',
    summary: 'Note how the provider of a channel stands to a template',
    about: 'Providers that tell it by themselves overwrite it.',
    params: Type.Object({
      ...params.properties,
      channel: Type.String({ description: 'Id of the channel.' }),
    }),
    body: change(approval),
    answer: Template,
    async run({ core, caller, params, body, setup }) {
      const now = await setup();
      const { id } = known(variantOf(now, params), 'template');
      const { id: channelId } = known(now.channels.get(params.channel), 'channel');
      const put = await core.change.approveTemplate(caller, id, { ...body, channelId });
      return told(put.value);
    },
  }),
  route({
    method: 'DELETE',
    path: '/templates/:code/:lang',
    right: 'setup',
    summary: 'Remove a template in one language',
    params,
    answer: Removed,
    thing: templateAt,
    async run({ core, caller, params, setup }) {
      const { id } = known(variantOf(await setup(), params), 'template');
      await core.change.remove(caller, 'templates', id);
      return { removed: true };
    },
  }),
];

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
      await core.change.remove(caller, 'vars', varOf(await setup(), params.key, query.channel).id);
      return { removed: true };
    },
  }),
];
