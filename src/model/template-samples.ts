import type { Button } from './message.ts';
import type { Template, Var } from './setup.ts';
import { bareName, placeholderPaths, type TemplateValues } from './template.ts';

type Said = Pick<Template, 'header' | 'body' | 'footer' | 'title' | 'samples'> & { buttons: Button[] };

/** The sample for a placeholder: what is given for it, or what a variable of the business has; undefined: none. */
export function sampleOf(
  path: string,
  { samples = {} }: Pick<Template, 'samples'>,
  vars: Var[],
): string | undefined {
  const given = samples[bareName(path)] ?? samples[path];
  if (given?.trim()) return given;
  const key = /^global\.(.+)$/.exec(path)?.[1];
  const value = vars.find((one) => one.key === key && !one.disabled)?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** All placeholders of a template. */
export function placeholdersOf({ header, body, footer, title, buttons }: Said): string[] {
  const texts = [
    header,
    body,
    footer,
    title,
    ...buttons.flatMap(({ label, url, phone }) => [label, url, phone]),
  ];
  return [...new Set(texts.flatMap(placeholderPaths))];
}

/** Values with which a template is filled for a preview: samples, and the placeholders themselves where there are none. */
export function sampleValues(template: Said, vars: Var[]): TemplateValues {
  const values: Record<string, Record<string, unknown>> = { data: {}, contact: {}, global: {} };
  for (const path of placeholdersOf(template)) {
    const [first = '', ...rest] = path.split('.');
    const isOurs = rest.length > 0 && Object.hasOwn(values, first);
    set(
      values[isOurs ? first : 'data']!,
      isOurs ? rest : [first, ...rest],
      sampleOf(path, template, vars) ?? `{{${path}}}`,
    );
  }
  return values as unknown as TemplateValues;
}

function set(into: Record<string, unknown>, steps: string[], value: string): void {
  const last = steps.at(-1)!;
  let at = into;
  for (const step of steps.slice(0, -1)) {
    const inner = Object.hasOwn(at, step) ? at[step] : undefined;
    at = at[step] = typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>) : {};
  }
  // A name that is the beginning of another one keeps what that has.
  if (typeof at[last] !== 'object') at[last] = value;
}
