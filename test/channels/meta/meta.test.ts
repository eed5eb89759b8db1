import { sign } from '@octokit/webhooks-methods';
import { describe, expect, it } from 'vitest';
import { WebhookRefused } from '../../../src/channels/channel.ts';
import { channelOf } from '../../../src/channels/index.ts';
import { pieces } from '../../../src/channels/meta/pieces.ts';
import { testInbound, testOutbound } from '../cases.ts';
import { failureOf, fakeCall, outgoing } from '../tools.ts';
import { cloudSample } from '../whatsapp/sample.ts';
import { facebookSample, instagramSample } from './sample.ts';

for (const sample of [facebookSample, instagramSample]) {
  testInbound(sample.folder!, sample);
  testOutbound(sample.folder!, 'outbound', sample);
  testOutbound(sample.folder!, 'refused', sample);
}

const facebook = channelOf('fb')!;
const instagram = channelOf('ig')!;
const mid = (id: string) => ({ status: 200, body: { recipient_id: '1', message_id: id } });

describe('the check of the address', () => {
  const query = {
    'hub.mode': 'subscribe',
    'hub.verify_token': 'planted-verify-token',
    'hub.challenge': '1158',
  };

  it.each([facebookSample, instagramSample])(
    '$type answers the challenge of who knows the token',
    (sample) => {
      const { handshake } = channelOf(sample.type)!;
      expect(handshake!(query, sample.account)).toBe('1158');
      for (const wrong of ['', 'planted-verify-toke', 'another'])
        expect(() => handshake!({ ...query, 'hub.verify_token': wrong }, sample.account)).toThrow(
          WebhookRefused,
        );
    },
  );
});

// Meta has no package that signs. GitHub signs its webhooks in the same way, and has one.
it.each([facebookSample, instagramSample, cloudSample])(
  '$type takes what a library signed that knows nothing of us, and nothing else',
  async ({ type, account, lane, signed }) => {
    const body = JSON.stringify({ object: 'page', entry: [{ id: '1', note: 'ü 🌿 \\u00e4' }] });
    const secret = account.appSecret as string;
    const receive = async (signature: string) => {
      const headers = { 'x-hub-signature-256': signature };
      return channelOf(type)!.receive({ ...signed(body), headers }, account, lane);
    };
    await receive(await sign(secret, body));
    await expect(receive(await sign('another', body))).rejects.toThrow(WebhookRefused);
    await expect(receive(await sign(secret, `${body} `))).rejects.toThrow(WebhookRefused);
  },
);

describe('a file with words', () => {
  const content = { type: 'image', media: { link: 'https://files.example/1.png', caption: 'Ours' } } as const;

  it('goes as two messages, and arrives when both have', async () => {
    const { call, requests } = fakeCall(mid('m_1'), mid('m_2'));
    const sent = await facebook.send(outgoing(content, { replyIdExt: 'm_0' }), facebookSample.account, call);
    expect(sent).toEqual({ providerId: 'm_1', parts: [['m_1'], ['m_2']] });
    expect(requests.map(({ body }) => body)).toMatchObject([
      { message: { attachment: { type: 'image' } }, reply_to: { mid: 'm_0' } },
      { message: { text: 'Ours' } },
    ]);
    expect(requests[1]!.body).not.toHaveProperty('reply_to');
  });

  it('is of unknown outcome when only its file was taken, so that nobody sends it twice unasked', async () => {
    const { call } = fakeCall(mid('m_1'), {
      status: 500,
      body: { error: { code: 2, message: 'Try again' } },
    });
    const { failure } = await failureOf(facebook.send(outgoing(content), facebookSample.account, call));
    expect(failure).toMatchObject({ class: 'OUTCOME_UNKNOWN', code: '2' });
    expect(failure.text).toBe('1 of 2 parts were sent, the next one was not: Try again');
  });
});

describe('a long text at Instagram', () => {
  it('goes in several messages of at most 1,000 bytes, its choices below the last', async () => {
    const text = 'السلام عليكم '.repeat(60).trim();
    const buttons = [{ type: 'QUICK_REPLY', code: 'y', label: 'Yes' } as const];
    const { call, requests } = fakeCall(mid('i_1'), mid('i_2'));
    const sent = await instagram.send(
      outgoing({ type: 'text', text, buttons }),
      instagramSample.account,
      call,
    );
    expect(sent.parts).toEqual([['i_1'], ['i_2']]);
    const said = requests.map(
      ({ body }) => (body as { message: { text: string; quick_replies?: [] } }).message,
    );
    expect(said.map((one) => one.text).join(' ')).toBe(text);
    for (const one of said) expect(Buffer.byteLength(one.text)).toBeLessThanOrEqual(1000);
    expect(said.map((one) => one.quick_replies?.length)).toEqual([undefined, 1]);
  });

  it('is cut at spaces where there are any, and never inside of what is one character', () => {
    expect(pieces('', 10)).toEqual([]);
    expect(pieces('one two three', 8)).toEqual(['one two', 'three']);
    expect(pieces('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    const family = '👨‍👩‍👧‍👦';
    expect(pieces(family.repeat(3), 60)).toEqual([family + family, family]);
    expect(pieces(family, 3)).toEqual([family]);
  });
});

describe('an upload', () => {
  it('goes to the attachments of the page, as what it is', async () => {
    const { call, requests } = fakeCall({ status: 200, body: { attachment_id: '185777' } });
    const file = { blob: new Blob(['%PDF-']), mime: 'application/pdf', filename: 'a.pdf' };
    const { providerId } = await facebook.uploadMedia!(file, facebookSample.account, call);
    expect(providerId).toBe('185777');
    const [{ url, body }] = requests as unknown as [{ url: string; body: FormData }];
    expect(url).toBe('https://graph.example/v23.0/101010101010/message_attachments');
    expect(JSON.parse(String(body.get('message')))).toEqual({
      attachment: { type: 'file', payload: { is_reusable: true } },
    });
    expect((body.get('filedata') as File).name).toBe('a.pdf');
  });

  it('that is refused says why', async () => {
    const { call } = fakeCall({ status: 400, body: { error: { code: 100, error_subcode: 2018047 } } });
    const upload = facebook.uploadMedia!(
      { blob: new Blob(['x']), mime: 'image/png' },
      facebookSample.account,
      call,
    );
    expect((await failureOf(upload)).failure).toMatchObject({ class: 'MEDIA', subcode: '2018047' });
  });
});
