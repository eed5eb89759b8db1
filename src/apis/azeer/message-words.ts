import {
  type Button,
  type Content,
  type Media,
  type MessageType,
  mediaTypes,
  plainText,
} from '../../model/message.ts';
import { present } from '../../model/present.ts';
import type { Recipient } from '../surface.ts';

type Flat = Record<string, unknown>;
type MediaLink = Recipient['mediaLink'];

/** What a message says, flat (azeer.md 7.3), and once more as `message_body`, as the provider would say it. */
export function messageParts(content: Content, mediaLink: MediaLink): Flat {
  return {
    message_type: typeOf(content),
    ...flatOf(content, mediaLink),
    message_body: bodyOf(content, mediaLink),
  };
}

const isMedia = ({ type }: Content) => (mediaTypes as readonly string[]).includes(type);

function typeOf({ type, press, buttons = [] }: Content): string {
  if (press) return press.ofTemplate ? 'button' : 'interactive';
  return sentTypeOf(type, buttons.length > 0);
}

/** What a message of ours is called: one with buttons is `interactive`, unless it is a template. */
export function sentTypeOf(type: MessageType, hasButtons: boolean): string {
  return hasButtons && type !== 'template' ? 'interactive' : type;
}

function flatOf(content: Content, mediaLink: MediaLink): Flat {
  const { media, press, buttons } = content;
  if (isMedia(content) && media) {
    return present({
      // What stands with a file alone is in `message_body`; with choices it is what they are about.
      text: buttons?.length ? plainText(content) : undefined,
      filename_url: linkOf(media, mediaLink),
      media_id: media.id,
      mime_type: media.mime,
    });
  }
  return { text: saidOf(content, mediaLink), ...(press && { interactive_reply_id: press.code }) };
}

/** A text with the files that came with it: there is room for one file, and a text has none. */
function saidOf(content: Content, mediaLink: MediaLink): string {
  const links = (content.attachments ?? []).map((file) =>
    [file.filename, linkOf(file, mediaLink)].filter((part) => part).join(': '),
  );
  return [plainText(content), links.join('\n')].filter((part) => part).join('\n\n');
}

/** A file that lies here by its own address, any other by the one that it came with. */
function linkOf({ id, link }: Media, mediaLink: MediaLink): string | undefined {
  return id === undefined ? link : mediaLink(id, false);
}

function fileOf(media: Media, mediaLink: MediaLink) {
  const { id, caption, filename, mime } = media;
  return present({ id, link: linkOf(media, mediaLink), caption, filename, mime_type: mime });
}

/** The provider's object: `{text: {body}}`, `{image: {link, caption}}` … */
function bodyOf(content: Content, mediaLink: MediaLink): Flat {
  const { type, media, location, cards, reaction, template, press, buttons, unsupported } = content;
  if (press?.ofTemplate) return { button: { payload: press.code, text: press.label } };
  if (press) {
    const type = press.ofList ? 'list_reply' : 'button_reply';
    return { interactive: { type, [type]: replyOf(press) } };
  }
  if (template)
    return { template: { name: template.code, language: { code: template.lang }, text: plainText(content) } };
  if (buttons?.length) return { interactive: interactiveOf(content, buttons, mediaLink) };
  if (isMedia(content) && media) return { [type]: fileOf(media, mediaLink) };
  if (location) return { location };
  if (cards) return { contacts: cards };
  if (reaction) return { reaction: { message_id: reaction.messageIdExt, emoji: reaction.emoji } };
  if (unsupported) return { unsupported: { type: unsupported.kind } };
  return { text: { body: saidOf(content, mediaLink) } };
}

const replyOf = ({ code, label, desc }: { code: string; label: string; desc?: string }) =>
  present({ id: code, title: label, description: desc });

function interactiveOf(content: Content, buttons: Button[], mediaLink: MediaLink): Flat {
  const { type, text, media, heading, footer, listLabel } = content;
  const kind = kindOf(buttons, listLabel !== undefined);
  const { caption: _, ...bare } = media ?? {};
  const file = media && { type, [type]: fileOf(bare, mediaLink) };
  const header = file ?? (heading === undefined ? undefined : { type: 'text', text: heading });
  return present({
    type: kind,
    header: header && present(header),
    body: { text: text ?? media?.caption ?? '' },
    footer: footer === undefined ? undefined : { text: footer },
    action: actionOf(kind, buttons, listLabel),
  });
}

type Kind = 'button' | 'list' | 'cta_url' | 'location_request_message';

/** What kind of choices they are: as the provider shows them where nothing else was asked for. */
function kindOf(buttons: Button[], isList: boolean): Kind {
  const choices = buttons.filter(({ type }) => type === 'QUICK_REPLY');
  const hasParts = choices.some(({ desc, section }) => desc || section);
  if (choices.length > 0) return isList || hasParts || choices.length > 3 ? 'list' : 'button';
  if (buttons.some(({ type }) => type === 'LOCATION_REQUEST')) return 'location_request_message';
  return buttons.length === 1 && buttons[0]!.type === 'URL' ? 'cta_url' : 'button';
}

function actionOf(kind: Kind, buttons: Button[], listLabel: string | undefined): Flat {
  const choices = buttons.filter(({ type }) => type === 'QUICK_REPLY');
  switch (kind) {
    case 'list':
      return present({ button: listLabel, sections: sectionsOf(choices) });
    case 'cta_url': {
      const [{ label, url }] = buttons as [Button];
      return { name: 'cta_url', parameters: present({ display_text: label, url }) };
    }
    case 'location_request_message':
      return { name: 'send_location' };
    case 'button':
      return {
        buttons: buttons.map((one) =>
          one.type === 'QUICK_REPLY'
            ? { type: 'reply', reply: replyOf(one) }
            : present({
                type: one.type.toLowerCase(),
                text: one.label,
                url: one.url,
                phone_number: one.phone,
              }),
        ),
      };
  }
}

/** The parts of a list, in the order in which their first choice stands. */
function sectionsOf(choices: Button[]): Flat[] {
  const sections = new Map<string | undefined, Button[]>();
  for (const one of choices) sections.set(one.section, [...(sections.get(one.section) ?? []), one]);
  return [...sections].map(([title, rows]) => present({ title, rows: rows.map(replyOf) }));
}
