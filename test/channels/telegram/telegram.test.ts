import { describe, expect, it } from 'vitest';
import type { CallRequest } from '../../../src/channels/channel.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { type Answer, failureOf, fakeCall, outgoing, saved } from '../tools.ts';
import { telegramSample as sample } from './sample.ts';

const door = channelOf('tg')!;
const { account } = sample;

testInbound('telegram', sample);
testOutbound('telegram', 'outbound', sample);
testOutbound('telegram', 'refused', sample);

const says = (error_code: number, description: string, parameters?: object): Answer => ({
  status: error_code,
  body: { ok: false, error_code, description, parameters },
});
const methodsOf = (requests: CallRequest[]) => requests.map(({ url }) => url.split('/').at(-1));

describe('a group that became a larger one', () => {
  const moved = says(400, 'Bad Request: group chat was upgraded', { migrate_to_chat_id: -1001234567890 });
  const taken = { status: 200, body: { ok: true, result: { message_id: 5, chat: { id: -1001234567890 } } } };
  const message = outgoing({ type: 'text', text: 'Hello' }, { csid: '-4567' });

  it('is written to under its new id, once, and goes by it from then on', async () => {
    const { call, requests } = fakeCall(moved, taken);
    expect(await door.send(message, account, call)).toEqual({
      providerId: '-1001234567890:5',
      csid: '-1001234567890',
    });
    expect(requests.map(({ body }) => (body as { chat_id: number }).chat_id)).toEqual([
      -4567, -1001234567890,
    ]);
  });

  it('is not followed twice', async () => {
    const { call, requests } = fakeCall(moved, moved, taken);
    await failureOf(door.send(message, account, call));
    expect(requests).toHaveLength(2);
  });
});

describe('a file of ours', () => {
  const picture = (more = {}) => outgoing({ type: 'image', media: { mime: 'image/png', ...more } }, { file });
  const file = async () => ({ blob: new Blob(['bytes']), mime: 'image/png', filename: 'a.png' });
  const sizes = [{ file_id: 'small' }, { file_id: 'large' }];
  const taken = { status: 200, body: { ok: true, result: { message_id: 5, chat: { id: 1 }, photo: sizes } } };

  it('goes along with the message, and is known by its id from then on', async () => {
    const { call, requests } = fakeCall(taken);
    const sent = await door.send(picture({ caption: 'This one' }), account, call);
    expect(sent.uploaded).toEqual({ providerId: 'photo:large', lifeMs: 90 * 24 * 3_600_000 });
    const form = requests[0]!.body as FormData;
    expect([form.get('chat_id'), form.get('caption')]).toEqual(['919988776655', 'This one']);
    const part = form.get('photo') as File;
    expect([await part.text(), part.type, part.name]).toEqual(['bytes', 'image/png', 'a.png']);
  });

  it('is not uploaded again as long as it goes as the same kind', async () => {
    const { call, requests } = fakeCall(taken, taken);
    await door.send(picture({ providerId: 'photo:large' }), account, call);
    expect(requests[0]!.body).toMatchObject({ photo: 'large' });
    await door.send(picture({ providerId: 'document:other' }), account, call);
    expect(requests[1]!.body).toBeInstanceOf(FormData);
  });
});

