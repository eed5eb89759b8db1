import type { Failure } from './failure.ts';
import type { Status } from './status.ts';

/** Types that come in from a person. */
export const inboundTypes = [
  'audio',
  'document',
  'image',
  'location',
  'system',
  'text',
  'video',
  'voice',
  'contacts',
  'sticker',
  'reaction',
  'unsupported',
] as const;

/** Types that go out to a person, in the order in which a missing type is inferred (decision D35). */
export const outboundTypes = [
  'template',
  'audio',
  'document',
  'image',
  'location',
  'text',
  'video',
  'voice',
  'contacts',
  'system',
  'optin',
  'optout',
  'reaction',
  'sticker',
] as const;

export type MessageType = (typeof inboundTypes)[number] | (typeof outboundTypes)[number];

export const mediaTypes = ['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const;
export type MediaType = (typeof mediaTypes)[number];

/** A file that belongs to a message. Outbound: `link`. Inbound: `id`, ours, once stored. */
export interface Media {
  link?: string;
  /** Our media id; the file is served at `/media/<id>`. */
  id?: string;
  /** How the provider names the file, for fetching it. Never shown to callers. */
  providerId?: string;
  caption?: string;
  filename?: string;
  mime?: string;
  sha256?: string;
  sizeBytes?: number;
  /** On its way to a provider alone: where a smaller picture lies that stands for it until it is opened. */
  previewLink?: string;
  /** On its way to a provider alone: how long a sound lasts, ms, where its channel says so and it could be read. */
  durationMs?: number;
}

/** One of several files that came with a message. */
export interface Attachment extends Media {
  type: MediaType;
  /** The name by which the HTML of a mail shows it, as `cid:<name>`: it stands in the text and not below it. */
  cid?: string;
}

/** Degrees as decimal text, exactly as given. */
export interface Location {
  latitude: string;
  longitude: string;
  name?: string;
  address?: string;
  url?: string;
}

/** A contact card, in the words that WhatsApp and XMS share. */
export interface ContactCard {
  name?: { formatted_name?: string; first_name?: string; last_name?: string };
  birthday?: string;
  phones?: { phone?: string; type?: string; wa_id?: string }[];
  emails?: { email?: string; type?: string }[];
  addresses?: {
    street?: string;
    city?: string;
    state?: string;
    zip?: string;
    country?: string;
    country_code?: string;
    type?: string;
  }[];
  org?: { company?: string; department?: string; title?: string };
  urls?: { url?: string; type?: string }[];
  ims?: { service?: string; userid?: string }[];
}

/** A choice offered with a message. `code` comes back when it is pressed. */
export interface Button {
  type: 'QUICK_REPLY' | 'URL' | 'PHONE_NUMBER' | 'LOCATION_REQUEST';
  code: string;
  label: string;
  desc?: string;
  url?: string;
  phone?: string;
  name?: string;
  /** Of a list of choices: the title of the part that it stands in. */
  section?: string;
}

/** A button that the person pressed, or chose by number or label (decision D40, D60). */
export interface Press {
  code: string;
  label: string;
  desc?: string;
  /** The button was one of a template. */
  ofTemplate?: true;
  /** It was chosen from a list, where the channel tells lists from buttons. */
  ofList?: true;
}

/** A template after its placeholders are filled: what the person reads, and what providers need. */
export interface TemplateUse {
  id: string;
  code: string;
  lang: string;
  /** The name under which the provider approved it, when it has one; else the code is used. */
  providerName?: string;
  header?: string;
  body: string;
  footer?: string;
  title?: string;
  /** Filled values of the placeholders, in the order in which a provider counts them in each part. */
  headerValues?: string[];
  bodyValues?: string[];
  /** The names of these placeholders, in the same order, without where their values come from: `order` of `data.order`. */
  bodyNames?: string[];
  /** The provider knows its placeholders by name, not by place; those of the header besides. */
  named?: true;
  headerNames?: string[];
  /** Per button, the filled value of the placeholder in its URL, or null when it has none. */
  buttonValues?: (string | null)[];
  /** Media of the header, from the request or from the template. */
  media?: Media & { type: MediaType };
}

/** What a message says, whichever channel carries it. */
export interface Content {
  type: MessageType;
  text?: string;
  /** Outbound: what the recipient is called in this message, when the caller says so. */
  recipient?: string;
  /** Of e-mail (decision D36). */
  subject?: string;
  /** Of e-mail: the same as HTML, safe to be shown; it loads nothing from elsewhere (`data-src`). */
  html?: string;
  /** Of e-mail: the earlier mails that were repeated below the text, and are not part of it. */
  quoted?: string;
  media?: Media;
  /** Files that came, or go, with a text; inbound also beside the one of `media`. */
  attachments?: Attachment[];
  /** Of a template still to be filled: media of its header, given with the request. */
  headerMedia?: Media & { type: MediaType };
  location?: Location;
  cards?: ContactCard[];
  template?: TemplateUse;
  buttons?: Button[];
  /** Lines that stand apart above and below a message with choices, where the channel can show them so. */
  heading?: string;
  footer?: string;
  /** What stands on the button that opens a list of choices; the channel's word when absent. */
  listLabel?: string;
  /** Outbound text: whether the first link in it is shown with a preview; the channel decides when absent. */
  preview?: boolean;
  /** Inbound: the button that was pressed; the text is its label. */
  press?: Press;
  /** A reaction to `messageIdExt` (the provider's id); an empty emoji takes it back. */
  reaction?: { emoji: string; messageIdExt: string };
  /** Inbound: the advertisement or story that the person came from, as the provider tells it. */
  referral?: Record<string, unknown>;
  /** Inbound `unsupported`: the provider's own name of what it was, and why it cannot be shown. */
  unsupported?: { kind: string; reason?: string };
}

/** What an XMS or API status report tells about a failure (`MessageReportError`). */
export interface ReportedError {
  code: string;
  title: string;
  details?: string;
  href?: string;
}

/** Who wrote an outbound message. */
export type SenderType = 'API' | 'BOT' | 'AGENT';

/** Which way a row of a session goes: in, out, a log line, an agent's note. */
export type Direction = 'I' | 'O' | 'L' | 'N';

/** A message as the store keeps it. */
export interface Message {
  id: string;
  /** Its number, for surfaces that know messages by numbers. Grows, but not without gaps. */
  no: number;
  direction: Direction;
  contactId: string;
  channelId: string;
  sessionId: string;
  content: Content;
  status: Status;
  /** Status code → epoch ms at which it was first reached. */
  stamps: Partial<Record<Status, number>>;
  errors: ReportedError[];
  failure?: Failure;
  /** The channel's own id of the message (`messageIdExt`); absent until known. */
  providerId?: string;
  /** The message that this one answers: ours, and the channel's id of it. */
  replyId?: string;
  replyIdExt?: string;
  appId?: string;
  senderType?: SenderType;
  senderCode?: string;
  /** Hide the content once it is handed over (decision D37). */
  mask: boolean;
  /** Epoch ms. */
  timestamp: number;
}

/** What stands where masked content stood. */
export const maskedText = '*****';

/** Content with everything personal taken out, for masked messages (decision D37). */
export function masked(content: Content): Content {
  return { type: content.type, text: maskedText };
}

/** The same content with its heading and footer as part of what it says, for what cannot show them apart. */
export function withoutFrame(content: Content): Content {
  const { heading, footer, ...rest } = content;
  if (heading === undefined && footer === undefined) return content;
  const joined = (said?: string) => [heading, said, footer].filter((part) => part).join('\n\n');
  if (rest.media) return { ...rest, media: { ...rest.media, caption: joined(rest.media.caption) } };
  return { ...rest, text: joined(rest.text) };
}

/** The one line that stands for a message in lists, fallbacks and `text` of a session's history. */
export function plainText(given: Content): string {
  const content = withoutFrame(given);
  if (content.text !== undefined) return content.text;
  if (content.template) {
    const { header, body, footer } = content.template;
    return [header, body, footer].filter((part) => part).join('\n');
  }
  if (content.location) {
    const { name, address, latitude, longitude } = content.location;
    return [name, address, `${latitude},${longitude}`].filter((part) => part).join(', ');
  }
  if (content.cards) return content.cards.flatMap((card) => card.name?.formatted_name || []).join(', ');
  if (content.reaction) return content.reaction.emoji;
  return content.media?.caption ?? content.media?.filename ?? '';
}
