import { useLingui } from '@lingui/react/macro';
import type { Fault } from '../../api/http.ts';

/** What is wrong with a field, in the language of the screen as far as it is known there. */
export function useFaultText(): (fault: Fault, label: string) => string {
  const { t, i18n } = useLingui();
  return ({ code, field = '', message, possibleValues }, label) => {
    if (code === 'REQUIRED') return t`Fill this in.`;
    if (code === 'TAKEN' || code === 'CODE_TAKEN') return t`This is taken already. Choose another one.`;
    if (code.startsWith('UNKNOWN_')) return t`What was chosen here is not there any more.`;
    // The server begins with the name that the API has for the field.
    const told = field && message.startsWith(field) ? label + message.slice(field.length) : message;
    const choices =
      possibleValues && !told.includes(possibleValues[0] ?? '') ? `: ${possibleValues.join(', ')}` : '';
    if (i18n.locale === 'en') return told + choices;
    // English inside of another language keeps its own direction.
    return `${t`This cannot be used here.`} \u2068${told}${choices}\u2069`;
  };
}

/** The field of a form that a path of the API is about: `queues[1]` and `queues.x` are about `queues`. */
export function fieldFor(path: string, fields: readonly string[]): string | undefined {
  return fields
    .filter((field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`))
    .reduce<string | undefined>((best, one) => (best && best.length >= one.length ? best : one), undefined);
}
