import { isId } from '../model/ids.ts';
import type { Seal } from './seal.ts';

/** How long an expiring link is good, ms: as long as a message lives. */
const linkLifeMs = 24 * 3_600_000;

/** The addresses of files: signed, so that who was given one may fetch the file, and nobody else. */
export interface MediaLinks {
  /** The address of a file: for good (`link`), or one that expires (`linkSecure`, decision D59). */
  of(mediaId: string, expires: boolean): string;
  /**
   * Which file of ours an address names. Undefined: it is none of ours. `forged`: it is at our address,
   * but we did not make it.
   */
  read(link: string): { id: string; expires: boolean } | 'forged' | undefined;
  /** Whether we made the address of this file with these parameters. */
  check(mediaId: string, query: { s?: unknown; until?: unknown }): 'good' | 'expired' | 'forged';
}

/** Makes and reads the addresses of files below `publicUrl`. */
export function makeMediaLinks(publicUrl: URL, seal: Seal): MediaLinks {
  const base = publicUrl.href.replace(/\/+$/, '');
  const { host, pathname } = new URL(base);
  const folder = `${pathname.replace(/\/+$/, '')}/media/`;
  const links: MediaLinks = {
    of(mediaId, expires) {
      if (!expires) return `${base}/media/${mediaId}?s=${seal.sign(`media ${mediaId}`)}`;
      const until = Math.floor((Date.now() + linkLifeMs) / 1000);
      return `${base}/media/${mediaId}?until=${until}&s=${seal.sign(`media ${mediaId} ${until}`)}`;
    },
    read(link) {
      const url = URL.canParse(link) ? new URL(link) : undefined;
      if (!url || url.host !== host || !url.pathname.startsWith(folder)) return undefined;
      const id = url.pathname.slice(folder.length);
      const until = url.searchParams.get('until') ?? undefined;
      const checked = links.check(id, { s: url.searchParams.get('s'), until });
      return checked === 'forged' ? 'forged' : { id, expires: until !== undefined };
    },
    check(mediaId, { s, until }) {
      if (!isId(mediaId) || typeof s !== 'string') return 'forged';
      if (until !== undefined && typeof until !== 'string') return 'forged';
      const text = until === undefined ? `media ${mediaId}` : `media ${mediaId} ${until}`;
      if (!seal.isSigned(text, s)) return 'forged';
      return until !== undefined && Number(until) * 1000 < Date.now() ? 'expired' : 'good';
    },
  };
  return links;
}
