import Type from 'typebox';
import { approvalStatuses } from '../../model/approval.ts';
import { present } from '../../model/present.ts';
import { invalid } from '../../model/problem.ts';
import * as sync from '../../store/template-sync.ts';
import { Button } from './content.ts';
import { pageQuery, pageRead } from './page.ts';
import { route } from './route.ts';
import { Template, templateTold } from './templates.ts';
import { change, known, maybe, ms, oneOf, text } from './words.ts';

const params = Type.Object({ id: Type.String({ description: 'Id of the channel.' }) });
const path = '/channels/:id/templates';

const Offer = Type.Object(
  {
    name: Type.String({ description: 'Its name at the provider.' }),
    lang: Type.String({ description: 'Its language.' }),
    status: oneOf(approvalStatuses, 'How the provider stands to it.'),
    reason: text('Why it stands so.'),
    category: text('As what the provider has it.'),
    quality: text('How people take it, as the provider rates that.'),
    parts: maybe(
      Type.Object(
        {
          header: text('First line.'),
          body: Type.String({ description: 'What it says.' }),
          footer: text('Last line.'),
          buttons: Type.Array(Button),
          media: maybe(Type.Object({ type: Type.String() })),
        },
        { description: 'What it says; absent where it has parts that templates here cannot have.' },
      ),
    ),
    unknownParts: text('What these parts are: it cannot be taken over.'),
  },
  { $id: 'TemplateOffer' },
);

interface OfferDoc {
  status: (typeof approvalStatuses)[number];
  parts?: { header?: string; body: string; footer?: string; buttons: never[]; media?: { type: string } };
}

function offerTold({ name, lang, doc }: sync.Offer) {
  const { parts, templateId: _, ...rest } = doc as unknown as OfferDoc & { templateId?: string };
  if (!parts) return { name, lang, ...rest };
  const { header, body, footer, buttons, media } = parts;
  return { name, lang, ...rest, parts: present({ header, body, footer, buttons, media }) };
}

const place = ({ name, lang }: { name: string; lang: string }) => `${name} ${lang}`;

/** The page that begins behind this place. */
function placeOf(after: string | undefined) {
  if (after === undefined) return undefined;
  const at = after.lastIndexOf(' ');
  if (at < 0) throw invalid('after', 'after must be the next of a page before');
  return { name: after.slice(0, at), lang: after.slice(at + 1) };
}

/** What the providers of channels have of templates. */
export const providerTemplates = [
  route({
    method: 'GET',
    path,
    right: 'setup',
    summary: 'Templates at the provider of a channel that are none of yours, and when its list was read',
    about:
      'They can be taken over with `POST …/import`. The list is read again every six hours, every few minutes while something is under review, and on demand.',
    params,
    query: Type.Object(pageQuery),
    answer: Type.Object(
      {
        syncedAt: maybe(ms('When the list was read last.')),
        nextAt: maybe(ms('When it is read again.')),
        failure: maybe(
          Type.Object(
            {
              at: ms('When.'),
              code: Type.String({ description: 'What kind of failure it is.' }),
              text: Type.String({ description: 'The same in plain words.' }),
              setting: text('The setting of the channel that is missing.'),
            },
            { description: 'Why it could not be read the last time.' },
          ),
        ),
        items: Type.Array(Offer),
        next: text('Give it as `after` to get the next page; absent on the last one.'),
      },
      { $id: 'ProviderTemplates' },
    ),
    async run({ core, businessId, params, query, setup }) {
      const { id: channelId } = known((await setup()).channels.get(params.id), 'channel');
      const key = { businessId, channelId };
      const state = await sync.state(core.db, key);
      const { after, limit } = query;
      const rows = await sync.offers(core.db, key, { after: placeOf(after), limit });
      const { syncedAt, nextAt, failedAt, failure } = state ?? {};
      return present({
        syncedAt,
        nextAt,
        failure:
          failure &&
          present({ at: failedAt!, code: failure.class, text: failure.text, setting: failure.setting }),
        ...pageRead(rows.map(offerTold), place, limit),
      });
    },
  }),
  route({
    method: 'POST',
    path: `${path}/sync`,
    right: 'setup',
    summary: 'Read now how all templates stand at the provider of a channel',
    params,
    answer: Type.Object(
      {
        read: Type.Integer({ description: 'How many templates the provider has.' }),
        changed: Type.Array(
          Type.Object({
            code: Type.String(),
            lang: Type.String(),
            status: oneOf(approvalStatuses, 'How it stands now.'),
          }),
          { description: 'Yours that stand otherwise than before.' },
        ),
        offered: Type.Integer({ description: 'How many of them are none of yours.' }),
      },
      { $id: 'TemplatesSynced' },
    ),
    async run({ core, caller, params, setup }) {
      const { id } = known((await setup()).channels.get(params.id), 'channel');
      const { changed, ...rest } = await core.templates.sync(caller, id);
      return {
        ...rest,
        changed: changed.map((one) => ({ ...one, status: one.status as (typeof approvalStatuses)[number] })),
      };
    },
  }),
  route({
    method: 'POST',
    path: `${path}/import`,
    right: 'setup',
    summary: 'Take over templates that the provider of a channel has',
    about: 'All or none. Each is yours from then on, and stands as it does there.',
    params,
    body: change({
      templates: Type.Array(
        Type.Object(
          {
            name: Type.String({ description: 'Its name at the provider.' }),
            lang: Type.String({ description: 'Its language.' }),
            code: text('Under which code; its name when left out.'),
          },
          { additionalProperties: false },
        ),
        { minItems: 1, maxItems: 100 },
      ),
    }),
    answer: Type.Object({ items: Type.Array(Template) }, { $id: 'TemplatesImported' }),
    async run({ core, caller, params, body, setup }) {
      const { id } = known((await setup()).channels.get(params.id), 'channel');
      const wanted = body.templates.map((one) => present({ ...one }));
      return { items: (await core.templates.takeOver(caller, id, wanted)).map(templateTold) };
    },
  }),
];
