import { useLingui } from '@lingui/react/macro';
import type { Checked, Finding } from './checked.ts';
import css from './templates.module.css';

/** What was found, in the language of the screen. */
export function useFindingText(): (finding: Finding) => string {
  const { t, i18n } = useLingui();
  return ({ code, message, values = {} }) => {
    const { max, length, name, number, words, needed, type, types, kinds } = values;
    switch (code) {
      case 'TOO_LONG':
        return t`${length} characters: at most ${max} go.`;
      case 'TOO_LONG_FILLED':
        return t`With the samples filled in it is longer than ${max} characters.`;
      case 'LINE_BREAK':
        return t`No line break, tab, or more than four spaces in a row.`;
      case 'VARIABLE_GAP':
        return t`The variable with the number ${number} is missing: number them from 1 without gaps.`;
      case 'VARIABLE_FIRST':
        return t`It begins with a variable: write something before it.`;
      case 'VARIABLE_LAST':
        return t`It ends with a variable: write something behind it.`;
      case 'TOO_MANY_VARIABLES':
        return t`Variables here: at most ${max}.`;
      case 'TOO_FEW_WORDS':
        return t`Too many variables for so few words: ${words} beside them, ${needed} are needed.`;
      case 'VARIABLE_NOT_ALLOWED':
        return t`No variable goes here.`;
      case 'VARIABLE_NOT_AT_END':
        return t`The variable of a link stands at its end.`;
      case 'SAMPLE_MISSING':
        return t`Give a sample: those who approve it want to see one.`;
      case 'NAME_NOT_ALLOWED':
        return t`The provider takes small letters a to z, digits and “_” alone: give a name at the provider.`;
      case 'CATEGORY_MISSING':
        return t`Say what it is for: marketing or service.`;
      case 'TOO_MANY_BUTTONS':
        return t`Buttons of this kind: at most ${max}.`;
      case 'BUTTONS_MIXED':
        return t`Put the choices together: before the links and numbers, or behind them.`;
      case 'BAD_URL':
        return t`The address begins with https://.`;
      case 'BAD_PHONE':
        return t`Write the number with its country code.`;
      case 'HEADER_TWICE':
        return t`There is a file above the text: no header goes beside it.`;
      case 'MEDIA_KIND':
        return t`Only these go above the text: ${kinds}.`;
      case 'MEDIA_TYPE':
        return t`A file of type ${type} does not go here: ${types}.`;
      case 'MEDIA_TOO_LARGE':
        return t`The file may have ${max} MB at most.`;
      case 'MEDIA_MISSING':
        return t`Give a file as a sample: those who approve it want to see one.`;
      case 'NOT_SUPPORTED':
        return t`This channel cannot carry it.`;
      case 'BUTTONS_AS_LINES':
        return t`The buttons go as lines of text, the choices with numbers.`;
      case 'MEDIA_AS_LINK':
        return t`The file goes as a link.`;
      default:
        // English inside of another language keeps its own direction.
        return i18n.locale === 'en' ? message : `⁨${name === undefined ? message : `${name}: ${message}`}⁩`;
    }
  };
}

/** What was found about a field, right beneath it: each once, with the channels that say so. */
export function Beside({ checked, field }: { checked: Checked | undefined; field: string }) {
  const text = useFindingText();
  const all = [
    ...(checked?.findings ?? []).map((finding) => ({ finding, channel: '' })),
    ...(checked?.channels ?? []).flatMap(({ channel, findings }) =>
      findings.filter(({ kind }) => kind !== 'changed').map((finding) => ({ finding, channel })),
    ),
  ].filter(({ finding }) => finding.field === field || finding.field.startsWith(`${field}[`));
  const groups = new Map<string, { finding: Finding; channels: string[] }>();
  for (const { finding, channel } of all) {
    const key = `${finding.field} ${finding.code}`;
    const known = groups.get(key) ?? { finding, channels: [] };
    groups.set(key, { finding, channels: channel ? [...known.channels, channel] : known.channels });
  }
  if (groups.size === 0) return null;
  return (
    <ul className={css.beside} aria-live="polite">
      {[...groups].map(([key, { finding, channels }]) => (
        <li key={key} data-kind={finding.kind}>
          <span>{text(finding)}</span> {channels.length > 0 && <bdi dir="ltr">{channels.join(', ')}</bdi>}
        </li>
      ))}
    </ul>
  );
}
