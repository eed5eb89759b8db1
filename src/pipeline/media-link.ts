import { isId } from '../model/ids.ts';
import { urlOf } from '../model/web-address.ts';
import type { BesideFile } from './beside-file.ts';
import type { Seal } from './seal.ts';

/** How long an expiring link is good, ms: as long as a message lives. */
const linkLifeMs = 24 * 3_600_000;

/** The addresses of files: signed, so that who was given one may fetch the file, and nobody else. */
export interface MediaLinks {
  /**
   * The address of a file, or of what lies beside one: for good (`link`), or one that expires (`linkSecure`,
   * decision D59).
   */
  of(mediaId: string, expires: boolean, part?: MediaPart): string;
  /**
   * Which file of ours an address names. Undefined: it is none of ours. `forged`: it is at our address,
   * but we did not make it.
   */
  read(link: string): { id: string; expires: boolean } | 'forged' | undefined;
  /** Whether we made the address of this file with these parameters. */
  check(
    mediaId: string,
    query: { s?: unknown; until?: unknown },
    part?: MediaPart,
  ): 'good' | 'expired' | 'forged';
}

/** What an address names: a file, or what lies beside it. */
export type MediaPart = 'file' | BesideFile;

/** Makes and reads the addresses of files below `publicUrl`. */
export function makeMediaLinks(publicUrl: URL, seal: Seal): MediaLinks {
  const base = publicUrl.href.replace(/\/+$/, '');
  const { host, pathname } = new URL(base);
  const folder = `${pathname.replace(/\/+$/, '')}/media/`;
  const links: MediaLinks = {
    of(mediaId, expires, part = 'file') {
      const path = `${base}/media/${mediaId}${part === 'file' ? '' : `/${part}`}`;
      if (!expires) return `${path}?s=${seal.sign(signed(part, mediaId))}`;
      const until = String(Math.floor((Date.now() + linkLifeMs) / 1000));
      return `${path}?until=${until}&s=${seal.sign(signed(part, mediaId, until))}`;
    },
    read(link) {
      const url = urlOf(link);
      if (!url || url.host !== host || !url.pathname.startsWith(folder)) return undefined;
      const id = url.pathname.slice(folder.length);
      const until = url.searchParams.get('until') ?? undefined;
      const checked = links.check(id, { s: url.searchParams.get('s'), until });
      return checked === 'forged' ? 'forged' : { id, expires: until !== undefined };
    },
    check(mediaId, { s, until }, part = 'file') {
      if (!isId(mediaId) || typeof s !== 'string') return 'forged';
      if (until !== undefined && typeof until !== 'string') return 'forged';
      if (!seal.isSigned(signed(part, mediaId, until), s)) return 'forged';
      return until !== undefined && Number(until) * 1000 < Date.now() ? 'expired' : 'good';
    },
  };
  return links;
}

function signed(part: MediaPart, mediaId: string, until?: string): string {
  const text = `${part === 'file' ? 'media' : part} ${mediaId}`;
  return until === undefined ? text : `${text} ${until}`;
}
