/**
 * What a channel makes of a template that is not as it should be. `refused`: no message of it would ever go there;
 * `unapproved`: the provider would not approve it so; `changed`: it goes, and looks otherwise.
 */
export type FindingKind = 'refused' | 'unapproved' | 'changed';

type Values = Readonly<Record<string, string | number>>;

/** One thing that was found. */
export interface TemplateFinding {
  kind: FindingKind;
  /** Path of the field at fault: `body`, `buttons[1].label`, `samples.order`. */
  field: string;
  code: TemplateFindingCode;
  /** In plain words. */
  message: string;
  /** What the words are made of, for those who say it in another language. */
  values?: Values;
}

const says = {
  INVALID: ({ text }: Values) => String(text),
  TOO_LONG: ({ max, length }: Values) => `It has ${length} characters, and ${max} go at most.`,
  TOO_LONG_FILLED: ({ max }: Values) => `With the samples filled in it is longer than ${max} characters.`,
  LINE_BREAK: () => 'There can be no line break, tab, or more than four spaces in a row here.',
  VARIABLE_GAP: ({ number }: Values) =>
    `The variable {{${number}}} is missing: they are numbered from 1 without gaps.`,
  VARIABLE_FIRST: () => 'It begins with a variable: write something before it.',
  VARIABLE_LAST: () => 'It ends with a variable: write something behind it.',
  TOO_MANY_VARIABLES: ({ max }: Values) => `Only ${max} variables go here.`,
  TOO_FEW_WORDS: ({ words, needed }: Values) =>
    `It has ${words} words beside its variables, and needs ${needed}: write more, or use fewer variables.`,
  VARIABLE_NOT_ALLOWED: () => 'There can be no variable here.',
  VARIABLE_NOT_AT_END: () => 'The variable of a link stands at its end.',
  VARIABLE_NAME: ({ name }: Values) =>
    `Variables of this template have names of small letters, digits and “_” alone: {{${name}}} does not.`,
  SAMPLE_MISSING: ({ name }: Values) =>
    `Give a sample for {{${name}}}: those who approve it want to see one.`,
  NAME_NOT_ALLOWED: ({ name }: Values) =>
    `The provider takes names of small letters a to z, digits and “_” alone: give “${name}” another providerName.`,
  CATEGORY_MISSING: () => 'Say what it is for: MARKETING or UTILITY.',
  CATEGORY_NOT_TAKEN: ({ category }: Values) =>
    `Templates of the category ${category} have a text of the provider’s own: make it there, and take it over.`,
  TOO_MANY_BUTTONS: ({ max }: Values) => `Only ${max} of these buttons go.`,
  BUTTONS_MIXED: () => 'Choices stand together: before the links and numbers, or behind them.',
  BUTTON_NOT_TAKEN: () => 'This kind of button is not taken.',
  BAD_URL: () => 'The address must begin with http:// or https://.',
  BAD_PHONE: () => 'The number must have up to 20 digits, with the country code.',
  HEADER_TWICE: () => 'There is a file above the text: no header goes beside it.',
  MEDIA_KIND: ({ kinds }: Values) => `Only these go above the text: ${kinds}.`,
  MEDIA_TYPE: ({ type, types }: Values) => `A file of type ${type} does not go here: ${types}.`,
  MEDIA_TOO_LARGE: ({ max }: Values) => `The file may have ${max} MB at most.`,
  MEDIA_MISSING: () => 'Give a file as a sample: those who approve it want to see one.',
  NOT_SUPPORTED: () => 'This channel cannot carry it.',
  BUTTONS_AS_LINES: () => 'The buttons go as lines of text, the choices with numbers.',
  MEDIA_AS_LINK: () => 'The file goes as a link.',
} satisfies Record<string, (values: Values) => string>;

export type TemplateFindingCode = keyof typeof says;
export const templateFindingCodes = Object.keys(says) as TemplateFindingCode[];

/** Says what was found. */
export function finding(
  kind: FindingKind,
  field: string,
  code: TemplateFindingCode,
  values?: Values,
): TemplateFinding {
  return { kind, field, code, message: says[code](values ?? {}), ...(values && { values }) };
}
