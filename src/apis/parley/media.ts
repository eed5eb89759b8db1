import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { invalid, missing, notFound } from '../../model/problem.ts';
import type { Core } from '../../pipeline/core.ts';
import { maxFileBytes, tooLarge } from '../../pipeline/files.ts';
import { checkerOf } from '../validate.ts';
import { problems } from './errors.ts';
import { prefix, type Route, route } from './route.ts';
import { idParams, maybe, oneOf } from './words.ts';

const File = Type.Object(
  {
    id: Type.String({ description: 'Names the file in messages.' }),
    link: Type.String({
      description:
        'Where the file is served to everybody who has this address. A message may name it as its link.',
    }),
    state: oneOf(
      ['stored', 'fetching', 'failed'],
      'A file that came with a message is fetched from its channel after the message is told; `failed`: it cannot be had.',
    ),
    mime: maybe(Type.String({ description: 'What it is by its bytes.', examples: ['image/png'] })),
    sizeBytes: maybe(Type.Integer()),
    sha256: maybe(Type.String({ description: 'Of the bytes, hex.' })),
    filename: maybe(Type.String({ description: 'Its name for people.' })),
    thumbnail: maybe(
      Type.String({
        description:
          'Of a picture: where a small one is, WebP of at most 480 × 480 pixels, for everybody who has this address. It is made when it is first fetched; where it cannot be, it leads to the file itself.',
      }),
    ),
  },
  { $id: 'File' },
);

const UploadQuery = Type.Object({
  filename: maybe(
    Type.String({ description: 'Name of the file for people, when the body is the file itself.' }),
  ),
});

type Upload = { Querystring: { filename?: string } };

/** Takes a file in, as the body itself or as a part of a form. It goes to the disk as it comes. */
const upload: Route = {
  method: 'POST',
  path: '/media',
  right: 'write',
  register(app, core, tag) {
    app.register(async (scope) => {
      readAsStreams(scope);
      await scope.register(multipart, {
        limits: { files: 1, fields: 20, parts: 21, fileSize: maxFileBytes },
      });
      scope.post<Upload>(`${prefix}/media`, {
        config: { access: 'write', body: 'stream' },
        schema: {
          tags: [tag],
          operationId: 'postMedia',
          summary: 'Upload a file',
          description: [
            `For sending: a message names it by its id or its link. The body is the file itself, or a form with one file in it; at most ${maxFileBytes / (1024 * 1024)} MB. What a file is, is told by its bytes, whatever the content type says.`,
            'Any confidential key of the business that may write.',
          ].join('\n\n'),
          security: [{ X_API_KEY: [] }],
          consumes: ['application/octet-stream', 'multipart/form-data'],
          querystring: UploadQuery,
          response: { 201: File, ...problems },
        },
        validatorCompiler: ({ schema, httpPart }) => checkerOf(schema as typeof UploadQuery, httpPart),
        serializerCompiler: () => JSON.stringify,
        async handler(request, reply) {
          reply.code(201);
          return takeIn(core, request);
        },
      });
    });
  },
};

/** Bodies are left as they come; forms are read by the plugin for them. */
function readAsStreams(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, body, done) => done(null, body));
}

async function takeIn(core: Core, request: FastifyRequest<Upload>) {
  const { filename } = request.query;
  if (!request.isMultipart()) {
    // What is announced as too large need not come in at all.
    if (Number(request.headers['content-length']) > maxFileBytes) throw tooLarge();
    const body = request.body as NodeJS.ReadableStream | null | undefined;
    if (!body) throw missing('file', 'The body is the file, and it is empty');
    return keep(core, request, body, piecesOf(body), filename);
  }
  const part = await request.file().catch(unreadable);
  if (!part) throw missing('file', 'The form holds no file');
  return keep(core, request, part.file, wholePart(part.file), filename ?? part.filename);
}

async function keep(
  core: Core,
  { caller }: FastifyRequest,
  stream: NodeJS.ReadableStream,
  bytes: AsyncIterable<Buffer>,
  filename: string | undefined,
) {
  try {
    return await core.keepFile(caller, { bytes, ...(filename !== undefined && { filename }) });
  } finally {
    // Who is refused may be sending still, and hears the answer when it has all gone.
    stream.resume();
  }
}

/** The reader of forms cuts a file that is too large, and says so at the end of it only. */
async function* wholePart(file: NodeJS.ReadableStream & { truncated?: boolean }): AsyncIterable<Buffer> {
  try {
    yield* piecesOf(file);
  } catch (error) {
    unreadable(error);
  }
  if (file.truncated) throw tooLarge();
}

function unreadable(error: unknown): never {
  if ((error as { statusCode?: number }).statusCode === 413) throw tooLarge();
  throw invalid('file', 'The form cannot be read: it is malformed, or it broke off', { code: 'BAD_FORM' });
}

/** Piece by piece. Who stops reading does not cut the connection: the answer still has to go through it. */
async function* piecesOf(body: NodeJS.ReadableStream): AsyncIterable<Buffer> {
  const { iterator } = body as unknown as {
    iterator(options: { destroyOnReturn: boolean }): AsyncIterable<Buffer>;
  };
  yield* iterator.call(body, { destroyOnReturn: false });
}

export const media: readonly Route[] = [
  upload,
  route({
    method: 'GET',
    path: '/media/:id',
    right: 'read',
    summary: 'A file',
    about: 'One that was uploaded, or that came with a message.',
    params: idParams,
    answer: File,
    async run({ core, businessId, params }) {
      const file = await core.findFile(businessId, params.id);
      if (!file) throw notFound('id', 'MEDIA_NOT_FOUND', 'There is no such file');
      return file;
    },
  }),
];
