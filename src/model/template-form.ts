import { createHash } from 'node:crypto';
import type { Template } from './setup.ts';
import { providerText } from './template.ts';

/** What of a template a provider approves. */
export type ApprovedParts = Pick<Template, 'header' | 'body' | 'footer' | 'buttons' | 'media'>;

/**
 * Tells whether two templates say the same to a provider: placeholders by their place, and nothing of what is not
 * approved, such as what a button gives back or which file is sent. 22 characters.
 */
export function templateForm({ header, body, footer, buttons, media }: ApprovedParts): string {
  const text = (said: string | undefined) => (said === undefined ? null : providerText(said).trim());
  const said = [
    // A file above the text takes the place of the header.
    media ? media.type : text(header),
    text(body),
    text(footer),
    buttons.map(({ type, label, url, phone }) => [
      ...[type, label.trim(), text(url)],
      phone === undefined ? null : phone.replace(/[^\d+]/g, ''),
    ]),
  ];
  return createHash('sha256').update(JSON.stringify(said)).digest('base64url').slice(0, 22);
}
