import type { Button, MediaType } from '../../model/message.ts';
import { placeholderPaths, providerText } from '../../model/template.ts';
import { isObject, listOf, objectOf, type Raw, textOf } from '../json.ts';
import type { ProviderTemplate, TemplateDraft } from '../templates.ts';

/** A part of a template as Meta has it. */
type Component = { type: 'HEADER' | 'BODY' | 'FOOTER' | 'BUTTONS' } & Record<string, unknown>;

/** The parts of a template as Meta wants them handed in; `handle` names the sample of the file above the text. */
export function componentsOf({ template, sample }: TemplateDraft, handle?: string): Component[] {
  const { header, body, footer, buttons, media, named } = template;
  const text = (said: string) =>
    named ? said.replace(/\{\{\s*|\s*\}\}/g, (edge) => edge.trim()) : providerText(said);
  const samples = (said: string) => placeholderPaths(said).map((path) => sample(path) ?? '');
  const example = (part: 'header' | 'body', said: string) => {
    const paths = placeholderPaths(said);
    if (paths.length === 0) return {};
    const byName = paths.map((param_name) => ({ param_name, example: sample(param_name) ?? '' }));
    if (named) return { example: { [`${part}_text_named_params`]: byName } };
    return { example: { [`${part}_text`]: part === 'body' ? [samples(said)] : samples(said) } };
  };
  return [
    ...(media
      ? [
          {
            type: 'HEADER' as const,
            format: media.type.toUpperCase(),
            ...(handle && { example: { header_handle: [handle] } }),
          },
        ]
      : []),
    ...(!media && header !== undefined
      ? [{ type: 'HEADER' as const, format: 'TEXT', text: text(header), ...example('header', header) }]
      : []),
    { type: 'BODY', text: text(body), ...example('body', body) },
    ...(footer !== undefined ? [{ type: 'FOOTER' as const, text: footer }] : []),
    ...(buttons.length > 0
      ? [{ type: 'BUTTONS' as const, buttons: buttons.map((button) => buttonOf(button, sample)) }]
      : []),
  ];
}

function buttonOf({ type, label: text, url, phone }: Button, sample: TemplateDraft['sample']) {
  if (type === 'PHONE_NUMBER') return { type, text, phone_number: phone?.replace(/[\s().-]/g, '') };
  if (type !== 'URL') return { type, text };
  const [path] = placeholderPaths(url);
  const whole = path === undefined ? [] : [url!.replace(/\{\{[^}]*\}\}/, sample(path) ?? '')];
  return { type, text, url: providerText(url ?? ''), ...(whole.length > 0 && { example: whole }) };
}

/** What Meta has of a template in words of ours, or which of its parts there are none for. */
export function partsOf(raw: Raw): Pick<ProviderTemplate, 'parts' | 'unknownParts'> {
  const found: Found = {
    buttons: [],
    samples: {},
    unknown: [],
    named: textOf(raw.parameter_format) === 'NAMED',
  };
  for (const component of listOf(raw.components).filter(isObject)) take(component, found);
  const { header, body, footer, buttons, media, samples, named, unknown } = found;
  if (body === undefined && unknown.length === 0) unknown.push('BODY');
  if (unknown.length > 0 || body === undefined) return { unknownParts: [...new Set(unknown)].join(', ') };
  return {
    parts: {
      ...(header !== undefined && { header }),
      body,
      ...(footer !== undefined && { footer }),
      buttons,
      ...(media && { media }),
      ...(Object.keys(samples).length > 0 && { samples }),
      ...(named && { named: true as const }),
    },
  };
}

interface Found {
  header?: string;
  body?: string;
  footer?: string;
  buttons: Button[];
  media?: { type: MediaType };
  samples: Record<string, string>;
  named: boolean;
  unknown: string[];
}

function take(component: Raw, found: Found): void {
  const type = textOf(component.type)?.toUpperCase() ?? '';
  const text = textOf(component.text);
  const example = objectOf(component.example);
  if (type === 'HEADER') takeHeader(component, found);
  else if (type === 'BODY' && text !== undefined && component.add_security_recommendation === undefined) {
    found.body = text;
    const [values] = listOf(example.body_text).map((one) => (Array.isArray(one) ? one : [one]));
    takeSamples(text, values ?? [], listOf(example.body_text_named_params), found);
  } else if (type === 'FOOTER' && text !== undefined && component.code_expiration_minutes === undefined) {
    found.footer = text;
  } else if (type === 'BUTTONS') {
    for (const button of listOf(component.buttons).filter(isObject)) takeButton(button, found);
  } else
    found.unknown.push(
      type === 'BODY' || type === 'FOOTER' ? 'AUTHENTICATION' : type || 'a part without a type',
    );
}

function takeHeader(component: Raw, found: Found): void {
  const format = (textOf(component.format) ?? 'TEXT').toUpperCase();
  const text = textOf(component.text);
  const kinds: Readonly<Record<string, MediaType>> = { IMAGE: 'image', VIDEO: 'video', DOCUMENT: 'document' };
  if (Object.hasOwn(kinds, format)) found.media = { type: kinds[format]! };
  else if (format !== 'TEXT' || text === undefined) found.unknown.push(`HEADER ${format}`);
  else {
    const { header_text, header_text_named_params } = objectOf(component.example);
    // Its first variable is not the first one of the body.
    found.header = found.named ? text : text.replace(/\{\{\s*1\s*\}\}/, '{{header}}');
    takeSamples(found.header, listOf(header_text), listOf(header_text_named_params), found);
  }
}

function takeButton(button: Raw, found: Found): void {
  const type = textOf(button.type)?.toUpperCase() ?? '';
  const [label, url, phone] = [textOf(button.text) ?? '', textOf(button.url), textOf(button.phone_number)];
  if (button.otp_type !== undefined) found.unknown.push('OTP');
  else if (type === 'QUICK_REPLY') found.buttons.push({ type, code: label, label });
  else if (type === 'PHONE_NUMBER' && phone !== undefined)
    found.buttons.push({ type, code: label, label, phone });
  else if (type === 'URL' && url !== undefined) {
    const others = found.buttons.filter((one) => one.url?.includes('{{')).length;
    const name = others === 0 ? 'link' : `link_${others + 1}`;
    const fixed = url.replace(/\{\{[^}]*\}\}.*$/, '');
    const [whole] = listOf(button.example).map(textOf);
    if (whole !== undefined && url.includes('{{'))
      found.samples[name] =
        whole.startsWith(fixed) && whole.length > fixed.length ? whole.slice(fixed.length) : whole;
    found.buttons.push({ type, code: label, label, url: url.replace(/\{\{[^}]*\}\}/, `{{${name}}}`) });
  } else found.unknown.push(type || 'a button without a type');
}

function takeSamples(text: string, byPlace: unknown[], byName: unknown[], { samples, named }: Found): void {
  const paths = placeholderPaths(text);
  if (named) {
    for (const { param_name, example } of byName.filter(isObject)) {
      const [name, value] = [textOf(param_name), textOf(example)];
      if (name !== undefined && value !== undefined && paths.includes(name)) samples[name] = value;
    }
    return;
  }
  paths.forEach((path, i) => {
    const value = textOf(byPlace[i]);
    if (value !== undefined) samples[path] = value;
  });
}
