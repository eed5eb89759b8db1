import { SendFailure } from '../../model/failure.ts';
import type { Content } from '../../model/message.ts';
import type { Outgoing } from '../channel.ts';
import { buttonLine, isChoice, joined, textLines } from '../fallback.ts';
import { messageToken, pageKey } from './beacon.ts';

/** What a device shows, and what it needs to tell that it did. */
export interface Notification {
  id: string;
  title: string;
  body: string;
  image?: string;
  /** Where a click leads. */
  url?: string;
  /** Labels of the choices; which one was pressed is told by its place. */
  choices?: string[];
  device: string;
  token: string;
  /** Where the device tells it. */
  callback?: string;
}

/** A message as a notification. */
export function notificationOf(
  { id, csid, content, callback }: Outgoing,
  account: { title: string; beaconSecret?: string | undefined },
): Notification {
  const { heading, footer, buttons = [] } = content;
  const links = buttons.filter(({ type, url }) => type === 'URL' && url);
  const others = buttons.filter((one) => !isChoice(one) && one !== links[0]);
  const lines = others.map(buttonLine).filter((line) => line !== '');
  const body = [joined(said(content), lines.join('\n')), footer].filter((part) => part).join('\n\n');
  const choices = buttons.filter(isChoice).map(({ label }) => label);
  return {
    id,
    title: heading || account.title,
    body,
    ...(content.media?.link !== undefined && { image: content.media.link }),
    ...(links[0]?.url !== undefined && { url: links[0].url }),
    ...(choices.length > 0 && { choices }),
    device: csid,
    token: messageToken(account, id),
    ...(callback !== undefined && { callback: `${callback}?k=${pageKey(account)}` }),
  };
}

function said({ heading: _, footer: __, ...content }: Content): string {
  return content.media ? (content.media.caption ?? '') : textLines(content).join('\n');
}

/** What the device of a message is reached by. Throws INVALID_RECIPIENT. */
export function addressIn({ address }: Outgoing): string {
  if (address !== undefined) return address;
  throw new SendFailure({
    class: 'INVALID_RECIPIENT',
    code: 'NO_DEVICE',
    text: 'The device has not subscribed, or has ended its subscription.',
  });
}

/** The provider says that there is no such device any more: it is forgotten. */
export function goneFrom(failure: { code: string; text: string }): SendFailure {
  return new SendFailure({ ...failure, class: 'INVALID_RECIPIENT', subcode: 'GONE' });
}

/** Throws CONTENT_TOO_LONG for what is larger than the provider takes. */
export function checkSize(payload: string, most: number): void {
  if (Buffer.byteLength(payload) <= most) return;
  throw new SendFailure({
    class: 'CONTENT_TOO_LONG',
    code: 'PAYLOAD_TOO_LARGE',
    text: `A notification has at most ${most} bytes, with all that belongs to it.`,
  });
}
