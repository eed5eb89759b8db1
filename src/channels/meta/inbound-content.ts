import type { Attachment, Content, Location, MediaType } from '../../model/message.ts';
import { present } from '../../model/present.ts';
import { isObject, listOf, objectOf, type Raw, textOf } from '../json.ts';

/** Files by what Meta calls them. Mentions and shares are a picture or a film: its bytes tell. */
const fileTypes: Readonly<Record<string, MediaType>> = {
  image: 'image',
  video: 'video',
  audio: 'audio',
  file: 'document',
  reel: 'video',
  ig_reel: 'video',
  story_mention: 'image',
  share: 'image',
  ig_post: 'image',
};

/** What a person said; undefined when there is nothing in it that we could keep. */
export function contentOf(message: Raw): Content | undefined {
  if (message.is_unsupported === true) return { type: 'unsupported', unsupported: { kind: 'unsupported' } };
  const attachments = listOf(message.attachments).filter(isObject);
  const content = shownOf(textOf(message.text), attachments);
  if (!content) return undefined;
  const referral = referralOf(message, attachments);
  const code = textOf(objectOf(message.quick_reply).payload);
  const label = content.text ?? code;
  const press = code === undefined || label === undefined ? undefined : { code, label };
  return present({ ...content, press, referral });
}

function shownOf(text: string | undefined, attachments: Raw[]): Content | undefined {
  const [first, ...more] = attachments.flatMap((one) => fileOf(one) ?? []);
  if (first) {
    const { type, ...media } = first;
    return {
      type,
      media: { ...media, ...(text !== undefined && { caption: text }) },
      ...(more.length > 0 && { attachments: more }),
    };
  }
  const place = attachments.map(placeOf).find((one) => one !== undefined);
  if (place) return { type: 'location', location: place };
  if (text !== undefined) return { type: 'text', text };
  const [other] = attachments;
  if (!other) return undefined;
  // A link that was shared, say: its title and address are what can be shown.
  const { title, url } = { ...objectOf(other.payload), ...other };
  const lines = [textOf(title), textOf(url)].filter((line) => line !== undefined);
  if (lines.length > 0) return { type: 'text', text: lines.join('\n') };
  return { type: 'unsupported', unsupported: { kind: textOf(other.type) ?? 'attachment' } };
}

function fileOf(attachment: Raw): Attachment | undefined {
  const payload = objectOf(attachment.payload);
  const kind = textOf(attachment.type) ?? '';
  const link = textOf(payload.url);
  const known = Object.hasOwn(fileTypes, kind) ? fileTypes[kind] : undefined;
  if (known === undefined || link === undefined || !/^https?:\/\//i.test(link)) return undefined;
  const type = payload.sticker_id !== undefined && known === 'image' ? 'sticker' : known;
  return { type, link };
}

function placeOf({ type, title, payload }: Raw): Location | undefined {
  if (type !== 'location') return undefined;
  const { lat, long } = objectOf(objectOf(payload).coordinates);
  const [latitude, longitude] = [textOf(lat), textOf(long)];
  if (latitude === undefined || longitude === undefined) return undefined;
  return present({ latitude, longitude, name: textOf(title) });
}

/** The advertisement, story or shared post that it is about, as Meta tells it. */
function referralOf(message: Raw, attachments: Raw[]): Record<string, unknown> | undefined {
  if (isObject(message.referral)) return message.referral;
  const { story } = objectOf(message.reply_to);
  if (isObject(story)) return { type: 'STORY_REPLY', ...story };
  const mention = attachments.find(({ type }) => type === 'story_mention');
  if (mention) return { type: 'STORY_MENTION', ...objectOf(mention.payload) };
  return undefined;
}
