import { SendFailure } from '../../model/failure.ts';
import type { Button, TemplateUse } from '../../model/message.ts';
import { fileOf, namedFileOf } from './files.ts';

type Component =
  | { type: 'header' | 'body'; parameters: object[] }
  | { type: 'button'; sub_type: 'url' | 'quick_reply'; index: string; parameters: object[] };

/** An approved template with the values of its placeholders, as `template` of a message. */
export function templateOf(use: TemplateUse, buttons: Button[] = []) {
  const header = headerOf(use);
  const body = parametersOf(use.bodyValues, use.named && use.bodyNames);
  const components: Component[] = [
    ...(header.length > 0 ? [{ type: 'header', parameters: header } as const] : []),
    ...(body.length > 0 ? [{ type: 'body', parameters: body } as const] : []),
    ...(use.buttonValues ?? []).flatMap((value, i) => buttonOf(value, buttons[i], i)),
  ];
  return {
    name: use.providerName ?? use.code,
    language: { policy: 'deterministic', code: use.lang },
    ...(components.length > 0 && { components }),
  };
}

function textParameter(text: string) {
  return { type: 'text', text };
}

/** Values by their place, or by their names where the provider knows these. */
function parametersOf(values: string[] = [], names?: string[]): object[] {
  return values.map((value, i) => ({
    ...textParameter(value),
    ...(names?.[i] !== undefined && { parameter_name: names[i] }),
  }));
}

function headerOf({ media, headerValues, named, headerNames }: TemplateUse): object[] {
  if (!media) return parametersOf(headerValues, named && headerNames);
  const { type } = media;
  if (type === 'document') return [{ type, document: namedFileOf(media) }];
  if (type === 'image' || type === 'video') return [{ type, [type]: fileOf(media) }];
  throw new SendFailure({
    class: 'NOT_SUPPORTED',
    text: `The header of a template cannot be of type ${type}.`,
  });
}

/**
 * What the approved button at this place is told: the end of its link, or the code that comes back when
 * it is pressed. Numbers and fixed links take nothing.
 */
function buttonOf(value: string | null, button: Button | undefined, i: number): Component[] {
  const index = String(i);
  if (value !== null) return [{ type: 'button', sub_type: 'url', index, parameters: [textParameter(value)] }];
  if (button?.type !== 'QUICK_REPLY') return [];
  return [
    {
      type: 'button',
      sub_type: 'quick_reply',
      index,
      parameters: [{ type: 'payload', payload: button.code }],
    },
  ];
}