describe('a file that Telegram cannot fetch', () => {
  const content = {
    type: 'image',
    media: { link: 'https://files.example/b/a.jpg', mime: 'image/jpeg' },
  } as const;
  const refused = says(400, 'Bad Request: failed to get HTTP URL content');

  it('is fetched by us and uploaded', async () => {
    const { call, requests } = fakeCall(
      refused,
      { status: 200, body: Buffer.from('bytes') },
      sample.accepts!,
    );
    expect(await door.send(outgoing(content), account, call)).toEqual({ providerId: '919988776655:77' });
    expect(requests.map(({ url }) => url)).toEqual([
      expect.stringMatching(/sendPhoto$/),
      'https://files.example/b/a.jpg',
      expect.stringMatching(/sendPhoto$/),
    ]);
    const part = (requests[2]!.body as FormData).get('photo') as File;
    expect([await part.text(), part.type, part.name]).toEqual(['bytes', 'image/jpeg', 'a.jpg']);
  });

  it.each([{ status: 404 }, { class: 'UNAVAILABLE' as const }, { class: 'CONFIG' as const }])(
    'fails as a file when we cannot either: %j',
    async (answer) => {
      const { call } = fakeCall(refused, answer);
      expect((await failureOf(door.send(outgoing(content), account, call))).failure.class).toBe('MEDIA');
    },
  );

  it('is refused when it is too large to be uploaded', async () => {
    const { call } = fakeCall(refused, { status: 200, body: Buffer.alloc(50 * 1024 * 1024 + 1) });
    expect((await failureOf(door.send(outgoing(content), account, call))).failure.class).toBe(
      'CONTENT_TOO_LONG',
    );
  });

  it('is not asked for by its address at all where Telegram would lose its kind or name', async () => {
    const word = { link: 'https://files.example/a.docx', filename: 'Offer.docx' };
    const { call, requests } = fakeCall({ status: 200, body: Buffer.from('bytes') }, sample.accepts!);
    await door.send(outgoing({ type: 'document', media: word }), account, call);
    expect(methodsOf(requests)).toEqual(['a.docx', 'sendDocument']);
    expect(((requests[1]!.body as FormData).get('document') as File).name).toBe('Offer.docx');
  });
});

describe('fetching a file', () => {
  it('asks where it is, and goes there', async () => {
    const found = {
      status: 200,
      body: { ok: true, result: { file_id: 'f', file_path: 'photos/file 1.jpg' } },
    };
    const { call, requests } = fakeCall(found, { status: 200, body: Buffer.from('bytes') });
    const { save, bytes } = saved();
    await door.fetchMedia!({ providerId: 'f' }, account, call, save);
    expect(bytes().toString()).toBe('bytes');
    expect(requests[0]).toMatchObject({ body: { file_id: 'f' } });
    expect(requests[1]!.url).toBe(`https://telegram.example/file/bot${account.botToken}/photos/file%201.jpg`);
  });

  it.each([
    ['no id', {}, [], 'CONTENT_REJECTED'],
    [
      'a file of more than 20 MB',
      { providerId: 'f' },
      [says(400, 'Bad Request: file is too big')],
      'CONTENT_TOO_LONG',
    ],
    [
      'a file that is gone',
      { providerId: 'f' },
      [says(400, 'Bad Request: wrong file_id')],
      'CONTENT_REJECTED',
    ],
    ['no place', { providerId: 'f' }, [{ status: 200, body: { ok: true, result: {} } }], 'MEDIA'],
    ['a revoked token', { providerId: 'f' }, [says(401, 'Unauthorized')], 'AUTH'],
  ])('fails for %s', async (_, media, answers, kind) => {
    const { call } = fakeCall(...answers);
    const failed = await failureOf(door.fetchMedia!(media, account, call, saved().save));
    expect(failed.failure.class).toBe(kind);
  });
});

it('answers a pressed button with the answer to its request, and nothing else with anything', () => {
  const { answer } = door;
  if (typeof answer !== 'function') throw new Error('it answers everything alike');
  const press = { update_id: 1, callback_query: { id: '42', from: { id: 1 }, data: 'x' } };
  expect(JSON.parse(answer(sample.signed(JSON.stringify(press)))!.body)).toEqual({
    method: 'answerCallbackQuery',
    callback_query_id: '42',
  });
  for (const other of [{ update_id: 1, message: {} }, { callback_query: 7 }, null])
    expect(answer(sample.signed(JSON.stringify(other)))).toBeUndefined();
});

it('lets a person be written to once a second, and a group three times in ten seconds', () => {
  expect(door.pace!('4567')).toEqual({ everyMs: 1000, burst: 5 });
  expect(door.pace!('-4567')).toEqual({ everyMs: 3000, burst: 3 });
});

it('tells the token in no failure, though Telegram repeats it', async () => {
  const { call } = fakeCall(says(400, `Bad Request: https://api/bot${account.botToken}/sendMessage is odd`));
  const failed = await failureOf(door.send(outgoing({ type: 'text', text: 'Hi' }), account, call));
  expect(JSON.stringify(failed.failure)).not.toContain(account.botToken);
});
