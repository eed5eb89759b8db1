import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type PictureVersion, pictureVersions } from './channels/limits.ts';
import { samplePicture } from './model/sample-picture.ts';
import { besideName } from './pipeline/beside-file.ts';
import { type FileStore, FileStoreAway } from './pipeline/file-store.ts';
import { stateOf } from './pipeline/files.ts';
import type { MediaLinks } from './pipeline/media-link.ts';
import { isPicture, type Thumbnails } from './pipeline/thumbnails.ts';
import type { Database } from './store/database.ts';
import * as media from './store/media.ts';

/** What may be shown in a browser as it is; everything else is only ever downloaded. */
const harmless = /^(image\/(png|jpeg|gif|webp)|audio\/|video\/|application\/pdf$)/;

/** Nothing in a file may run, load or send anything. A browser's viewer of PDFs does not work in a sandbox. */
const policy = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";

type Link = { Params: { id: string }; Querystring: { s?: unknown; until?: unknown } };

interface MediaOptions {
  db: Database;
  links: MediaLinks;
  files: FileStore;
  thumbnails: Thumbnails;
}

/**
 * Serves files, by the links that we made and no others: whole, or the part that a player asks for. Says
 * in JSON why it does not.
 */
export function addMediaLinks(app: FastifyInstance, { db, links, files, thumbnails }: MediaOptions): void {
  app.route<Link>({
    method: ['GET', 'HEAD'],
    url: '/media/:id',
    async handler(request, reply) {
      const { id } = request.params;
      const checked = links.check(id, request.query);
      if (checked === 'expired') return refuse(request, reply, 410, 'gone', 'This link has expired.');
      if (checked === 'good' && id === samplePicture.id) return sample(reply);
      const file = checked === 'good' ? await media.find(db, id) : undefined;
      if (!file) return refuse(request, reply, 404, 'notFound', 'There is no such file.');
      switch (stateOf(file)) {
        case 'fetching':
          reply.header('retry-after', '2');
          return refuse(request, reply, 503, 'unavailable', 'The file has not been fetched yet.');
        case 'failed':
          return refuse(request, reply, 404, 'notFound', 'The file could not be fetched from its channel.');
        case 'stored':
          return serve(request, reply, files, file);
      }
    },
  });
  for (const version of pictureVersions) addVersion(app, { db, links, files }, version);
  app.route<Link>({
    method: ['GET', 'HEAD'],
    url: '/media/:id/thumbnail',
    async handler(request, reply) {
      const { id } = request.params;
      const checked = links.check(id, request.query, 'thumbnail');
      if (checked === 'expired') return refuse(request, reply, 410, 'gone', 'This link has expired.');
      const file = checked === 'good' ? await media.find(db, id) : undefined;
      if (!file) return refuse(request, reply, 404, 'notFound', 'There is no such file.');
      const found = await unlessAway(thumbnails.have(file));
      if (found === undefined) return away(request, reply);
      // Who shows it sees the picture itself then; by what name the server was reached is not ours to say.
      if (!found && isPicture(file))
        return reply
          .header('cache-control', 'no-store')
          .redirect(`../${id}${new URL(links.of(id, true)).search}`);
      if (!found) return refuse(request, reply, 404, 'notFound', 'The file has no thumbnail.');
      return serve(request, reply, files, { ...file, mime: 'image/webp' }, besideName(id, 'thumbnail'));
    },
  });
}

/** What was made of a picture for channels that do not take it as it is: their providers fetch it here. */
function addVersion(
  app: FastifyInstance,
  { db, links, files }: Omit<MediaOptions, 'thumbnails'>,
  version: PictureVersion,
): void {
  app.route<Link>({
    method: ['GET', 'HEAD'],
    url: `/media/:id/${version}`,
    async handler(request, reply) {
      const { id } = request.params;
      const checked = links.check(id, request.query, version);
      if (checked === 'expired') return refuse(request, reply, 410, 'gone', 'This link has expired.');
      const file = checked === 'good' ? await media.find(db, id) : undefined;
      const made = file?.versions?.[version];
      if (!file || !made) return refuse(request, reply, 404, 'notFound', 'There is no such file.');
      return serve(request, reply, files, { ...file, mime: made.mime }, besideName(id, version));
    },
  });
}

/** The picture of samples that endpoints are tried with. */
function sample(reply: FastifyReply): FastifyReply {
  const { mime, bytes } = samplePicture;
  return reply
    .headers({
      'content-security-policy': `${policy}; sandbox`,
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    })
    .type(mime)
    .send(bytes);
}

/** What the store answers; undefined while it is away. */
function unlessAway<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof FileStoreAway) return undefined;
    throw error;
  });
}

function away(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('retry-after', '5');
  return refuse(request, reply, 503, 'unavailable', 'Files cannot be read at the moment.');
}

function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  error: string,
  message: string,
): FastifyReply {
  return reply
    .code(status)
    .headers({ 'content-type': 'application/json', 'cache-control': 'no-store' })
    .send(JSON.stringify({ status, error, message, traceid: request.id }));
}

async function serve(
  request: FastifyRequest,
  reply: FastifyReply,
  files: FileStore,
  { id, mime = '', filename, sizeBytes }: media.MediaFile,
  name = id,
): Promise<FastifyReply> {
  const { method, headers } = request.raw;
  // Parts are for players.
  const inParts = name === id && sizeBytes !== undefined;
  const asked = { method: method ?? 'GET', headers, ...(inParts && { sizeBytes }) };
  const found = await unlessAway(files.read(name, asked));
  if (!found) return away(request, reply);
  if (found.status >= 400) {
    if (found.status === 416) {
      reply.header('content-range', found.headers['content-range']);
      return refuse(request, reply, 416, 'invalid', 'The file has no such part.');
    }
    if (found.status === 412) {
      return refuse(request, reply, 412, 'invalid', 'The file is another one than you expect.');
    }
    request.log.error({ media: id, status: found.status }, 'a stored file cannot be read');
    return refuse(request, reply, 404, 'notFound', 'The file is not there any more.');
  }
  const isHarmless = harmless.test(mime);
  return reply
    .code(found.status)
    .headers({
      ...found.headers,
      ...(found.status !== 304 && { 'content-type': isHarmless ? mime : 'application/octet-stream' }),
      'content-disposition': dispositionOf(
        isHarmless ? 'inline' : 'attachment',
        name === id ? (filename ?? id) : `${id}.${mime.slice('image/'.length)}`,
      ),
      'content-security-policy': mime === 'application/pdf' ? policy : `${policy}; sandbox`,
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=3600',
    })
    .send(found.stream);
}

/** Controls, and marks that turn the direction of writing: `gpj.exe` would look like `exe.jpg`. */
const hostile = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** RFC 6266: the name in plain ASCII for old clients, and as it is for all others. */
function dispositionOf(how: 'inline' | 'attachment', filename: string): string {
  const name = filename.slice(-255).replace(hostile, '').replace(/[/\\]/g, '_').trim() || 'file';
  const plain = name.replace(/[^\x20-\x7e]|["%]/g, '_');
  const exact = encodeURIComponent(name).replace(
    /['()*!~]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${how}; filename="${plain}"; filename*=UTF-8''${exact}`;
}
