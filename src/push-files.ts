import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { channelOf as doorOf } from './channels/index.ts';
import type { Pipeline } from './pipeline/start.ts';

/** Where the build of the widget is: the scripts stand beside it. */
const folder = resolve(import.meta.dirname, '../widget/dist');
/** How the page's script calls what the account has to tell it. */
const placeholder = 'PARLEY_PUSH';
const headers = {
  'content-type': 'text/javascript; charset=utf-8',
  'cache-control': 'public, max-age=300',
  'cross-origin-resource-policy': 'cross-origin',
  'access-control-allow-origin': '*',
  'x-content-type-options': 'nosniff',
};

/**
 * What a page needs for notifications: `/push/worker.js` for its service worker, and `/push/{type}/{accountId}.js` for
 * itself, with the public key of the account; an app reads the same at `….json`. None of it is secret.
 */
export function addPushFiles(app: FastifyInstance, pipeline: Pipeline, publicUrl: URL): void {
  app.get('/push/worker.js', async (_request, reply) =>
    reply.headers(headers).send(await built('push-worker.js')),
  );
  app.get<{ Params: { type: string; file: string } }>('/push/:type/:file', async (request, reply) => {
    const { type, file } = request.params;
    const [, accountId, kind] = /^([0-9a-f]{40})\.(js|json)$/.exec(file) ?? [];
    const devices = doorOf(type)?.devices;
    const found = devices && accountId !== undefined ? await pipeline.channelAt(type, accountId) : undefined;
    if (!devices || !found) return reply.code(404).send();
    const { pageKey, publicKey } = devices.script(await pipeline.account(found.businessId, found.id));
    const base = publicUrl.href.replace(/\/+$/, '');
    const callback = `${base}/webhook/${type}/${accountId}?k=${pageKey}`;
    const told = { ...(publicKey !== undefined && { publicKey }), callback };
    if (kind === 'json') return reply.headers({ ...headers, 'content-type': 'application/json' }).send(told);
    if (publicKey === undefined) return reply.code(404).send();
    const script = (await built('push-page.js')).replaceAll(placeholder, () => JSON.stringify(told));
    return reply.headers(headers).send(script);
  });
}

function built(name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8');
}
