import type { Readable } from 'node:stream';
import type { Save } from '../channels/channel.ts';
import { SendFailure } from '../model/failure.ts';
import { Problem } from '../model/problem.ts';
import type { Kept } from '../store/media.ts';

/** Saves a file piece by piece. Answers the hash that it should have (hex), where somebody told one. */
export type Fill = (save: Save) => Promise<{ sha256?: string }>;

/** Bytes on the disk of this machine, for as long as somebody works with them. */
export interface LocalFile {
  path: string;
  /** They are needed no longer; twice does no harm. */
  drop(): Promise<void>;
}

/** Bytes as they came in, and what they are. */
export type StagedFile = LocalFile & { kept: Kept };

/** What a reader over HTTP asks for. `sizeBytes` of the whole; absent: it cannot be had in parts. */
export interface Asked {
  method: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  sizeBytes?: number;
}

/** What such a reader gets: `status` of HTTP (200, 206, 304, 404, 412, 416), and what belongs to it. */
export interface Found {
  status: number;
  headers: Record<string, string>;
  stream?: Readable;
}

/**
 * Where the bytes of files are kept: a folder, or a store that speaks S3. `id` must be one of ours (`isId`); a
 * name is an id, or what stands beside a file (`besideName`). Throws `FileStoreAway` when the store cannot be
 * reached or refuses us.
 */
export interface FileStore {
  /** Takes bytes in for a while, at most so many. When it throws, nothing is left of them. */
  stage(maxBytes: number, fill: Fill): Promise<StagedFile>;
  /**
   * Keeps a file that `fill` saves, however large: under its name it is whole and safe, or not there. `check`
   * may refuse it by what it is. When anything throws, nothing is left of it.
   */
  keep(id: string, maxBytes: number, fill: Fill, check?: (kept: Kept) => void): Promise<Kept>;
  /** Keeps what stands beside a file. */
  put(name: string, bytes: Buffer, mime: string): Promise<void>;
  /** The bytes as a file of this machine. Throws `FileGone`. */
  local(name: string): Promise<LocalFile>;
  /** The bytes for a reader over HTTP. */
  read(name: string, asked: Asked): Promise<Found>;
  /** Takes a file away, with what stands beside it; one that is not there is gone already. */
  drop(id: string): Promise<void>;
  /** Takes away what is left of files whose process ended before they were whole. */
  sweep(): Promise<void>;
}

/** Where a name lies, in a folder as in a store: names are many, folders are better short. */
export function placeOf(name: string): string {
  const id = name.split('.', 1)[0]!;
  return `${id.slice(-2)}/${name}`;
}

/** More bytes came than the file may have. */
export class FileTooLarge extends SendFailure {
  constructor(maxBytes: number) {
    super({
      class: 'CONTENT_TOO_LONG',
      code: 'MEDIA_TOO_LARGE',
      text: `The file is larger than ${maxBytes / (1024 * 1024)} MB.`,
    });
  }
}

/** There are no such bytes. */
export class FileGone extends SendFailure {
  constructor() {
    super({
      class: 'CONTENT_REJECTED',
      code: 'UNKNOWN_MEDIA',
      text: 'The file of the message is not there any more.',
    });
  }
}

/** The store of files cannot be reached, or does not let us in: it passes, or an operator mends it. */
export class FileStoreAway extends Problem {
  /** For the log: no address, no key. */
  readonly reason: string;
  /** It was reached, and said no: asking again does not help. */
  readonly refused: boolean;

  constructor(reason: string, refused: boolean) {
    super('unavailable', 'Files cannot be kept or read at the moment: try again', {
      code: 'FILE_STORE',
      retryAfterSeconds: 5,
    });
    this.reason = reason;
    this.refused = refused;
  }
}

/** A failure of the store, in the words of a send: nobody has been written to yet. */
export function sendFailureOf(error: unknown): unknown {
  if (!(error instanceof FileStoreAway)) return error;
  return new SendFailure({
    class: 'UNAVAILABLE',
    code: 'FILE_STORE',
    text: 'The store of files cannot be reached.',
    retryAfterMs: 5000,
  });
}
