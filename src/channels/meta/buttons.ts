import type { Button } from '../../model/message.ts';
import { checkLength } from '../limits.ts';
import { longest } from './capabilities.ts';

/** Most buttons that one template has. */
const most = 3;

/** Kinds of buttons: Messenger's templates have all of them, Instagram's none that dials. */
export const messengerButtons: readonly Button['type'][] = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER'];
export const instagramButtons: readonly Button['type'][] = ['QUICK_REPLY', 'URL'];

/** Whether these choices, links and numbers can stand as buttons of a template: one to three of these kinds, with short labels. */
export function fitTemplate(
  { buttons = [], listLabel }: { buttons?: Button[]; listLabel?: string },
  kinds: readonly Button['type'][],
): boolean {
  if (buttons.length === 0 || buttons.length > most || listLabel !== undefined) return false;
  return buttons.every(
    ({ type, label, desc, section, url, phone }) =>
      kinds.includes(type) &&
      [...label].length <= longest.label &&
      !desc &&
      !section &&
      (type !== 'URL' || !!url) &&
      (type !== 'PHONE_NUMBER' || !!phone),
  );
}

/** A button as templates have it. Throws CONTENT_TOO_LONG where its code is too long. */
export function actionOf({ type, label, code, url, phone = '' }: Button): object {
  if (type === 'URL') return { type: 'web_url', title: label, url };
  if (type === 'PHONE_NUMBER')
    return { type: 'phone_number', title: label, payload: `+${phone.replace(/\D/g, '')}` };
  checkLength('The code of a button', code, longest.payload);
  return { type: 'postback', title: label, payload: code };
}
