import { SendFailure } from '../model/failure.ts';
import type { Content } from '../model/message.ts';
import { finding, type TemplateFinding } from '../model/template-finding.ts';
import type { Capabilities } from './capabilities.ts';
import { isChoice, renderFor } from './fallback.ts';

/** A filled template as a channel carries it, and what of it looks otherwise than it was written, or cannot go. */
export function templateFit(
  content: Content,
  carries: Capabilities,
): { shown?: Content; findings: TemplateFinding[] } {
  try {
    const shown = renderFor(content, carries);
    return { shown, findings: changes(content, shown) };
  } catch (error) {
    if (!(error instanceof SendFailure)) throw error;
    return { findings: [refusal(error, content, carries)] };
  }
}

function changes(content: Content, shown: Content): TemplateFinding[] {
  const hadChoices = content.buttons?.some(isChoice) === true;
  const isLink = content.template?.media !== undefined && !shown.template && !shown.media;
  return [
    ...(hadChoices && !shown.buttons?.length ? [finding('changed', 'buttons', 'BUTTONS_AS_LINES')] : []),
    ...(isLink ? [finding('changed', 'media', 'MEDIA_AS_LINK')] : []),
  ];
}

/** Which field is at fault when the channel does not carry it. */
function refusal({ failure }: SendFailure, content: Content, carries: Capabilities): TemplateFinding {
  const media = content.template?.media;
  const rule = media && carries.media?.[media.type];
  if (failure.code === 'TEXT_TOO_LONG' && carries.maxText !== undefined)
    return finding('refused', 'body', 'TOO_LONG_FILLED', { max: carries.maxText });
  if (failure.code === 'MEDIA_TYPE' && rule)
    return finding('refused', 'media.link', 'MEDIA_TYPE', {
      type: media.mime ?? '',
      types: rule.mimes.join(', '),
    });
  if (failure.code === 'MEDIA_TOO_LARGE' && rule)
    return finding('refused', 'media.link', 'MEDIA_TOO_LARGE', { max: rule.maxBytes / 1024 / 1024 });
  return finding('refused', 'body', 'NOT_SUPPORTED');
}
