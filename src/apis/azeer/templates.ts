import Type, { type Static } from 'typebox';
import type { Button } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { Template as ModelTemplate, Setup } from '../../model/setup.ts';
import { numberedText } from '../../model/template.ts';
import type { Core } from '../../pipeline/core.ts';
import { approvalDoors } from './people.ts';
import { route } from './route.ts';
import { done, envelope, maybe, text } from './words.ts';

const Example = Type.Record(Type.String(), Type.Unknown(), {
  description: 'Sample values, as WhatsApp has them.',
});
const TemplateButton = Type.Object({
  type: text('QUICK_REPLY, URL or PHONE_NUMBER.', 'QUICK_REPLY'),
  text: text('What stands on it.', 'Stop'),
  url: maybe(text('Of type URL.')),
  phone_number: maybe(text('Of type PHONE_NUMBER.')),
});

const Component = Type.Object(
  {
    type: text('HEADER, BODY, FOOTER or BUTTONS.', 'BODY'),
    format: maybe(text('Of a header: TEXT, IMAGE, VIDEO or DOCUMENT.')),
    text: maybe(text('With its placeholders.', 'Hi {{1}}, order {{2}} is ready.')),
    buttons: maybe(Type.Array(TemplateButton)),
    example: maybe(Example),
  },
  { $id: 'TemplateComponent' },
);
type Component = Static<typeof Component>;

/** A template as this API tells one (azeer.md 5.3). */
const TemplateEntry = Type.Object(
  {
    id: text('Its id.', '65f0c0ffee65f0c0ffee65f0'),
    template_id: text('The value to send.', 'order_ready'),
    name: text('The same.', 'order_ready'),
    category: text('MARKETING, UTILITY or AUTHENTICATION.', 'UTILITY'),
    language: text('The language to send with it.', 'en'),
    status: text('Only `approved` ones can be sent.', 'approved'),
    components: Type.Array(Component),
  },
  { $id: 'TemplateEntry' },
);

/** How a template stands: approved where one channel that people are written on takes it (azeer.md 5.3). */
function statusOf({ approvals }: ModelTemplate, core: Core, setup: Setup): string {
  const doors = approvalDoors(core, setup);
  const stateAt = (channelId: string) =>
    approvals.find((one) => one.channelId === channelId)?.status.toLowerCase();
  const states = doors.map(({ channel, approval }) => (approval ? stateAt(channel.id) : 'approved'));
  if (states.includes('approved')) return 'approved';
  return states.find((state) => state !== undefined) ?? approvals[0]?.status.toLowerCase() ?? 'pending';
}

/** A part with its placeholders numbered, since values are sent by their place. */
function partOf(type: 'HEADER' | 'BODY' | 'FOOTER', said: string | undefined): Component[] {
  if (said === undefined) return [];
  return [{ type, ...(type === 'HEADER' && { format: 'TEXT' }), text: numberedText(said) }];
}

function componentsOf({ header, body, footer, buttons, media }: ModelTemplate): Component[] {
  const above: Component[] = media
    ? [
        present({
          type: 'HEADER',
          format: media.type.toUpperCase(),
          example: media.link === undefined ? undefined : { header_handle: [media.link] },
        }),
      ]
    : partOf('HEADER', header);
  const below = buttons.length > 0 ? [{ type: 'BUTTONS', buttons: buttons.map(buttonTold) }] : [];
  return [...above, ...partOf('BODY', body), ...partOf('FOOTER', footer), ...below];
}

function buttonTold({ type, label, url, phone }: Button): Static<typeof TemplateButton> {
  return present({ type, text: label, url: url && numberedText(url), phone_number: phone });
}

function templateTold(template: ModelTemplate, core: Core, setup: Setup): Static<typeof TemplateEntry> {
  const { id, code, lang, category, categoryType } = template;
  return {
    id,
    template_id: code,
    name: code,
    category: (category ?? categoryType ?? 'UTILITY').toUpperCase(),
    language: lang,
    status: statusOf(template, core, setup),
    components: componentsOf(template),
  };
}

const sample = {
  id: '65f0c0ffee65f0c0ffee65f0',
  template_id: 'order_ready',
  name: 'order_ready',
  category: 'UTILITY',
  language: 'en',
  status: 'approved',
  components: [
    { type: 'BODY', text: 'Hi {{1}}, order {{2}} is ready.' },
    { type: 'FOOTER', text: 'Corner Shop' },
  ],
};

/** One address, and the one that the vendor's page prints without its slash. */
const list = (path: string, hidden?: true) =>
  route({
    method: 'GET',
    path,
    right: 'read',
    reach: 'application',
    tag: 'Messages',
    summary: 'All templates',
    ...(hidden && { hidden }),
    answer: envelope('TemplateList', Type.Array(TemplateEntry)),
    example: { response: done('templates list', [sample]) },
    async run({ core, setup }) {
      const all = await setup();
      return done(
        'templates list',
        all.templates.map((one) => templateTold(one, core, all)),
      );
    },
  });

export const templates = [list('/partner/templates'), list('//partner/templates', true)];
