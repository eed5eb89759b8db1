import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { surfaces } from '../../src/apis/index.ts';
import type { ReceivedMessage } from '../../src/channels/channel.ts';
import { makeHttp } from '../../src/http.ts';
import { addIngress } from '../../src/ingress.ts';
import { addMediaLinks } from '../../src/media-links.ts';
import { parseAllowList } from '../../src/model/address.ts';
import { newId } from '../../src/model/ids.ts';
import type { Content, Message } from '../../src/model/message.ts';
import { roles } from '../../src/model/role.ts';
import type { Caller, SendRequest } from '../../src/pipeline/core.ts';
import type { FileStore } from '../../src/pipeline/file-store.ts';
import { openFolder } from '../../src/pipeline/file-store-disk.ts';
import { makeMediaLinks } from '../../src/pipeline/media-link.ts';
import { makeSeal } from '../../src/pipeline/seal.ts';
import { startPipeline } from '../../src/pipeline/start.ts';
import { makeThumbnails } from '../../src/pipeline/thumbnails.ts';
import { openDatabase } from '../../src/store/database.ts';
import * as messages from '../../src/store/messages.ts';
import { scratchDatabase } from '../database.ts';

export const publicUrl = new URL('https://files.parley.test/here');
export const seal = makeSeal('the secret of the tests');
export const links = makeMediaLinks(publicUrl, seal);
export const apiKey = 'a-key-of-the-tests-long-enough';

export type MediaHouse = Awaited<ReturnType<typeof openHouse>>;

/** A database and a folder for files, or another store, to start servers on. */
export async function openHouse(keptIn?: FileStore) {
  const scratch = await scratchDatabase();
  const mediaDir = await mkdtemp(join(tmpdir(), 'parley media '));
  const running = new Set<() => Promise<void>>();
  return {
    db: scratch.db,
    mediaDir,
    /** Starts a server; answers it with the words of a business that uses it. */
    async start() {
      const server = await startOn(scratch.url, keptIn ?? openFolder(mediaDir));
      running.add(server.stop);
      return {
        ...server,
        async stop() {
          if (running.delete(server.stop)) await server.stop();
        },
      };
    },
    async close() {
      for (const stop of running) await stop();
      await scratch.drop();
      await rm(mediaDir, { recursive: true, force: true });
    },
  };
}

async function startOn(databaseUrl: string, files: FileStore) {
  const db = openDatabase(databaseUrl, { max: 10 });
  const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' });
  const pipeline = await startPipeline({
    credentialsDir: join(tmpdir(), 'parley-credentials-of-media'),
    db,
    log,
    seal,
    publicUrl,
    server: 'parley.test',
    files,
    allowed: parseAllowList(['127.0.0.0/8']),
    allowHttp: true,
    agentHours: 24,
    signInHours: 24,
    keep: { endUserDays: 60, eventDays: 30, auditDays: 400 },
    roles,
    first: { apiKey, adminEmail: 'admin@parley.test', adminPassword: 'of the tests' },
    surfaces,
    render: (surface, event, to) =>
      surfaces
        .find(({ name }) => name === surface)
        ?.render(event, { ...to, server: 'parley.test', mediaLink: links.of }),
  });
  const http = makeHttp({
    core: pipeline.core,
    surfaces,
    log,
    version: 'test',
    rawRoutes: (app) => addIngress(app, pipeline, log),
  });
  const thumbnails = makeThumbnails({ db, files, log });
  addMediaLinks(http, { db, links, files, thumbnails });
  const address = await http.listen({ port: 0, host: '127.0.0.1' });
  const { core } = pipeline;
  const caller = await core.authenticate(apiKey);
  const accountIdOf = async (channelId: string) =>
    (await core.setup(caller.businessId)).channels.get(channelId)!.accountId;
  return {
    core,
    caller,
    address,
    /** What a channel of the business received, in our words. */
    async hear(channelId: string, csid: string, content: Content, more: Partial<ReceivedMessage> = {}) {
      const message = { providerId: newId(), csid, timestamp: Date.now(), content, ...more };
      const all = { messages: [message], receipts: [], events: [], ignored: [] };
      return (await core.receive(caller.businessId, channelId, all)).messages[0]!;
    },
    /** A webhook of Meta's, as it comes in. */
    async metaCalls(channelId: string, value: object, sign: (body: string) => string) {
      const body = JSON.stringify({ entry: [{ changes: [{ field: 'messages', value }] }] });
      const [type] = channelId.split(':');
      const answer = await fetch(`${address}/webhook/${type}/${await accountIdOf(channelId)}`, {
        method: 'POST',
        headers: { 'x-hub-signature-256': sign(body) },
        body,
      });
      if (answer.status !== 200) throw new Error(`the webhook was answered with ${answer.status}`);
    },
    send(channelId: string, csid: string, content: Content, more: Partial<SendRequest> = {}) {
      return core.send(caller, { to: { csid }, channelId, content, sender: { type: 'API' }, ...more });
    },
    /** Keeps a file of the business. */
    keep(bytes: Buffer, filename?: string, by: Caller = caller) {
      async function* pieces() {
        yield bytes;
      }
      return core.keepFile(by, { bytes: pieces(), ...(filename !== undefined && { filename }) });
    },
    /** Waits until a message has this status. */
    reaches: (id: string, status: Message['status'], by: Caller = caller) =>
      eventually(async () => {
        const message = await messages.find(db, by.businessId, id);
        if (message?.status !== status) {
          throw new Error(`${id} is ${message?.status}, not ${status}: ${JSON.stringify(message?.failure)}`);
        }
        return message;
      }),
    /** The same address at this server, whatever host it names. */
    at: (link: string) => `${address}${new URL(link).pathname.replace(/^\/here/, '')}${new URL(link).search}`,
    /** A second business; answers who calls for it. */
    async neighbour(): Promise<Caller> {
      const { value } = await core.change.putBusiness({}, { domain: `neighbour${newId().slice(8)}` });
      const { key } = await core.change.createKey(
        { businessId: value.id },
        { name: 'Setup', tenantWide: true },
      );
      return core.authenticate(key);
    },
    async stop() {
      await http.close();
      thumbnails.stop();
      await pipeline.stop();
      await db.close();
    },
  };
}

/** Tries until `condition` does not throw; answers what it answered. */
export async function eventually<T>(condition: () => Promise<T>, withinMs = 17_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    try {
      return await condition();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A picture of one pixel, and more bytes behind it where asked. */
export function picture(more = 0): Buffer {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  return Buffer.concat([png, Buffer.alloc(more)]);
}
