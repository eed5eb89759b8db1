import { Client } from '@xdevplatform/xdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Call, CallRequest, UploadFile } from '../../../src/channels/channel.ts';
import { renderFor } from '../../../src/channels/fallback.ts';
import { channelOf } from '../../../src/channels/index.ts';
import type { Content } from '../../../src/model/message.ts';
import { answer, bodyOf, type Listening, listen } from '../../fakes/http.ts';
import { outgoing } from '../tools.ts';
import { twitterSample as sample } from './sample.ts';

// X’s own package is made of X’s description of its API: what it asks is how to ask. It has nothing for signatures:
// the one that had (twitter-autohook) is no longer kept, and brings a tunnel along.

interface Asked {
  method: string | undefined;
  url: string | undefined;
  authorization: string | undefined;
  body: unknown;
}

const ann = '3001969357';
const door = channelOf('tw')!;
let x: Listening;
let client: Client;
const asked: Asked[] = [];

beforeAll(async () => {
  x = await listen(async (request, response) => {
    const { method, url, headers } = request;
    const body = (await bodyOf(request)).toString();
    asked.push({
      method,
      url,
      authorization: headers.authorization,
      body: body ? JSON.parse(body) : undefined,
    });
    await answer(response, 200, { data: { id: '77', dm_event_id: '1050118621198921728' } });
  });
  client = new Client({ baseUrl: x.url, accessToken: 'planted-access-token', retry: false });
});
afterAll(() => x.close());
beforeEach(() => {
  asked.length = 0;
});

/** What X’s own package asks. */
async function theirs(work: () => Promise<unknown>): Promise<Asked[]> {
  asked.length = 0;
  await work();
  return asked.splice(0);
}

/** What we ask, in the same words: parts of forms are as they stand in JSON, files in base64. */
async function ours(content: Content, file?: UploadFile): Promise<Asked[]> {
  const requests: CallRequest[] = [];
  const call: Call = async (request) => {
    requests.push(request);
    const body = { data: { id: '77', dm_event_id: '1050118621198921728' } };
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)), json: () => body };
  };
  const message = { csid: ann, ...(file && { file: async () => file }) };
  await door.send(
    outgoing(renderFor(content, door.carries), message),
    { ...sample.account, apiBase: x.url },
    call,
  );
  return Promise.all(
    requests.map(async ({ method, url, headers, body }) => ({
      method,
      url: url.slice(x.url.length),
      authorization: headers?.authorization,
      body: body instanceof FormData ? await jsonOf(body) : body,
    })),
  );
}

async function jsonOf(form: FormData): Promise<object> {
  const parts = [...form].map(async ([name, value]) => [
    name,
    typeof value === 'string'
      ? name === 'segment_index'
        ? Number(value)
        : value
      : Buffer.from(await value.arrayBuffer()).toString('base64'),
  ]);
  return Object.fromEntries(await Promise.all(parts));
}

describe('what X’s own package asks, we ask', () => {
  const bytes = Buffer.from('bytes of a file');
  const fileOf = (mime: string): UploadFile => ({ blob: new Blob([bytes], { type: mime }), mime });
  const media = bytes.toString('base64');

  it.each<[what: string, content: Content, text: string]>([
    ['a text', { type: 'text', text: 'Hello' }, 'Hello'],
    [
      'choices',
      { type: 'text', text: 'Tea?', buttons: [{ type: 'QUICK_REPLY', code: 'y', label: 'Yes' }] },
      'Tea?\n\n1. Yes',
    ],
    [
      'a link to a document',
      { type: 'document', media: { link: 'https://files.example/1.pdf' } },
      'https://files.example/1.pdf',
    ],
  ])('%s', async (_, content, text) => {
    expect(await ours(content)).toEqual(
      await theirs(() => client.directMessages.createByParticipantId(ann, { text })),
    );
  });

  it('who somebody is', async () => {
    const requests: CallRequest[] = [];
    const call: Call = async (request) => {
      requests.push(request);
      const body = { data: { id: ann, name: 'Ann Chovy', username: 'annchovy' } };
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)), json: () => body };
    };
    await door.person!(ann, { ...sample.account, apiBase: x.url }, call);
    const told = requests.map(({ method, url, headers }) => ({
      method,
      url: url.slice(x.url.length),
      authorization: headers?.authorization,
      body: undefined,
    }));
    expect(told).toEqual(await theirs(() => client.users.getById(ann, { userFields: ['name', 'username'] })));
  });

  it.each(['image/png', 'image/jpeg'])('a picture: %s', async (mime) => {
    const content: Content = { type: 'image', media: { id: 'ours', mime, caption: 'Ours' } };
    expect(await ours(content, fileOf(mime))).toEqual(
      await theirs(async () => {
        await client.media.upload({ media, mediaCategory: 'dm_image' });
        await client.directMessages.createByParticipantId(ann, {
          text: 'Ours',
          attachments: [{ mediaId: '77' }],
        });
      }),
    );
  });

  it.each([
    ['video', 'video/mp4', 'dm_video'],
    ['image', 'image/gif', 'dm_gif'],
  ] as const)('what moves: %s of %s', async (type, mime, mediaCategory) => {
    const content: Content = { type, media: { id: 'ours', mime } };
    expect(await ours(content, fileOf(mime))).toEqual(
      await theirs(async () => {
        await client.media.initializeUpload({ mediaCategory, mediaType: mime, totalBytes: bytes.length });
        await client.media.appendUpload('77', { media, segmentIndex: 0 });
        await client.media.finalizeUpload('77');
        await client.directMessages.createByParticipantId(ann, { attachments: [{ mediaId: '77' }] });
      }),
    );
  });
});
