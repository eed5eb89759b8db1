import { type Button, type Content, plainText, withoutFrame } from '../../model/message.ts';
import { buttonLine, isChoice, joined, numbered, textLines } from '../fallback.ts';
import { checkLength } from '../limits.ts';
import { longest } from './capabilities.ts';
import { fileOf, namedFileOf } from './files.ts';

/** A message with buttons: what it says, and what can be done. */
interface Interactive {
  type: 'button' | 'list' | 'cta_url' | 'location_request_message';
  header?: object;
  body: { text: string };
  footer?: { text: string };
  action: object;
}

/**
 * The message as an interactive one: up to three choices as buttons, more (or with a second line) as a
 * list, one link alone as a link button, a request for a location. Other buttons become lines of the
 * text: WhatsApp makes numbers and links in it tappable. Undefined when it has no buttons, or when what
 * it says is too long to have any: then they are lines, see `withoutButtons`.
 */
export function interactiveOf(given: Content, listLabel: string): Interactive | undefined {
  const content = withRoomForFrame(given);
  const { buttons = [], type, heading, footer } = content;
  if (buttons.length === 0 || type === 'template' || type === 'reaction') return undefined;
  const kind = kindOf(buttons, content.listLabel !== undefined);
  const file = headerOf(content);
  // A list has no place for a file: it keeps its file, and the choices go below as numbered lines.
  if (!kind || (file && kind === 'list')) return undefined;
  const title = heading === undefined ? undefined : { type: 'text', text: heading };
  const header = kind === 'location_request_message' ? undefined : (file ?? title);
  const shown = kind === 'cta_url' ? buttons.slice(0, 1) : buttons.filter(isChoice);
  const lines = buttons
    .filter((one) => !shown.includes(one))
    .map(buttonLine)
    .filter((line) => line !== '');
  const said = file && header ? (content.media?.caption ?? '') : linesOf(content);
  const text = joined(said, lines.join('\n')) || namesOf(content, shown);
  if (text.length > longest.caption) return undefined;
  return {
    type: kind,
    ...(header && { header }),
    body: { text },
    ...(footer !== undefined && { footer: { text: footer } }),
    action: actionOf(kind, shown, content.listLabel ?? listLabel),
  };
}

/**
 * A heading needs the place above the text for itself, and has little room there; a request for a location
 * has neither heading nor footer. What does not fit becomes part of the text.
 */
function withRoomForFrame(content: Content): Content {
  const { heading = '', footer = '', media, buttons = [] } = content;
  const fits = [heading, footer].every((part) => [...part].length <= longest.frame);
  const asks = buttons.some(({ type }) => type === 'LOCATION_REQUEST');
  return fits && !asks && !(heading && media) ? content : withoutFrame(content);
}

/** What is said between heading and footer. */
function linesOf({ heading: _, footer: __, ...content }: Content): string {
  return textLines(content).join('\n');
}

/** The content with its buttons as lines, for what cannot be interactive; templates keep theirs. */
export function withoutButtons(content: Content): Content {
  return content.buttons?.length && content.type !== 'template' && content.type !== 'reaction'
    ? numbered(content)
    : withoutFrame(content);
}

function kindOf(buttons: Button[], isList: boolean): Interactive['type'] | undefined {
  const choices = buttons.filter(isChoice);
  if (choices.length > 0) {
    const fits =
      !isList &&
      choices.length <= 3 &&
      choices.every((one) => !one.desc && !one.section && [...one.label].length <= longest.button);
    return fits ? 'button' : 'list';
  }
  const [first] = buttons;
  if (buttons.length === 1 && first?.type === 'URL') {
    return [...first.label].length <= longest.button ? 'cta_url' : undefined;
  }
  return buttons.some(({ type }) => type === 'LOCATION_REQUEST') ? 'location_request_message' : undefined;
}

/** A picture, video or document above the text. */
function headerOf({ type, media }: Content): object | undefined {
  if (!media) return undefined;
  if (type === 'document') return { type, document: namedFileOf(media) };
  return type === 'image' || type === 'video' ? { type, [type]: fileOf(media) } : undefined;
}

/** Some text there must be: a picture without caption is called by its name, or by what can be chosen. */
function namesOf(content: Content, shown: Button[]): string {
  return plainText(content) || shown.map(({ label }) => label).join(', ');
}

function actionOf(kind: Interactive['type'], shown: Button[], listLabel: string): object {
  switch (kind) {
    case 'button':
      return { buttons: shown.map(replyOf) };
    case 'list':
      checkLength('The label of a list', listLabel, longest.listLabel);
      return { button: listLabel, sections: sectionsOf(shown) };
    case 'cta_url':
      return { name: 'cta_url', parameters: { display_text: shown[0]?.label, url: shown[0]?.url } };
    case 'location_request_message':
      return { name: 'send_location' };
  }
}

/** The parts of a list, in the order in which their first choice stands. */
function sectionsOf(shown: Button[]) {
  const sections = new Map<string | undefined, Button[]>();
  for (const one of shown) sections.set(one.section, [...(sections.get(one.section) ?? []), one]);
  return [...sections].map(([title, rows]) => {
    checkLength('The title of a part of a list', title, longest.section);
    return { ...(title !== undefined && { title }), rows: rows.map(rowOf) };
  });
}

function replyOf({ code, label }: Button) {
  checkLength('The code of a button', code, longest.buttonId);
  return { type: 'reply', reply: { id: code, title: label } };
}

function rowOf({ code, label, desc }: Button) {
  checkLength('The code of a choice', code, longest.rowId);
  checkLength('The label of a choice', label, longest.row);
  checkLength('The description of a choice', desc, longest.rowText);
  return { id: code, title: label, ...(desc && { description: desc }) };
}
