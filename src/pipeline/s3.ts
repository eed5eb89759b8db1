import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { Agent, type Dispatcher, request } from 'undici';
import { FileStoreAway } from './file-store.ts';

/** A bucket of a store that speaks S3. */
export interface S3Options {
  /** Where the store answers, without the bucket. */
  endpoint: URL;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** What all keys begin with. */
  prefix: string;
  /** The bucket stands in the path (`https://host/bucket/key`), or before the host. */
  pathStyle: boolean;
}

/** What is put: bytes, or a file of this machine. */
export type S3Body = Buffer | { path: string; sizeBytes: number; sha256: string };

/** What the store answered. The stream is to be read or destroyed. */
export interface S3Answer {
  status: number;
  headers: Record<string, string>;
  stream: Dispatcher.ResponseData['body'];
}

/** Objects of one bucket. Everything throws `FileStoreAway` when the store is away or refuses. */
export interface Bucket {
  /** Whole or not at all: a store shows an object when all of it has come, and its hash is right. */
  put(key: string, body: S3Body, mime: string): Promise<void>;
  /** GET or HEAD. An object that is not there is answered as 404; 206, 304, 412, 416 as they are. */
  get(key: string, method: 'GET' | 'HEAD', headers: Record<string, string>): Promise<S3Answer>;
  /** One that is not there is gone already. */
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}

/** Stores ask to be asked again when they are busy; past this many ms the caller is told instead. */
const patienceMs = 8000;
const pauses = [200, 1000];
const emptyHash = createHash('sha256').digest('hex');

interface Asking {
  method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  key: string;
  headers?: Record<string, string>;
  body?: S3Body;
  /** Statuses that are answers. */
  good: readonly number[];
}

/** Opens a bucket. Nothing is asked yet. */
export function openBucket(options: S3Options): Bucket {
  const agent = new Agent({ connect: { timeout: 4000 }, headersTimeout: 30_000, bodyTimeout: 30_000 });
  const ask = (asking: Asking) => askPatiently(agent, options, asking);
  return {
    async put(key, body, mime) {
      const size = Buffer.isBuffer(body) ? body.length : body.sizeBytes;
      const headers = { 'content-type': mime, 'content-length': String(size) };
      const answer = await ask({ method: 'PUT', key, headers, body, good: [200, 201, 204] });
      await answer.stream.dump();
    },
    get: (key, method, headers) => ask({ method, key, headers, good: [200, 206, 304, 404, 412, 416] }),
    async remove(key) {
      const answer = await ask({ method: 'DELETE', key, good: [200, 202, 204, 404] });
      await answer.stream.dump();
    },
    close: () => agent.destroy(),
  };
}

async function askPatiently(agent: Agent, options: S3Options, asking: Asking): Promise<S3Answer> {
  const end = Date.now() + patienceMs;
  for (const pause of [...pauses, undefined]) {
    try {
      return await askOnce(agent, options, asking);
    } catch (error) {
      const mayPass = error instanceof FileStoreAway && !error.refused;
      if (!mayPass || pause === undefined || Date.now() + pause > end) throw error;
      await sleep(pause);
    }
  }
  throw new FileStoreAway('no answer', false);
}

async function askOnce(agent: Agent, options: S3Options, asking: Asking): Promise<S3Answer> {
  const { url, headers } = await signed(options, asking);
  const { body } = asking;
  const stream = body && (Buffer.isBuffer(body) ? body : createReadStream(body.path));
  let answer: Dispatcher.ResponseData;
  try {
    answer = await request(url, { method: asking.method, headers, body: stream ?? null, dispatcher: agent });
  } catch (error) {
    throw new FileStoreAway(reasonOf(error), false);
  }
  const { statusCode: status } = answer;
  if (asking.good.includes(status) && !(await isBucketGone(answer, asking))) {
    const entries = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
    return { status, headers: Object.fromEntries(entries), stream: answer.body };
  }
  const code = await codeOf(answer);
  const refused = status < 500 && status !== 429 && code !== 'RequestTimeout';
  throw new FileStoreAway(`it answered ${code === undefined ? status : `${code} (${status})`}`, refused);
}

/** 404 is said of an object, and of a bucket that is not there: only the first is an answer. */
async function isBucketGone(answer: Dispatcher.ResponseData, { method }: Asking): Promise<boolean> {
  if (answer.statusCode !== 404 || method === 'HEAD') return false;
  const code = await codeOf(answer);
  if (code !== 'NoSuchBucket') return false;
  throw new FileStoreAway('it answered NoSuchBucket (404)', true);
}

/** The error code in the answer, and nothing else of it: stores repeat there what was signed. */
async function codeOf({ body }: Dispatcher.ResponseData): Promise<string | undefined> {
  if (body.bodyUsed) return undefined;
  const text = await body.text().catch(() => '');
  return /<Code>(\w{1,64})<\/Code>/.exec(text.slice(0, 16_384))?.[1];
}

/** Where an object is. */
export function addressOf(
  { endpoint, bucket, prefix, pathStyle }: Pick<S3Options, 'endpoint' | 'bucket' | 'prefix' | 'pathStyle'>,
  key: string,
): URL {
  const url = new URL(endpoint);
  const folder = url.pathname.replace(/\/+$/, '');
  if (!pathStyle) url.host = `${bucket}.${url.host}`;
  url.pathname = `${folder}${pathStyle ? `/${bucket}` : ''}/${prefix}${key}`;
  return url;
}

async function signed(
  options: S3Options,
  { method, key, headers = {}, body }: Asking,
): Promise<{ url: string; headers: Record<string, string> }> {
  const { region, accessKeyId, secretAccessKey } = options;
  const url = addressOf(options, key);
  const hash = !body ? emptyHash : Buffer.isBuffer(body) ? sha256(body) : body.sha256;
  const signer = new AwsV4Signer({
    method,
    url: url.href,
    headers: { ...headers, 'x-amz-content-sha256': hash },
    service: 's3',
    region,
    accessKeyId,
    secretAccessKey,
  });
  const ready = await signer.sign();
  return { url: ready.url.href, headers: Object.fromEntries(ready.headers) };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up',
  UND_ERR_CONNECT_TIMEOUT: 'no connection could be made in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
};

function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const known = reasons[code];
  if (known !== undefined) return known;
  return /CERT|TLS|SSL/.test(code)
    ? `its certificate is not good: ${message}`
    : `the line broke (${code || message})`;
}
