import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Here, serve } from '../outside/tools.ts';

export const number = '106540352242922';
const appSecret = 'planted-app-secret';

/** How Meta signs what it posts. */
export const sign = (body: string) => `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;

interface Uploaded {
  id: string;
  product: string | null;
  type: string | null;
  partType: string;
  filename: string;
  bytes: Buffer;
}

type Answer = { status: number; body: unknown };

/** Meta's Cloud API as far as files need it: it takes uploads and messages, and has files to be fetched. */
export class FakeMeta {
  readonly uploads: Uploaded[] = [];
  readonly sent: Record<string, unknown>[] = [];
  /** Answers to the next messages, or to the next uploads; `cut`: the connection breaks instead. */
  readonly refuseMessages: Answer[] = [];
  readonly refuseUploads: (Answer | 'cut')[] = [];
  /** What somebody sent: told by its id, fetched at an address of its own. */
  readonly files = new Map<
    string,
    { bytes: Buffer; sha256?: string; serve?: (response: ServerResponse) => void }
  >();
  /** The WhatsApp id of numbers that have another one. */
  readonly waIds = new Map<string, string>();
  readonly fetched: string[] = [];
  here!: Here;

  static async open(): Promise<FakeMeta> {
    const meta = new FakeMeta();
    meta.here = await serve((request, response) => {
      meta.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    return meta;
  }

  close(): Promise<void> {
    return this.here[Symbol.asyncDispose]();
  }

  /** The settings of a number at this provider. */
  get account(): Record<string, unknown> {
    return {
      phoneNumberId: number,
      accessToken: 'planted-access-token',
      appSecret,
      verifyToken: 'planted-verify-token',
      apiBase: this.here.url,
      mediaBase: this.here.url,
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, this.here.url);
    const body = await bytesOf(request);
    const tell = ({ status, body: json }: Answer) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    if (request.headers.authorization !== 'Bearer planted-access-token') {
      tell({ status: 401, body: { error: { code: 190 } } });
    } else if (pathname === `/v23.0/${number}/media`) {
      const refused = this.refuseUploads.shift();
      if (refused === 'cut') response.destroy();
      else tell(refused ?? (await this.#upload(request, body)));
    } else if (pathname === `/v23.0/${number}/messages`) {
      tell(this.refuseMessages.shift() ?? this.#take(JSON.parse(body.toString())));
    } else {
      this.#serveFile(pathname.split('/').at(-1)!, pathname.startsWith('/bytes/'), response, tell);
    }
  }

  async #upload(request: IncomingMessage, body: Buffer): Promise<Answer> {
    const type = request.headers['content-type'] ?? '';
    const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
    const file = form.get('file');
    if (!(file instanceof File)) return { status: 400, body: { error: { code: 100, message: 'no file' } } };
    const id = `uploaded-${this.uploads.length + 1}`;
    this.uploads.push({
      id,
      product: form.get('messaging_product') as string | null,
      type: form.get('type') as string | null,
      partType: file.type,
      filename: file.name,
      bytes: Buffer.from(await file.arrayBuffer()),
    });
    return { status: 200, body: { id } };
  }

  #take(message: Record<string, unknown>): Answer {
    this.sent.push(message);
    const to = String(message.to);
    return {
      status: 200,
      body: {
        contacts: [{ input: to, wa_id: this.waIds.get(to) ?? to }],
        messages: [{ id: `wamid.${this.sent.length}.${this.here.port}` }],
      },
    };
  }

  #serveFile(id: string, isBytes: boolean, response: ServerResponse, tell: (answer: Answer) => void): void {
    const file = this.files.get(id);
    if (!file) {
      tell({ status: 400, body: { error: { code: 100 } } });
    } else if (!isBytes) {
      const { sha256 } = file;
      tell({ status: 200, body: { url: `https://lookaside.example/bytes/${id}`, sha256 } });
    } else {
      this.fetched.push(id);
      if (file.serve) file.serve(response);
      else response.writeHead(200).end(file.bytes);
    }
  }
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
