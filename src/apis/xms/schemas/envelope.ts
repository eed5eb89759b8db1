import { type Static, type TSchema, Type } from 'typebox';
import { anything, dto, free, list, long, text } from './kit.ts';

export const ApiFieldError = dto('ApiFieldError', {
  body: anything('The value at fault, unless it is a secret.'),
  code: text('What is wrong, for machines.'),
  codeKey: text('The statusKey of the whole answer.'),
  codes: list(text(), 'The code with its place, the most specific first.'),
  description: text('What is wrong, in English.'),
  descriptionKey: text(),
  field: text('Dotted path of the field at fault.'),
  obzect: text('Name of the object that the field is in.'),
  possibleValues: list(anything(), 'What would have been possible.'),
});

/** Every reply has these (section 2). */
const verdict = {
  message: text('What happened, in English.'),
  messageKey: text('What happened, as a code with arguments.'),
  meta: free(),
  status: text('The HTTP status.'),
  statusKey: text('SUCCESS, or why not.'),
  timestamp: long('When it was answered.'),
  traceid: text('Names this request in the log.'),
};

const rest = {
  details: list(free()),
  error: text('The reason phrase of a failure.'),
  errors: list(ApiFieldError, 'What is wrong, field by field.'),
  exception: text(),
  extra: free(),
  logs: list(text()),
  params: free(),
  path: text('The path that was called.'),
  query: free('The query that was sent.'),
  redirectUrl: text(),
  warningKey: text(),
  warnings: list(ApiFieldError),
};

/** The full envelope around one kind of object. */
export function fullOf<Item extends TSchema>(name: string, item: Item) {
  return dto(`ApiResponse_${name}_object_`, { data: item, results: Type.Array(item), ...verdict, ...rest });
}

/** The compact envelope around a list. */
export function compactOf<Item extends TSchema>(name: string, item: Item) {
  return dto(`ApiResultsMetaCompactResponse_${name}_object_`, { results: Type.Array(item), ...verdict });
}

/** What every failure is told in, whichever envelope the success would have used (decision D10). */
export const ApiFailure = dto('ApiFailure', { results: Type.Array(free()), ...verdict, ...rest });

export type Failure = Static<typeof ApiFailure>;
