import Type, { type Static } from 'typebox';
import { invalid, missing } from '../../model/problem.ts';
import { maybe, text } from './words.ts';

const value = Type.Unsafe<string | number>({ type: ['string', 'number'], examples: ['Huda'] });
const values = (description: string) => maybe(Type.Array(value, { description }));

const Parameter = Type.Object({
  type: maybe(text('text, currency, date_time, image, video, document or payload.', 'text')),
  text: maybe(value),
  payload: maybe(text('Of a button: what comes back when it is pressed.')),
  currency: maybe(Type.Object({ fallback_value: maybe(value) })),
  date_time: maybe(Type.Object({ fallback_value: maybe(value) })),
  image: maybe(Type.Object({ link: maybe(text('Where the file is.')) })),
  video: maybe(Type.Object({ link: maybe(text('Where the file is.')) })),
  document: maybe(
    Type.Object({ link: maybe(text('Where the file is.')), filename: maybe(text('Its name.')) }),
  ),
});
type Parameter = Static<typeof Parameter>;

const Component = Type.Object({
  type: text('header, body or button.', 'body'),
  sub_type: maybe(text('Of a button: url or quick_reply.')),
  index: maybe(
    Type.Unsafe<string | number>({ type: ['string', 'integer'], description: 'Of a button, from 0.' }),
  ),
  parameters: maybe(Type.Array(Parameter)),
});
type Component = Static<typeof Component>;

/** A template to fill and send: in this API's words, or in those of WhatsApp's Cloud API (azeer.md 5.1). */
export const TemplateBlock = Type.Object(
  {
    template_id: maybe(text('Name of the template, or its id.', 'order_ready')),
    name: maybe(text('The same, as WhatsApp calls it.')),
    language: maybe(
      Type.Unsafe<string | { code?: unknown }>({
        type: ['string', 'object'],
        description: 'Language in which it was approved; WhatsApp’s `{code}` is understood, too.',
        examples: ['en'],
      }),
    ),
    argument: maybe(
      Type.Object(
        {
          HEADER: values('The variable of the header, or the address of its file.'),
          BODY: values('The variables of the text, in their order.'),
          FOOTER: values('None: footers have no variables.'),
          BUTTONS: values('The variables of links on buttons, in their order.'),
        },
        { description: 'Values of the placeholders, by component.' },
      ),
    ),
    components: maybe(Type.Array(Component, { description: 'The same, as WhatsApp has it.' })),
  },
  { $id: 'Template' },
);
type TemplateBlock = Static<typeof TemplateBlock>;

/** What a send says of its template, whichever words it used. */
export interface TemplateWanted {
  named: string;
  language?: string;
  /** Values by component; absent: the caller said nothing of it. */
  header?: string[];
  /** Name of the document above the text. */
  filename?: string;
  body?: string[];
  footer?: string[];
  /** By place of the button, from 0: the value in its link, or what comes back when it is pressed. */
  buttons?: Map<number, string>;
  /** Values of links in their order, where the caller did not say of which button. */
  links?: string[];
}

/** Reads the block of a template. Variables are never dropped: what cannot be understood is refused. */
export function templateWanted(given: TemplateBlock): TemplateWanted {
  const named = given.template_id || given.name;
  if (!named) throw missing('template.template_id');
  const language = languageOf(given.language);
  const wanted: TemplateWanted = { named, ...(language !== undefined && { language }) };
  given.components?.forEach((component, i) => {
    readComponent(wanted, component, `template.components[${i}]`);
  });
  const { HEADER, BODY, FOOTER, BUTTONS } = given.argument ?? {};
  // This API's own form goes before the alias; an empty list beside it says nothing.
  if (HEADER?.length) wanted.header = HEADER.map(String);
  if (BODY?.length) wanted.body = BODY.map(String);
  if (FOOTER?.length) wanted.footer = FOOTER.map(String);
  if (BUTTONS?.length) wanted.links = BUTTONS.map(String);
  return wanted;
}

function languageOf(language: TemplateBlock['language']): string | undefined {
  const code = typeof language === 'object' ? language.code : language;
  if (code === undefined || code === '') return undefined;
  if (typeof code === 'string') return code;
  throw invalid('template.language.code', 'template.language.code must be text');
}

function readComponent(wanted: TemplateWanted, component: Component, at: string): void {
  const { parameters = [] } = component;
  const read = () => parameters.map((one, i) => said(one, `${at}.parameters[${i}]`));
  switch (component.type.toLowerCase()) {
    case 'header': {
      wanted.header = read();
      const filename = parameters[0]?.document?.filename;
      if (filename) wanted.filename = filename;
      return;
    }
    case 'body':
      wanted.body = read();
      return;
    case 'footer':
      wanted.footer = read();
      return;
    case 'button': {
      const index = Number(component.index ?? 0);
      if (!Number.isSafeInteger(index) || index < 0 || index > 9)
        throw invalid(`${at}.index`, `${at}.index must be a number from 0 to 9`);
      const [value] = read();
      if (value === undefined) throw missing(`${at}.parameters`);
      wanted.buttons ??= new Map();
      wanted.buttons.set(index, value);
      return;
    }
    default:
      throw invalid(`${at}.type`, `${at}.type must be header, body or button`, {
        possibleValues: ['header', 'body', 'button'],
      });
  }
}

function said(parameter: Parameter, at: string): string {
  const { text, payload, currency, date_time, image, video, document } = parameter;
  const value =
    text ??
    payload ??
    currency?.fallback_value ??
    date_time?.fallback_value ??
    image?.link ??
    video?.link ??
    document?.link;
  if (value === undefined) throw missing(`${at}.${parameter.type ?? 'text'}`);
  return String(value);
}
