import Type, { type Static } from 'typebox';
import type { Button, Content } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { invalid, missing } from '../../model/problem.ts';
import { maybe, oneOf, text } from './words.ts';

const interactiveTypes = ['button', 'list', 'cta_url', 'location_request_message'] as const;
const headerTypes = ['text', 'image', 'video', 'document'] as const;

const HeaderFile = Type.Object({
  link: maybe(text('Where the file is.')),
  id: maybe(text('Instead: id of a file that was uploaded here.')),
  filename: maybe(text('What a document is called.')),
});

/** A message with choices, as WhatsApp's Cloud API has it. */
export const Interactive = Type.Object(
  {
    type: oneOf(interactiveTypes, 'What kind of choices.'),
    header: maybe(
      Type.Object({
        type: oneOf(headerTypes, 'What stands above.'),
        text: maybe(text('Of type text.')),
        image: maybe(HeaderFile),
        video: maybe(HeaderFile),
        document: maybe(HeaderFile),
      }),
    ),
    body: maybe(Type.Object({ text: maybe(text('What it says.', 'When shall we deliver?')) })),
    footer: maybe(Type.Object({ text: maybe(text('What stands below.')) })),
    action: maybe(
      Type.Object({
        buttons: maybe(
          Type.Array(
            Type.Object({
              type: maybe(text('`reply`.', 'reply')),
              reply: maybe(
                Type.Object({
                  id: maybe(text('Comes back when it is pressed; the title when absent.', 'today')),
                  title: maybe(text('What stands on it.', 'Today')),
                }),
              ),
            }),
          ),
        ),
        button: maybe(text('What stands on the button that opens a list.')),
        sections: maybe(
          Type.Array(
            Type.Object({
              title: maybe(text('Of a part of the list.')),
              rows: maybe(
                Type.Array(
                  Type.Object({
                    id: maybe(text('Comes back when it is chosen; the title when absent.')),
                    title: maybe(text('What can be chosen.')),
                    description: maybe(text('A second line.')),
                  }),
                ),
              ),
            }),
          ),
        ),
        name: maybe(text('`cta_url` or `send_location`.')),
        parameters: maybe(
          Type.Object({
            display_text: maybe(text('What stands on the link.')),
            url: maybe(text('Where it leads.')),
          }),
        ),
      }),
    ),
  },
  { $id: 'Interactive' },
);
type Interactive = Static<typeof Interactive>;
type Action = NonNullable<Interactive['action']>;

/** The message with its choices in our words. Throws `Problem` naming the field that is not there. */
export function interactiveContent(given: Interactive): Content {
  const body = given.body?.text;
  if (!body) throw missing('interactive.body.text');
  const { header } = given;
  if (header?.type === 'text' && !header.text) throw missing('interactive.header.text');
  const around = { header: header?.type === 'text' ? header.text : undefined, footer: given.footer?.text };
  const buttons = buttonsOf(given.type, given.action ?? {});
  const said = present({ buttons, ...(given.type === 'list' && { listLabel: given.action?.button }) });
  const words = present({ heading: around.header, footer: around.footer });
  if (!header || header.type === 'text') return { type: 'text', text: body, ...words, ...said };
  const file = header[header.type];
  if (!file) throw missing(`interactive.header.${header.type}`);
  if (!file.link && !file.id) throw missing(`interactive.header.${header.type}.link`);
  return { type: header.type, media: { ...file, caption: body }, ...words, ...said };
}

function buttonsOf(type: Interactive['type'], action: Action): Button[] {
  switch (type) {
    case 'button':
      return repliesOf(action);
    case 'list':
      return rowsOf(action);
    case 'cta_url':
      return [linkOf(action)];
    case 'location_request_message':
      return [{ type: 'LOCATION_REQUEST', code: 'location', label: '' }];
  }
}

function repliesOf({ buttons = [] }: Action): Button[] {
  if (buttons.length === 0) throw missing('interactive.action.buttons');
  return buttons.map(({ reply }, i) =>
    choiceOf(reply?.id, reply?.title, `interactive.action.buttons[${i}].reply.title`),
  );
}

function rowsOf({ sections = [] }: Action): Button[] {
  const rows = sections.flatMap(({ title: section, rows = [] }, s) =>
    rows.map(({ id, title, description }, r) => ({
      ...choiceOf(id, title, `interactive.action.sections[${s}].rows[${r}].title`),
      ...present({ desc: description || undefined, section: section || undefined }),
    })),
  );
  if (rows.length === 0) throw missing('interactive.action.sections');
  return rows;
}

function choiceOf(id: string | undefined, title: string | undefined, field: string): Button {
  if (!title) throw missing(field);
  return { type: 'QUICK_REPLY', code: id || title, label: title };
}

function linkOf({ parameters = {} }: Action): Button {
  const { display_text: label, url } = parameters;
  if (!label) throw missing('interactive.action.parameters.display_text');
  if (!url || !/^https?:\/\//i.test(url) || !URL.canParse(url)) {
    throw invalid(
      'interactive.action.parameters.url',
      'interactive.action.parameters.url must be an http or https address',
    );
  }
  return { type: 'URL', code: label, label, url };
}
