import type { TemplateUse } from './message.ts';
import { invalid } from './problem.ts';
import type { Template } from './setup.ts';
import { callerPlaces, type PlacedValues, placeholderPaths } from './template.ts';

/** The most that an approved body may say once it is filled, characters (Meta: Message templates, components). */
const maxBody = 1024;
/** The same of a header of text. */
const maxHeader = 60;

/**
 * Refuses, before anything is sent, the values with which a provider refuses an approved template (Meta's
 * errors 132000, 132005, 132012, 132018): one that is blank, has a line break, a tab or more than four
 * spaces in a row, one place too many, a text that grew too long, a header of another kind of file.
 * Throws a problem that names the field.
 */
export function checkTemplateValues(template: Template, use: TemplateUse, placed: PlacedValues = {}): void {
  checkPart(template.header, use.headerValues, placed.header);
  checkPart(template.body, use.bodyValues, placed.body);
  template.buttons.forEach(({ url }, i) => {
    const value = use.buttonValues?.[i];
    if (value !== null && value !== undefined) checkValue(fieldOf(placeholderPaths(url)[0]!), value);
  });
  checkLength('header', use.header, maxHeader);
  checkLength('body', use.body, maxBody);
  const { media } = use;
  if (media && template.media && media.type !== template.media.type) {
    throw invalid(media.type, `The header of this template is of type ${template.media.type}`, {
      code: 'TEMPLATE_HEADER_MISMATCH',
      value: media.type,
    });
  }
}

function checkPart(text: string | undefined, values: string[] = [], placed?: string[]): void {
  const taken = callerPlaces(text).length;
  if (placed && placed.length > taken) {
    throw invalid(
      'template.data',
      `The template takes ${taken} values here, and ${placed.length} were given`,
      {
        code: 'TEMPLATE_VALUE_EXTRA',
      },
    );
  }
  placeholderPaths(text).forEach((path, i) => {
    checkValue(fieldOf(path), values[i] ?? '');
  });
}

/** What the caller can mend: his own value, or the one that is kept of the contact or of the business. */
function fieldOf(path: string): string {
  return /^(data|contact|global)\./.test(path) ? `template.${path}` : `template.data.${path}`;
}

function checkValue(field: string, value: string): void {
  if (value.trim() === '') {
    throw invalid(field, 'The provider refuses a template with a blank value', {
      code: 'TEMPLATE_VALUE_MISSING',
    });
  }
  if (/[\n\r\t]| {5}/.test(value)) {
    throw invalid(field, 'The provider refuses line breaks, tabs and more than four spaces in a row', {
      code: 'TEMPLATE_VALUE_SPACES',
    });
  }
}

function checkLength(part: string, text: string | undefined, max: number): void {
  const length = [...(text ?? '')].length;
  if (length <= max) return;
  throw invalid(
    'template.data',
    `With these values the ${part} has ${length} characters; at most ${max} go`,
    {
      code: 'TEMPLATE_TOO_LONG',
    },
  );
}
