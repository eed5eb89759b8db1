import type { Button, Content } from '../../model/message.ts';
import { buttonLine, isChoice } from '../fallback.ts';
import { longest } from './capabilities.ts';

/** What can be pressed below a message, and the lines of text for what cannot. */
export interface Keyboard {
  markup?: object;
  lines: string[];
}

/**
 * Up to three choices, and links, as buttons below the message; a list, and a request for a location, as a keyboard
 * in place of the person's own. Numbers become lines: Telegram makes them tappable. `messageId` is ours.
 */
export function keyboardOf(content: Content, messageId: string, isGroup: boolean): Keyboard {
  const { buttons = [] } = content;
  const choices = buttons.filter(isChoice);
  const asks = isGroup ? [] : buttons.filter(({ type }) => type === 'LOCATION_REQUEST');
  if (isList(content, choices) || asks.length > 0) {
    const others = buttons.filter((one) => !choices.includes(one) && !asks.includes(one));
    const lines = [...listLines(choices), ...others.map(buttonLine)].filter((line) => line !== '');
    return { markup: replyKeyboard(choices, asks, content.listLabel), lines };
  }
  const links = buttons.filter(({ type, url }) => type === 'URL' && url !== undefined);
  const lines = buttons
    .filter((one) => !choices.includes(one) && !links.includes(one))
    .map(buttonLine)
    .filter((line) => line !== '');
  if (choices.length + links.length === 0) return { lines };
  const pressed = choices.map((one, i) => ({
    text: one.label,
    callback_data: dataOf(one.code, messageId, i),
  }));
  const shown = [...rowsOf(pressed, 10, 3), ...links.map(({ label, url }) => [{ text: label, url }])];
  return { markup: { inline_keyboard: shown }, lines };
}

function isList({ listLabel }: Content, choices: Button[]): boolean {
  if (choices.length === 0) return false;
  return (
    listLabel !== undefined || choices.length > 3 || choices.some(({ desc, section }) => desc || section)
  );
}

function replyKeyboard(choices: Button[], asks: Button[], listLabel: string | undefined): object {
  const labels = choices.map(({ label }) => ({ text: label }));
  const places = asks.map(({ label }) => [{ text: label, request_location: true }]);
  return {
    keyboard: [...rowsOf(labels, 18, 2), ...places],
    resize_keyboard: true,
    one_time_keyboard: true,
    ...(listLabel && { input_field_placeholder: [...listLabel].slice(0, longest.placeholder).join('') }),
  };
}

/** Short labels stand beside each other, `most` in a row; longer ones one below the other. */
function rowsOf<T extends { text: string }>(buttons: T[], short: number, most: number): T[][] {
  const width = buttons.every(({ text }) => [...text].length <= short) ? most : 1;
  const rows: T[][] = [];
  for (let i = 0; i < buttons.length; i += width) rows.push(buttons.slice(i, i + width));
  return rows;
}

/** What a list says of its choices beside their labels: a keyboard has no place for it. */
function listLines(choices: Button[]): string[] {
  if (!choices.some(({ desc, section }) => desc || section)) return [];
  let part: string | undefined;
  return choices.flatMap(({ label, desc, section }) => {
    const line = `• ${desc ? `${label}: ${desc}` : label}`;
    if (section === part || !section) return [line];
    part = section;
    return [section, line];
  });
}

const keyed = /^=([0-9a-f]{24})\.(\d{1,3})$/;

/** What comes back when a choice is pressed: its code, or where the code stands when it is too long for Telegram. */
export function dataOf(code: string, messageId: string, choice: number): string {
  const fits = code !== '' && Buffer.byteLength(code) <= longest.buttonBytes && !keyed.test(code);
  return fits ? code : `=${messageId}.${choice}`;
}

/** Where the code of a pressed button stands, if this is no code itself. */
export function keyIn(data: string): { messageId: string; choice: number } | undefined {
  const [, messageId, choice] = keyed.exec(data) ?? [];
  return messageId === undefined ? undefined : { messageId, choice: Number(choice) };
}
