import type { Static, TObject } from 'typebox';
import type { Button, Content, Media } from '../model/message.ts';
import type { Site } from '../model/site.ts';
import type { Received } from './inbound.ts';

/** How people talk with us on a web site. All of it is pure. */
export interface Visitors<Account extends TObject = TObject> {
  /** The site that the settings describe; `name` is the one of the business, `now` epoch ms. */
  site(account: Static<Account>, name: string, now: number): Site;
  /** Reads a frame that says something. What it does not take is in `ignored`, by the field at fault. */
  hear(frame: Record<string, unknown>, by: SaidBy, now: number): Received;
  /** What is shown of a message, of either side. */
  show(content: Content): Record<string, unknown>;
  /** The client's own word for a message that came in, by which it knows it again. */
  cidOf(providerId: string | undefined): string | undefined;
  /** What may be uploaded: MIME types by the type of message that they make, and the size limit in bytes. */
  readonly uploads: { types: Readonly<Record<string, readonly string[]>>; maxBytes: number };
}

/** Who said something, and what of ours it is about. */
export interface SaidBy {
  csid: string;
  profile?: { name?: string; email?: string; phone?: string };
  /** The file that the visitor uploaded and names. */
  file?: Media;
  /** The buttons of the message that the visitor names. */
  offered?: Button[];
}
