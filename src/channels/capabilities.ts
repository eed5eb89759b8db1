import type { MessageType } from '../model/message.ts';
import type { ReceiptStatus } from '../model/status.ts';

/** What a channel can carry. The pipeline uses it to render fallbacks and to refuse early. */
export interface Capabilities {
  /** Native: sent as it is. Fallback: rendered as text (channels.md 2.1). Absent: NOT_SUPPORTED. */
  readonly out: Partial<Record<MessageType, 'native' | 'fallback'>>;
  /**
   * How many choices go out as buttons or as a list, and how long their labels may be, in characters;
   * what does not fit becomes numbered lines.
   */
  readonly buttons: {
    readonly max: number;
    readonly listMax: number;
    readonly maxLabel?: number;
    readonly listMaxLabel?: number;
  };
  /** Shows a heading and a footer apart from what a message with choices says. */
  readonly frame?: true;
  readonly receipts: readonly ReceiptStatus[];
  /** Hours after the person's last message in which free-form messages may go; absent: always. */
  readonly windowHours?: number;
  /** Hours in which what an agent writes may go, where the account's `humanAgent` says that the provider agreed. */
  readonly agentWindowHours?: number;
  /** Its receipts may say up to when everything has arrived (`Receipt.upTo`). */
  readonly watermarks?: true;
  /** Templates must be approved by the provider before they may start a conversation. */
  readonly approval: boolean;
  /** True where the provider takes our id, so that a repeat after an unknown outcome is no second message. */
  readonly idempotent: boolean;
  /** What happens by default when the provider did not say whether it took the message (rule 4). */
  readonly onUnknown: 'retry' | 'fail';
  /** It may call a person by another address than the one written to, and tells that one (`Sent.csid`). */
  readonly renames?: true;
  /** It sends the bytes of files behind links, too, as those of ours (`Outgoing.file`): nobody else fetches them. */
  readonly fetchesLinks?: true;
  /** A text goes as HTML as well, and with several files (`Outgoing.files`); others say them as text and links. */
  readonly letters?: true;
  /** Its messages name those before them (`Outgoing.thread`). */
  readonly threads?: true;
  /** Messages a second that an account may send, unless its settings say otherwise. */
  readonly perSecond?: number;
  readonly media?: Partial<Record<MessageType, MediaRule>>;
  /** Longest text in characters. */
  readonly maxText?: number;
}

/** What of a media type a channel takes. */
export interface MediaRule {
  /** MIME types that may go; none named: any. */
  readonly mimes: readonly string[];
  /** Of pictures: what is shown as such, where others may go, too, as a link or a document. */
  readonly shows?: readonly string[];
  readonly maxBytes: number;
  /** What is of another kind, or larger, goes as a link: it is not refused. */
  readonly orLink?: true;
  /**
   * Of pictures: another one stands for it until it is opened, of at most so many bytes (`Media.previewLink`). No less
   * than a `photo` may have.
   */
  readonly previewBytes?: number;
  /** Of sounds: how long one lasts is said (`Media.durationMs`). */
  readonly tellsLength?: true;
}
