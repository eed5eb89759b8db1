import { type Button, type Content, type MediaType, mediaTypes } from '../../model/message.ts';
import { invalid, missing } from '../../model/problem.ts';
import type { AppMode } from '../../model/setup.ts';
import type { SendRequest, TemplateChoice } from '../../pipeline/core.ts';
import { type OutBound, outTypes } from './schemas/outbound.ts';

/** Types of an outgoing message in the order in which a missing one is found (decision D35). */
const inferredTypes = [
  'template',
  'audio',
  'document',
  'image',
  'location',
  'text',
  'video',
  'voice',
  'contacts',
] as const;

type OutType = (typeof outTypes)[number];

/** Types whose block is a file. */
type FileType = OutType & MediaType;
/** Files that a template may have above its text, given beside it (section 7). */
const headerTypes = ['image', 'video', 'document'] as const;

const buttonTypes = ['QUICK_REPLY', 'URL', 'PHONE_NUMBER', 'LOCATION_REQUEST'] as const;

/** A message to send, in the words of the core. */
export function sendRequestOf(
  given: OutBound & { to: NonNullable<OutBound['to']> },
): Omit<SendRequest, 'sender'> {
  const { to, channelId, mask } = given;
  const type = typeOf(given);
  const content: Content = { type };
  const template = type === 'template' ? addTemplate(content, given) : undefined;
  if (type !== 'template') addBlock(content, type, given);
  const buttons = given.options?.buttons?.map(buttonOf);
  if (buttons) content.buttons = buttons;
  const subject = given.text?.subject ?? given.subject;
  if (subject !== undefined) content.subject = subject;
  return {
    to,
    content,
    ...(channelId !== undefined && { channelId }),
    ...(template && { template }),
    ...(mask !== undefined && { mask }),
  };
}

/** Decisions D22 and D35. */
function typeOf(given: OutBound): OutType {
  if (given.type === undefined) {
    const type = inferredTypes.find((name) => given[name] !== undefined);
    if (type === undefined) throw missing('type', 'Neither type nor a block with content is there');
    return type;
  }
  const type = outTypes.find((name) => name === given.type?.toLowerCase());
  if (type === undefined) {
    throw invalid('type', `Messages of type ${given.type} cannot be sent`, {
      code: 'UNKNOWN_TYPE',
      possibleValues: outTypes,
      value: given.type,
    });
  }
  return type;
}

/** Takes over the block of the type; other blocks are left aside (decision D35). */
function addBlock(content: Content, type: OutType, given: OutBound): void {
  if (type === 'optin' || type === 'optout') return;
  if (type === 'text' || type === 'system') {
    if (given.text?.body === undefined) throw missing(given.text ? 'text.body' : 'text');
    content.text = given.text.body;
  } else if (type === 'location') {
    const { latitude, longitude, ...place } = given.location ?? {};
    if (latitude === undefined || longitude === undefined) {
      throw missing(
        given.location ? `location.${latitude === undefined ? 'latitude' : 'longitude'}` : 'location',
      );
    }
    content.location = { latitude, longitude, ...place };
  } else if (type === 'contacts') {
    if (!given.contacts) throw missing('contacts');
    content.cards = given.contacts;
  } else {
    const media = isFile(type) ? given[type] : undefined;
    if (!media) throw missing(type);
    content.media = media;
  }
}

function isFile(type: OutType): type is FileType {
  return (mediaTypes as readonly string[]).includes(type);
}

function addTemplate(content: Content, given: OutBound): TemplateChoice {
  if (!given.template) throw missing('template');
  const type = headerTypes.find((name) => given[name] !== undefined);
  const media = type && given[type];
  if (media) content.headerMedia = { ...media, type };
  return given.template;
}

/** A button, in any of the forms that callers use (decision D40). */
function buttonOf(
  given: NonNullable<NonNullable<OutBound['options']>['buttons']>[number],
  i: number,
): Button {
  const { text, label = text ?? '', code = label, type: typeName = 'QUICK_REPLY', ...rest } = given;
  const type = buttonTypes.find((name) => name === typeName);
  if (!type) {
    throw invalid(`options.buttons[${i}].type`, `There is no button of type ${typeName}`, {
      code: 'UNKNOWN_TYPE',
      possibleValues: buttonTypes,
      value: typeName,
    });
  }
  return { ...rest, type, code, label };
}

/** Who a session's history names as sender of what an app sends. */
export function senderTypeOf(mode: AppMode | undefined): 'BOT' | 'API' {
  return mode === 'BOT' ? 'BOT' : 'API';
}
