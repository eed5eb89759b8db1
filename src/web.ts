import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { unless } from './pipeline/unless.ts';

/** Where the build puts the inbox; the same from `src` and from `dist`. */
const built = fileURLToPath(new URL('../web/dist', import.meta.url));

/** What every screen asks for that somebody who is signed in sees, as its own calls put it (`web/src/api/first.ts`). */
const frame: readonly string[] = ['/me', '/inbox/setup', '/inbox/counts'];

/** The list that shows where the address names no other one. */
const list = '/inbox/sessions?view=all&state=open&sort=latest&limit=50';

/** The contacts that are listed where the address does not narrow them. */
const people = '/inbox/contacts?limit=50';

/** The screens of the inbox, with what each asks for first: an address of one is answered with its page, and no other is. */
const screens: readonly (readonly [url: string, asks: readonly string[]])[] = [
  ['/sign-in', []],
  ['/join', []],
  ...['/', '/inbox', '/inbox/*', '/simulator', '/simulator/*'].map((url) => [url, [...frame, list]] as const),
  ...['/contacts', '/contacts/*'].map((url) => [url, [...frame, people]] as const),
  ...['/settings', '/settings/*', '/console', '/console/*'].map((url) => [url, frame] as const),
];

/** What makes a list another one (`web/src/list/filter.ts`, `web/src/contacts/address.ts`). */
const filters = [
  ...['view', 'state', 'sort', 'queue', 'team', 'agent', 'channel', 'text', 'tag', 'unread'],
  ...['owner', 'unowned'],
];

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
};

/** By what a browser takes, best first; the build leaves the packed files beside the plain ones. */
const packings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** For how long the page waits for them, ms: a slow database must not keep back the page that says so. */
const firstWaitMs = 500;

export interface WebOptions {
  /** Sites that may show the inbox in a frame; none: only itself. */
  frameAncestors: readonly string[];
  /** The folder of the build; for tests. */
  dir?: string;
}

/**
 * Serves the inbox: its page at every address of a screen, its files by their hashed names, for a year. What is
 * neither is left to others, so that an unknown path of an API stays an error of that API.
 */
export function addWeb(app: FastifyInstance, { frameAncestors, dir = built }: WebOptions): void {
  const page = existsSync(join(dir, 'index.html'))
    ? readFileSync(join(dir, 'index.html'), 'utf8')
    : undefined;
  const files = page === undefined ? Promise.resolve(new Set<string>()) : filesOf(dir);
  const show = (asks: readonly string[]) => async (request: FastifyRequest, reply: FastifyReply) => {
    if (page === undefined) return notBuilt(reply);
    const first = await firstAnswers(app, request, asks);
    const nonce = randomBytes(16).toString('base64');
    return reply
      .headers({
        'content-security-policy': policy(nonce, frameAncestors),
        'cache-control': 'no-store',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'permissions-policy': 'camera=(), geolocation=(), microphone=(self)',
      })
      .type('text/html; charset=utf-8')
      .send(
        page
          .replaceAll('%NONCE%', nonce)
          .replace('%KNOWN%', isKnown(request) ? 'yes' : 'no')
          // A function: what is in the answers must not be read as a pattern of `replace`.
          .replace('"%FIRST%"', () => asData(first)),
      );
  };
  for (const [url, asks] of screens) app.route({ method: ['GET', 'HEAD'], url, handler: show(asks) });
  app.route<{ Params: { '*': string } }>({
    method: ['GET', 'HEAD'],
    url: '/assets/*',
    async handler(request, reply) {
      const name = request.params['*'];
      const known = await files;
      if (!known.has(name)) return reply.callNotFound();
      const taken = String(request.headers['accept-encoding'] ?? '');
      const packing = packings.find(([by, end]) => taken.includes(by) && known.has(name + end));
      if (packing) reply.header('content-encoding', packing[0]);
      return reply
        .headers({
          'cache-control': 'public, max-age=31536000, immutable',
          vary: 'accept-encoding',
          'x-content-type-options': 'nosniff',
          'cross-origin-resource-policy': 'same-origin',
        })
        .type(types[extname(name)] ?? 'application/octet-stream')
        .send(await readFile(join(dir, 'assets', name + (packing?.[1] ?? ''))));
    },
  });
}

/** Whether a sign-in may come along: without one the page need not ask who it is, only to be refused. */
const isKnown = ({ headers: { cookie = '' } }: FastifyRequest) => cookie.includes('parley_sign_in=');

/**
 * What the first calls of a screen would be answered, by their paths. Nothing for nobody, nor when it takes too long or
 * one of them fails: the page asks by itself then.
 */
async function firstAnswers(
  app: FastifyInstance,
  request: FastifyRequest,
  asks: readonly string[],
): Promise<Record<string, unknown>> {
  const [who, ...others] = asks;
  if (who === undefined || !isKnown(request)) return {};
  const wanted = others.filter((path) => frame.includes(path) || !namesAnotherList(request));
  const ask = async (path: string): Promise<[string, unknown]> => {
    const { cookie, 'user-agent': agent = '' } = request.headers;
    const headers = { cookie, 'x-parley-client': 'inbox', 'user-agent': agent };
    const answer = await app.inject({ url: `/api/v1${path}`, headers, remoteAddress: request.ip });
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode}`);
    return [path, answer.json<unknown>()];
  };
  const all = async () => {
    // Its event number comes first: what happens while the rest is read comes by the socket, too.
    const first = await ask(who);
    return Object.fromEntries([first, ...(await Promise.all(wanted.map(ask)))]);
  };
  return (await unless(AbortSignal.timeout(firstWaitMs), all()).catch(() => ({}))) ?? {};
}

/** Whether the address of the screen filters the list, or orders it otherwise. */
function namesAnotherList({ query }: FastifyRequest): boolean {
  return filters.some((name) => Object.hasOwn(query as object, name));
}

/** JSON that stays data inside an element of a page, whatever customers have written into it. */
const asData = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c');

/** Names known from the start: nothing that a caller writes becomes part of a path. */
async function filesOf(dir: string): Promise<ReadonlySet<string>> {
  return new Set(await readdir(join(dir, 'assets')));
}

/**
 * Script only from our files and never from text. Styles from our files and from those elements that carry the
 * number of this one answer; attributes of style are harmless, and mail is full of them. Pictures of other hosts
 * only show when an agent asks for those of a mail: its frame has a stricter policy of its own until then.
 */
function policy(nonce: string, frameAncestors: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src-elem 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob: https:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    `frame-ancestors ${["'self'", ...frameAncestors].join(' ')}`,
  ].join('; ');
}

function notBuilt(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .type('text/plain; charset=utf-8')
    .send('The inbox has not been built yet: run npm run build, and start again.\n');
}
