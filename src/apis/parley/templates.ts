import Type from 'typebox';
import { contactTypes, normalLang } from '../../model/contact.ts';
import { mediaTypes } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { missing } from '../../model/problem.ts';
import type { Template as ModelTemplate, Setup } from '../../model/setup.ts';
import { templateForm } from '../../model/template-form.ts';
import { findOnce } from '../../pipeline/idempotency.ts';
import { Approval, approvalTold } from './approval-words.ts';
import { Button } from './content.ts';
import { PageQuery, pageFrom, pageOf } from './page.ts';
import { route } from './route.ts';
import { change, code, flag, json, known, maybe, ms, name, oneOf, Removed, text } from './words.ts';

const contactTypeNames = Object.keys(contactTypes) as (keyof typeof contactTypes)[];
const lang = Type.String({ description: 'Language, `en` or `en_US`.', examples: ['en_US'] });
export const templateParams = Type.Object({ code, lang });
const params = templateParams;
const media = Type.Object(
  {
    type: oneOf(mediaTypes, 'What kind of file.'),
    link: text('Where it is; may hold placeholders.'),
    filename: text('How it is called.'),
  },
  { additionalProperties: false, description: 'A file above the text.' },
);
const parts = {
  name: maybe(name),
  desc: text('What it is for.'),
  contactType: maybe(oneOf(contactTypeNames, 'Made for this kind of channel.')),
  category: text(
    'MARKETING or UTILITY, where a provider is to approve it; else free, for example SHIPPING_UPDATE.',
  ),
  categoryType: text('Free.'),
  formatType: text('Free.'),
  title: text('Subject of e-mails.'),
  header: text('First line.'),
  body: text(
    'What it says. `{{data.x}}`, `{{contact.x}}` and `{{global.x}}` are placeholders. Needed when it is created.',
  ),
  footer: text('Last line.'),
  buttons: maybe(Type.Array(Button, { description: 'Choices offered with it.' })),
  media: maybe(media),
  samples: maybe(
    Type.Record(Type.String(), Type.String(), {
      description:
        'What the placeholders may stand for, by their names without `data.`: for those who approve it, and for previews.',
      examples: [{ order: 'A-17', 'contact.name': 'Amina' }],
    }),
  ),
  providerName: text('Name at the provider, where it differs from the code.'),
  meta: maybe(json('Anything that should be found again.')),
};
/** What may be said of a template in a change. */
export const templateParts = {
  ...parts,
  contactType: maybe(
    oneOf([...contactTypeNames, ''] as const, 'Made for this kind of channel; empty: for all.'),
  ),
  media: maybe(
    Type.Union([media, Type.Null()], { description: 'A file above the text; null takes it away.' }),
  ),
};
export const Template = Type.Object(
  {
    id: Type.String({ description: 'Its id, for `template.id` of a message.' }),
    code,
    lang,
    ...parts,
    named: maybe(flag('Its provider knows its placeholders by name: it was taken over from there.')),
    approvals: Type.Array(Approval, { description: 'How the providers of channels stand to it.' }),
    createdBy: text('Who made it.'),
    createdAt: ms('When it was made.'),
  },
  { $id: 'Template', description: 'One language variant of a template.' },
);

export const templateTold = ({ approvals, ...template }: ModelTemplate) => ({
  ...template,
  approvals: approvals.map((one) => approvalTold(one, templateForm(template))),
});

/** The variant that an address names. */
export function variantOf(
  { templates }: Setup,
  wanted: { code: string; lang: string },
): ModelTemplate | undefined {
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
      pageFrom((await setup()).templates.map(templateTold), (one) => `${one.code}/${one.lang}`, query),
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
    run: async ({ setup, params }) => templateTold(known(variantOf(await setup(), params), 'template')),
  }),
  route({
    method: 'PUT',
    path: '/templates/:code/:lang',
    right: 'setup',
    summary: 'Create or change a template in one language',
    about:
      'An empty text takes an optional part away. What no channel could ever send is refused: `POST /templates/check` says it before.',
    params,
    body: change(templateParts),
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
      return templateTold(put.value);
    },
  }),
  route({
    method: 'DELETE',
    path: '/templates/:code/:lang',
    right: 'setup',
    summary: 'Remove a template in one language',
    about: 'At providers it stays, unless `atProviders` says otherwise: then it is taken away there first.',
    params,
    query: Type.Object({
      atProviders: Type.Boolean({
        default: false,
        description: 'Take it away at the providers that have it, too.',
      }),
    }),
    answer: Removed,
    thing: templateAt,
    async run({ core, caller, params, query, setup }) {
      const id = await findOnce(async () => known(variantOf(await setup(), params), 'template').id);
      if (query.atProviders) await core.templates.removeAtProviders(caller, id);
      await core.change.remove(caller, 'templates', id);
      return { removed: true };
    },
  }),
];
