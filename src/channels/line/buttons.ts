import type { Button, Content } from '../../model/message.ts';
import { buttonLine, isChoice } from '../fallback.ts';
import { checkLength } from '../limits.ts';
import { longest } from './capabilities.ts';
import type { LineMessage } from './messages.ts';

/** Up to three choices, links and numbers stand as buttons below the text; more choices, and places, as quick replies. */
export function isBubble({ buttons = [], listLabel }: Content): boolean {
  const choices = buttons.filter(isChoice);
  if (buttons.length === 0 || buttons.some(({ type }) => type === 'LOCATION_REQUEST')) return false;
  return (
    listLabel === undefined && choices.length <= 3 && choices.every(({ desc, section }) => !desc && !section)
  );
}

/** The text with its buttons as a bubble. `messageId` is ours: a press comes back as its choice. */
export function bubbleOf(content: Content, words: string, messageId: string): LineMessage {
  const { heading, footer, buttons = [] } = content;
  const choices = buttons.filter(isChoice);
  const said = words || choices.map(({ label }) => label).join(', ') || '…';
  checkLength('The text', [heading, said, footer].filter((part) => part).join('\n\n'), longest.text);
  const lines = [
    ...(heading ? [{ type: 'text', text: heading, weight: 'bold', wrap: true }] : []),
    { type: 'text', text: said, wrap: true },
    ...(footer ? [{ type: 'text', text: footer, size: 'sm', color: '#8c8c8c', wrap: true }] : []),
  ];
  const actions = buttons.flatMap((button) => actionOf(button, choices.indexOf(button), messageId) ?? []);
  const box = (contents: object[]) => ({ type: 'box', layout: 'vertical', spacing: 'sm', contents });
  const buttonsBelow = actions.map((action) => ({
    type: 'button',
    style: 'secondary',
    height: 'sm',
    action,
  }));
  return {
    type: 'flex',
    altText: [...said].slice(0, longest.altText).join(''),
    contents: {
      type: 'bubble',
      body: box(lines),
      ...(buttonsBelow.length > 0 && { footer: box(buttonsBelow) }),
    },
  };
}

/** Choices as quick replies, and the lines of text for what cannot be one. */
export function quickReplyOf(content: Content, messageId: string): { quickReply?: object; lines: string[] } {
  const { buttons = [] } = content;
  const choices = buttons.filter(isChoice);
  const actions = buttons.flatMap((button) => {
    if (button.type === 'LOCATION_REQUEST') return [{ type: 'location', label: cut(button.label) }];
    return isChoice(button) ? [pressOf(button, choices.indexOf(button), messageId)] : [];
  });
  const described = choices.filter(({ desc }) => desc).map(({ label, desc }) => `• ${label}: ${desc}`);
  const others = buttons
    .filter((one) => !isChoice(one) && one.type !== 'LOCATION_REQUEST')
    .map(buttonLine)
    .filter((line) => line !== '');
  const items = actions.map((action) => ({ type: 'action', action }));
  return { ...(items.length > 0 && { quickReply: { items } }), lines: [...described, ...others] };
}

function actionOf(button: Button, choice: number, messageId: string): object | undefined {
  const { type, label, url, phone } = button;
  if (isChoice(button)) return pressOf(button, choice, messageId);
  if (type === 'URL' && url) return { type: 'uri', label, uri: url };
  if (type === 'PHONE_NUMBER' && phone)
    return { type: 'uri', label, uri: `tel:${phone.replace(/[^\d+]/g, '')}` };
  return undefined;
}

/** LINE tells no label with a press, so it is told where the choice stands with us. */
function pressOf({ label }: Button, choice: number, messageId: string): object {
  return { type: 'postback', label, displayText: label, data: `=${messageId}.${choice}` };
}

/** Where the choice stands that a press names; undefined when it is no choice of ours. */
export function choiceIn(data: string): { messageId: string; choice: number } | undefined {
  const [, messageId, choice] = /^=([0-9a-f]{24})\.(\d{1,3})$/.exec(data) ?? [];
  return messageId === undefined ? undefined : { messageId, choice: Number(choice) };
}

function cut(label: string): string {
  return [...label].slice(0, 20).join('');
}
