import type { Message } from './content.ts';

/** The core's name of a button: its place among all of the message, and the part at fault. */
const button = /^options\.buttons\[(\d+)\](?:\.(\w+))?$/;
const file = /^(image|video|document)(?=\.|$)/;

/**
 * How this surface calls a field of a message that the core names: by the block in which the caller put it.
 * Undefined: as the core does.
 */
export function ourField(field: string, body: Message): string | undefined {
  if (/^to\./.test(field)) return 'to';
  const [, place, part] = button.exec(field) ?? [];
  switch (body.type) {
    case 'interactive':
      if (place !== undefined)
        return choiceField(body.interactive ?? { type: 'button' }, Number(place), part);
      if (field === 'text.body') return 'interactive.body.text';
      return file.test(field) ? `interactive.header.${field}` : undefined;
    case 'template':
      if (place !== undefined) return 'template.argument.BUTTONS';
      if (field === 'template.id') return 'template.template_id';
      return file.test(field) ? 'template.argument.HEADER' : undefined;
    case 'image':
      return body.image ? undefined : field.replace(file, 'document');
    default:
      return undefined;
  }
}

function choiceField(
  { type, action = {} }: NonNullable<Message['interactive']>,
  place: number,
  part: string | undefined,
): string {
  if (type === 'cta_url') return `interactive.action.parameters.${part === 'url' ? 'url' : 'display_text'}`;
  if (type !== 'list') return `interactive.action.buttons[${place}].reply.title`;
  let first = 0;
  for (const [s, { rows = [] }] of (action.sections ?? []).entries()) {
    if (place < first + rows.length) return `interactive.action.sections[${s}].rows[${place - first}].title`;
    first += rows.length;
  }
  return 'interactive.action.sections';
}
