import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Core } from './pipeline/core.ts';
import type { Visitor } from './pipeline/visitor.ts';
import { tooLarge } from './pipeline/visitor-files.ts';

type Upload = { Querystring: { filename?: string } };

/** Uploads of visitors. A file goes to the disk as it comes, and is told by its bytes. */
export function addUploads(
  app: FastifyInstance,
  { visitors }: Core,
  visitorOf: (request: FastifyRequest) => Promise<Visitor>,
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, body, done) => done(null, body));
  app.post<Upload>('/widget/media', { config: { access: 'open' } }, async (request, reply) => {
    const body = request.body as NodeJS.ReadableStream | null | undefined;
    try {
      const visitor = await visitorOf(request);
      const { maxFileBytes } = visitor.site.shown;
      // What is announced as too large need not come in at all.
      if (Number(request.headers['content-length']) > maxFileBytes) throw tooLarge(maxFileBytes);
      const { filename } = request.query;
      const bytes = body ? piecesOf(body) : nothing();
      reply.code(201);
      return await visitors.upload(visitor, {
        bytes,
        ...(typeof filename === 'string' && filename !== '' && { filename }),
      });
    } finally {
      // Who is refused may be sending still, and hears the answer when it has all gone.
      body?.resume();
    }
  });
}

async function* nothing(): AsyncIterable<Buffer> {}

/** Piece by piece. Who stops reading does not cut the connection: the answer still has to go through it. */
async function* piecesOf(body: NodeJS.ReadableStream): AsyncIterable<Buffer> {
  const { iterator } = body as unknown as {
    iterator(options: { destroyOnReturn: boolean }): AsyncIterable<Buffer>;
  };
  yield* iterator.call(body, { destroyOnReturn: false });
}
