import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { headerOf } from './http-headers.ts';
import { notFound, Problem } from './model/problem.ts';
import type { Core } from './pipeline/core.ts';
import type { OpenSite } from './pipeline/visitor.ts';
import { baseOf, siteTold } from './widget.ts';

/** Where the build of the widget is. */
const folder = resolve(import.meta.dirname, '../widget/dist');

/** What stands in the built files where the site belongs. */
const placeholder = '"__PARLEY_SITE__"';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.mp3': 'audio/mpeg',
  '.ogg': 'audio/ogg',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** Languages that are written from right to left. */
const rightToLeft = /^(ar|fa|he|iw|ps|sd|ug|ur|yi|dv|ckb)\b/;

interface FileOptions {
  core: Core;
  publicUrl: URL;
  demo: boolean;
}

/** The script that a page loads, the page inside its frame, and what that needs. */
export function addWidgetFiles(app: FastifyInstance, { core, publicUrl, demo }: FileOptions): void {
  const base = baseOf(publicUrl);
  app.get<{ Params: { file: string } }>('/widget/:file', async (request, reply) => {
    const key = /^([0-9a-f]{40})\.js$/.exec(request.params.file)?.[1];
    if (key === undefined) throw nothing();
    const site = await core.visitors.site(key);
    const script = (await built('loader.js')).replaceAll(placeholder, () =>
      JSON.stringify(siteTold(site, base)),
    );
    return answer(request, reply, script, {
      'content-type': types['.js']!,
      'cache-control': 'public, max-age=300',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    });
  });
  app.get('/widget/frame', async (request, reply) => {
    const { site: key, lang } = request.query as Record<string, unknown>;
    const site = await core.visitors.site(String(key));
    const language = languageOf(site, typeof lang === 'string' ? lang : undefined, request);
    const page = (await built('frame.html'))
      .replaceAll(placeholder, () => inHtml(siteTold(site, base)))
      .replaceAll('__LANG__', language)
      .replaceAll('__DIR__', rightToLeft.test(language) ? 'rtl' : 'ltr');
    return answer(request, reply, page, {
      'content-type': types['.html']!,
      'cache-control': 'no-cache',
      'content-security-policy': framePolicy(site, publicUrl),
      'referrer-policy': 'strict-origin-when-cross-origin',
      'cross-origin-resource-policy': 'cross-origin',
    });
  });
  if (demo) {
    app.get('/demo', async (request, reply) => {
      const { key } = await core.visitors.demo();
      const page = (await built('demo.html')).replaceAll('__SITE_KEY__', key).replaceAll('__BASE__', base);
      return answer(request, reply, page, {
        'content-type': types['.html']!,
        'cache-control': 'no-cache',
        'content-security-policy': demoPolicy,
      });
    });
  }
  app.get<{ Params: { file: string } }>('/widget/assets/:file', async (request, reply) => {
    const { file } = request.params;
    // Only names that are there: nothing of the path is the caller's.
    const names = await readdir(join(folder, 'assets')).catch((): string[] => []);
    if (!names.includes(file)) throw nothing();
    const isPacked = takesGzip(request) && names.includes(`${file}.gz`);
    return reply
      .headers({
        ...(isPacked && { 'content-encoding': 'gzip' }),
        vary: 'accept-encoding',
        'content-type': types[extname(file)] ?? 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      })
      .send(await readFile(join(folder, 'assets', isPacked ? `${file}.gz` : file)));
  });
}

function nothing(): Problem {
  return notFound('file', 'NOT_FOUND', 'There is nothing at this path');
}

/** A built file, read again when it has changed. */
const kept = new Map<string, { text: string; at: number }>();
async function built(name: string): Promise<string> {
  const path = join(folder, name);
  const about = await stat(path).catch(() => undefined);
  if (!about)
    throw new Problem('unavailable', 'The widget is not built: run npm run build', { code: 'NOT_BUILT' });
  const held = kept.get(name);
  if (held?.at === about.mtimeMs) return held.text;
  const text = await readFile(path, 'utf8');
  kept.set(name, { text, at: about.mtimeMs });
  return text;
}

/** JSON that can stand in a page: no `</script>`, no comment, no line that only JavaScript breaks. */
function inHtml(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The language of the frame: asked for, or what the browser prefers, or the first of the site. */
function languageOf({ shown }: OpenSite, asked: string | undefined, request: FastifyRequest): string {
  const wanted = [asked, ...(headerOf(request, 'accept-language') ?? '').split(',')];
  for (const one of wanted) {
    const tag = one?.split(';')[0]?.trim().toLowerCase() ?? '';
    const found = shown.languages.find(
      (language) => language.toLowerCase() === tag || language.toLowerCase() === tag.split('-')[0],
    );
    if (found) return found;
  }
  return shown.languages[0] ?? 'en';
}

/** Nothing but our own, shown in pages of the site alone. */
function framePolicy({ origins }: OpenSite, publicUrl: URL): string {
  const { origin, host } = publicUrl;
  const sockets = `${origin.replace(/^http/, 'ws')} ws://${host} wss://${host}`;
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' ${origin} data: blob: https:`,
    `media-src 'self' ${origin} blob: https:`,
    `font-src 'self'`,
    `connect-src 'self' ${origin} ${sockets}`,
    `base-uri 'none'`,
    `form-action 'none'`,
    ['frame-ancestors', `'self'`, origin, ...origins].join(' '),
  ].join('; ');
}

/** What was answered lately, packed: a site has one loader and few languages. */
const packed = new Map<string, Buffer>();
const mostPacked = 500;

/** As strict as a page can be that shows the widget: it needs our script and our frame, and nothing else. */
const demoPolicy = `default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'`;

/** Text with a mark by which a browser asks whether it has changed; packed for whoever takes that. */
function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  text: string,
  headers: Record<string, string>,
): FastifyReply {
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  reply.headers({
    ...headers,
    etag,
    vary: 'accept-encoding, accept-language',
    'x-content-type-options': 'nosniff',
  });
  if (headerOf(request, 'if-none-match') === etag) return reply.code(304).send();
  if (!takesGzip(request)) return reply.send(text);
  const known = packed.get(etag) ?? gzipSync(text, { level: 9 });
  if (packed.size >= mostPacked) packed.clear();
  packed.set(etag, known);
  return reply.header('content-encoding', 'gzip').send(known);
}

function takesGzip(request: FastifyRequest): boolean {
  return /\bgzip\b(?!;\s*q=0(\.0*)?\s*(,|$))/.test(headerOf(request, 'accept-encoding') ?? '');
}
