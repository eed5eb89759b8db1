import Type from 'typebox';
import { present } from '../../model/present.ts';
import { type TemplateFinding, templateFindingCodes } from '../../model/template-finding.ts';
import { contentTold, ToldContent } from './content.ts';
import { Segments } from './preview.ts';
import { route } from './route.ts';
import { templateParts } from './templates.ts';
import { change, flag, json, maybe, oneOf, text } from './words.ts';

const Finding = Type.Object(
  {
    kind: oneOf(
      ['refused', 'unapproved', 'changed'],
      '`refused`: no message of it would ever go there; `unapproved`: the provider would not approve it so; `changed`: it goes, and looks otherwise.',
    ),
    field: Type.String({ description: 'Path of the field.', examples: ['buttons[1].label'] }),
    code: oneOf(templateFindingCodes, 'What it is.'),
    message: Type.String({ description: 'The same in plain words.' }),
    values: maybe(json('What the words are made of, for those who say it in another language.')),
  },
  { $id: 'TemplateFinding' },
);

const View = Type.Object(
  {
    channel: Type.String({ description: 'Id of the channel.' }),
    approval: flag('Its provider must approve templates.'),
    submits: flag('It can be handed in there, and its list can be read.'),
    findings: Type.Array(Finding, { description: 'What it would refuse, not approve, or show otherwise.' }),
    content: maybe(ToldContent),
    measure: maybe(Segments),
  },
  { $id: 'TemplateView', description: 'What a channel would make of it.' },
);

const findingTold = ({ values, ...rest }: TemplateFinding) => ({
  ...rest,
  ...(values && { values: { ...values } }),
});

/** A template before it is saved. */
export const templateCheck = [
  route({
    method: 'POST',
    path: '/templates/check',
    right: 'setup',
    summary: 'See what would become of a template',
    about:
      'Takes what `PUT /templates/:code/:lang` takes, with both in the body. Answers what saving would refuse, and for each channel that it is made for what that would refuse and how it would show it, filled with samples. Nothing is stored or handed in. What is left out stands as it is saved.',
    body: change({
      code: text('Its code; a new one when it is not there.'),
      lang: text('Its language; `en` when left out.'),
      ...templateParts,
    }),
    answer: Type.Object(
      {
        findings: Type.Array(Finding, { description: 'Why it could not be saved.' }),
        channels: Type.Array(View),
      },
      { $id: 'TemplateChecked' },
    ),
    async run({ core, businessId, body }) {
      const { findings, channels } = await core.templates.check(businessId, present({ ...body }) as never);
      return {
        findings: findings.map(findingTold),
        channels: channels.map(({ channel, approval, submits, findings, content, measure }) =>
          present({
            channel: channel.id,
            approval,
            submits,
            findings: findings.map(findingTold),
            content: content && contentTold(content),
            measure,
          }),
        ),
      };
    },
  }),
];
