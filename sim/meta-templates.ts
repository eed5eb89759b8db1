type Raw = Record<string, unknown>;

const objectOf = (value: unknown): Raw => (typeof value === 'object' && value !== null ? value : {}) as Raw;
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The template that stands under `message`, with the elements of a generic one. */
function templateOf(message: Raw): { payload: Raw; elements: Raw[]; kind: string } | undefined {
  const { type, payload } = objectOf(message.attachment);
  if (type !== 'template') return undefined;
  const template = objectOf(payload);
  return {
    payload: template,
    elements: listOf(template.elements).map(objectOf),
    kind: textOf(template.template_type),
  };
}

/** What a person sees of a message: its words, its picture, and what its buttons are called. */
export function seenOf(message: Raw): { text: string; picture?: string; buttons?: string[] } {
  const template = templateOf(message);
  const [card] = template?.elements ?? [];
  const { type, payload } = objectOf(message.attachment);
  const picture = textOf(card?.image_url) || (type === 'image' ? textOf(objectOf(payload).url) : '');
  const shown = [...listOf(card?.buttons ?? template?.payload.buttons), ...listOf(message.quick_replies)].map(
    (button) => textOf(objectOf(button).title),
  );
  const words = card ? [card.title, card.subtitle] : [message.text ?? template?.payload.text];
  const text = words
    .map(textOf)
    .filter((line) => line)
    .join('\n');
  return { text, ...(picture && { picture }), ...(shown.length > 0 && { buttons: shown }) };
}

/** What Meta would not take of a template, after its pages of them; undefined: it is well. `dials`: its buttons may. */
export function faultOf(message: Raw, dials: boolean): string | undefined {
  const template = templateOf(message);
  if (!template) return undefined;
  const { kind, elements, payload } = template;
  if (kind === 'button')
    return tooLong('text', payload.text, 640) ?? buttonsFault(listOf(payload.buttons), 1, dials);
  if (kind !== 'generic') return `template_type ${kind} is unknown`;
  if (elements.length < 1 || elements.length > 10) return 'elements are 1 to 10';
  for (const element of elements) {
    const { title, subtitle, image_url, buttons, default_action } = element;
    if (textOf(title) === '') return 'title is missing';
    if (subtitle === undefined && image_url === undefined && buttons === undefined)
      return 'there is nothing beside the title';
    if (image_url !== undefined && !/^https?:\/\//.test(textOf(image_url))) return 'image_url is no address';
    if (default_action !== undefined && objectOf(default_action).title !== undefined)
      return 'default_action has no title';
    const fault =
      tooLong('title', title, 80) ??
      tooLong('subtitle', subtitle, 80) ??
      buttonsFault(listOf(buttons), 0, dials);
    if (fault) return fault;
  }
  return undefined;
}

function tooLong(name: string, value: unknown, most: number): string | undefined {
  return [...textOf(value)].length > most ? `${name} has more than ${most} characters` : undefined;
}

function buttonsFault(buttons: unknown[], least: number, dials: boolean): string | undefined {
  if (buttons.length < least || buttons.length > 3) return `buttons are ${least} to 3`;
  const kinds = ['postback', 'web_url', ...(dials ? ['phone_number'] : [])];
  for (const button of buttons.map(objectOf)) {
    if (!kinds.includes(textOf(button.type)))
      return `a button of type ${textOf(button.type)} may not be here`;
    const what = button.type === 'web_url' ? 'url' : 'payload';
    if (textOf(button.title) === '' || textOf(button[what]) === '') return `a button has no title or ${what}`;
    const fault = tooLong('title', button.title, 20) ?? tooLong('payload', button.payload, 1000);
    if (fault) return fault;
  }
  return undefined;
}
