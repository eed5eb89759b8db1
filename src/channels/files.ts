/** Takes the bytes of a file, piece by piece, in their order; the next one after it has resolved. */
export type Save = (chunk: Buffer) => Promise<void>;

export interface FetchedMedia {
  /** The checksum that the provider told, hex: the pipeline holds the bytes to it. */
  sha256?: string;
}

export interface UploadFile {
  /** The bytes; where they lie on a disk they are read from there as they are sent. */
  blob: Blob;
  mime: string;
  filename?: string;
}

export interface UploadedMedia {
  providerId: string;
  /** How long the provider keeps it, ms. */
  lifeMs: number;
}
