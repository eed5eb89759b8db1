import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { isId } from './model/ids.ts';
import { mediaPath } from './pipeline/media.ts';
import type { Seal } from './pipeline/seal.ts';
import type { Database } from './store/database.ts';
import * as media from './store/media.ts';

/** How long a signed link is good, ms. */
const linkLifeMs = 24 * 3_600_000;

/** What may be shown in a browser as it is; everything else is only ever downloaded. */
const harmless = /^(image\/(png|jpeg|gif|webp)|audio\/|video\/|application\/pdf$)/;

/** Makes addresses of files: plain (`link`), or signed and expiring (`linkSecure`, decision D59). */
export function makeMediaLink(publicUrl: URL, seal: Seal): (mediaId: string, signed: boolean) => string {
  const base = publicUrl.href.replace(/\/$/, '');
  return (mediaId, signed) => {
    if (!signed) return `${base}/media/${mediaId}?s=${seal.sign(`media ${mediaId}`)}`;
    const until = Math.floor((Date.now() + linkLifeMs) / 1000);
    return `${base}/media/${mediaId}?until=${until}&s=${seal.sign(`media ${mediaId} ${until}`)}`;
  };
}

type Link = { Params: { id: string }; Querystring: { s?: string; until?: string } };

/** Serves files that came with messages, by the links that we made and no others. */
export function addMediaLinks(app: FastifyInstance, db: Database, seal: Seal, mediaDir: string): void {
  app.get<Link>('/media/:id', async (request, reply) => {
    const { id } = request.params;
    const { s = '', until } = request.query;
    const signed = isId(id) && seal.isSigned(until === undefined ? `media ${id}` : `media ${id} ${until}`, s);
    if (!signed) return reply.code(404).send({ error: 'There is no such file.' });
    if (until !== undefined && Number(until) * 1000 < Date.now()) {
      return reply.code(410).send({ error: 'This link has expired.' });
    }
    const file = await media.find(db, id);
    if (!file) return reply.code(404).send({ error: 'There is no such file.' });
    if (file.storedAt === undefined) {
      return reply.code(503).header('retry-after', '2').send({ error: 'The file has not been fetched yet.' });
    }
    const path = mediaPath(mediaDir, id);
    const { size } = await stat(path);
    const mime = file.mime ?? 'application/octet-stream';
    const shown = harmless.test(mime) ? 'inline' : 'attachment';
    const name = encodeURIComponent(file.filename ?? id);
    return reply
      .headers({
        'content-type': harmless.test(mime) ? mime : 'application/octet-stream',
        'content-length': size,
        'content-disposition': `${shown}; filename*=UTF-8''${name}`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, max-age=3600',
      })
      .send(createReadStream(path));
  });
}
