import { describe, expect, it } from 'vitest';
import { channelOf } from '../../../src/channels/index.ts';
import type { TemplateSubmission } from '../../../src/channels/templates.ts';
import type { Template } from '../../../src/model/setup.ts';
import { templateForm } from '../../../src/model/template-form.ts';
import { failureOf, fakeCall } from '../tools.ts';
import { cloudSample, dialogSample } from './sample.ts';

const cloud = channelOf('wacfb')!.templates!;
const dialog = channelOf('wa360')!.templates!;
const account = { ...cloudSample.account, wabaId: '102290129340398' };

const base: Template = {
  ...{ id: 't1', code: 'order_ready', lang: 'en_US', name: 'Order ready', category: 'UTILITY', createdAt: 1 },
  body: 'Hello {{contact.name}}, your order {{order}} is ready to be picked up today.',
  buttons: [],
  meta: {},
  approvals: [],
  samples: { 'contact.name': 'Amina', order: 'A-17' },
};
const draft = (more: Partial<Template> = {}) => {
  const template = { ...base, ...more };
  return { template, sample: (path: string) => template.samples?.[path.replace(/^data\./, '')] };
};
const found = (more: Partial<Template>, file?: { mime?: string; sizeBytes?: number }) =>
  cloud.check({ ...draft(more), ...(file && { file }) }).map(({ field, code }) => `${field} ${code}`);

describe('a template before it is handed in', () => {
  it('has nothing against it when it is as it should be', () => {
    expect(found({ header: 'Order {{order}}', footer: 'Corner Shop' })).toEqual([]);
  });

  it.each<[what: string, more: Partial<Template>, finding: string]>([
    ['begins with a variable', { body: '{{order}} is ready to be picked up' }, 'body VARIABLE_FIRST'],
    ['ends with a variable', { body: 'Please come and pick up {{order}}' }, 'body VARIABLE_LAST'],
    ['has few words', { body: 'Order {{order}} now' }, 'body TOO_FEW_WORDS'],
    ['has a gap', { body: 'One {{1}} and then there is also {{3}} as well as this' }, 'body VARIABLE_GAP'],
    ['has no sample', { samples: { order: 'A-17' } }, 'samples.contact.name SAMPLE_MISSING'],
    [
      'has a sample of two lines',
      { samples: { ...base.samples, order: 'A\n17' } },
      'samples.order LINE_BREAK',
    ],
    ['is too long', { body: 'x'.repeat(1025) }, 'body TOO_LONG'],
    ['has a long header', { header: 'x'.repeat(61) }, 'header TOO_LONG'],
    ['has a variable below', { footer: 'Order {{order}}' }, 'footer VARIABLE_NOT_ALLOWED'],
    ['has a name that Meta does not take', { code: 'Order-Ready' }, 'code NAME_NOT_ALLOWED'],
    ['is for nothing', { category: 'SHIPPING_UPDATE' }, 'category CATEGORY_MISSING'],
    ['is a code to sign in', { category: 'AUTHENTICATION' }, 'category CATEGORY_NOT_TAKEN'],
    [
      'has a sound above it',
      { media: { type: 'audio', link: 'https://x.example/a' } },
      'media.type MEDIA_KIND',
    ],
    ['has no sample above it', { media: { type: 'image' } }, 'media.link MEDIA_MISSING'],
  ])('%s', (_, more, finding) => {
    expect(found(more)).toContain(finding);
  });

  it('counts no words where a language has no spaces between them', () => {
    expect(found({ lang: 'ja', body: 'ご注文{{order}}の準備ができました' })).toEqual([]);
  });

  it('is told which of its buttons do not go', () => {
    const link = (url: string) => ({ type: 'URL' as const, code: 'l', label: 'Track', url });
    const reply = { type: 'QUICK_REPLY' as const, code: 'r', label: 'Thanks' };
    const call = { type: 'PHONE_NUMBER' as const, code: 'p', label: 'Call us', phone: '12' };
    const buttons = [link('https://x.example/{{order}}/a'), reply, link('ftp://x'), call, call];
    expect(found({ buttons })).toEqual([
      'buttons TOO_MANY_BUTTONS',
      'buttons BUTTONS_MIXED',
      'buttons[0].url VARIABLE_NOT_AT_END',
      'buttons[2].url BAD_URL',
      'buttons[3].phone BAD_PHONE',
      'buttons[4].phone BAD_PHONE',
    ]);
  });

  it('is told what is wrong with the file above it', () => {
    const media = { type: 'image' as const, link: 'https://x.example/a' };
    expect(found({ media }, { mime: 'image/webp' })).toEqual(['media.link MEDIA_TYPE']);
    expect(found({ media }, { mime: 'image/png', sizeBytes: 6e6 })).toEqual(['media.link MEDIA_TOO_LARGE']);
    expect(found({ media }, { mime: 'image/png', sizeBytes: 1000 })).toEqual([]);
  });
});

describe('handing in', () => {
  const made = { status: 200, body: { id: '17', status: 'PENDING', category: 'UTILITY' } };
  const submission = (more: Partial<Template> = {}): TemplateSubmission => draft(more);

  it('gives Meta the parts with a sample for each variable, numbered', async () => {
    const { call, requests } = fakeCall(made);
    const buttons = [
      { type: 'URL' as const, code: 'l', label: 'Track', url: 'https://x.example/{{order}}' },
      { type: 'QUICK_REPLY' as const, code: 'r', label: 'Thanks' },
    ];
    const given = submission({ header: 'Order {{order}}', footer: 'Corner Shop', buttons });
    expect(await cloud.submit(given, account, call)).toEqual({
      kind: 'taken',
      standing: { templateId: '17', status: 'PENDING', category: 'UTILITY' },
    });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: 'https://graph.example/v23.0/102290129340398/message_templates',
        headers: { authorization: 'Bearer planted-access-token' },
        body: {
          ...{ name: 'order_ready', language: 'en_US', category: 'UTILITY' },
          components: [
            { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['A-17'] } },
            {
              type: 'BODY',
              text: 'Hello {{1}}, your order {{2}} is ready to be picked up today.',
              example: { body_text: [['Amina', 'A-17']] },
            },
            { type: 'FOOTER', text: 'Corner Shop' },
            {
              type: 'BUTTONS',
              buttons: [
                {
                  type: 'URL',
                  text: 'Track',
                  url: 'https://x.example/{{1}}',
                  example: ['https://x.example/A-17'],
                },
                { type: 'QUICK_REPLY', text: 'Thanks' },
              ],
            },
          ],
        },
      },
    ]);
  });

  it('gives 360dialog the same at its own address', async () => {
    const { call, requests } = fakeCall(made);
    await dialog.submit(submission(), dialogSample.account, call);
    expect(requests).toMatchObject([
      {
        url: 'https://dialog.example/v2/v1/configs/templates',
        headers: { 'd360-api-key': 'planted-api-key' },
      },
    ]);
  });

  it('hands the file above the text over first, for the app that the token is of', async () => {
    const { call, requests } = fakeCall(
      { status: 200, body: { id: 'upload:abc?sig=x' } },
      { status: 200, body: { h: '4::handle' } },
      made,
    );
    const blob = new Blob(['picture']);
    const given = submission({ media: { type: 'image', link: 'https://x.example/a.png' } });
    const open = async () => ({ blob, mime: 'image/png', filename: 'a.png' });
    await cloud.submit({ ...given, media: { link: 'https://x.example/a.png', open } }, account, call);
    expect(requests.map(({ url }) => url)).toEqual([
      'https://graph.example/v23.0/app/uploads?file_name=a.png&file_length=7&file_type=image%2Fpng',
      'https://graph.example/v23.0/upload:abc?sig=x',
      'https://graph.example/v23.0/102290129340398/message_templates',
    ]);
    expect(requests[1]?.headers).toMatchObject({
      authorization: 'OAuth planted-access-token',
      file_offset: '0',
    });
    expect(requests[2]?.body).toMatchObject({
      components: [
        { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::handle'] } },
        { type: 'BODY' },
      ],
    });
  });

  it('changes what Meta has under an id; 360dialog takes no changes', async () => {
    const { call, requests } = fakeCall({ status: 200, body: { success: true } });
    const changed = { ...submission(), templateId: '17' };
    expect(await cloud.submit(changed, account, call)).toMatchObject({ standing: { status: 'PENDING' } });
    expect(requests).toMatchObject([{ url: 'https://graph.example/v23.0/17' }]);
    expect(await dialog.submit(changed, dialogSample.account, call)).toMatchObject({ kind: 'refused' });
  });

  const refused = (error: object, status = 400) => fakeCall({ status, body: { error } }).call;
  it.each([
    [{ code: 100, error_subcode: 2388024 }, { kind: 'exists' }],
    [{ code: 100, error_subcode: 2388023 }, { kind: 'exists' }],
    [
      { code: 100, error_subcode: 2388299, error_user_title: 'Variables', error_user_msg: 'Not at the end' },
      { kind: 'refused', field: 'body', code: '2388299', text: 'Variables: Not at the end' },
    ],
    [
      { code: 100, message: 'Invalid parameter' },
      { kind: 'refused', code: '100', text: 'Invalid parameter' },
    ],
  ])('tells %j as what it is', async (error, told) => {
    expect(await cloud.submit(submission(), account, refused(error))).toEqual(told);
  });

  it.each([
    [401, { code: 190, message: 'token planted-access-token' }, 'AUTH'],
    [403, { code: 200, message: 'no permission' }, 'CONFIG'],
    [429, { code: 80008, message: 'slow' }, 'RATE_LIMITED'],
    [500, { code: 2, message: 'fault' }, 'UNAVAILABLE'],
  ])('fails with %i where the template is not at fault, and tells no secret', async (status, error, kind) => {
    const { failure } = await failureOf(cloud.submit(submission(), account, refused(error, status)));
    expect(failure.class).toBe(kind);
    expect(JSON.stringify(failure)).not.toContain('planted');
  });
});

describe('reading back', () => {
  const raw = {
    ...{ id: '17', name: 'order_ready', language: 'en_US', category: 'UTILITY', status: 'APPROVED' },
    components: [
      { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['A-17'] } },
      { type: 'BODY', text: 'Hello {{1}}, it is ready.', example: { body_text: [['Amina']] } },
      {
        type: 'BUTTONS',
        buttons: [
          { type: 'URL', text: 'Track', url: 'https://x.example/{{1}}', example: ['https://x.example/A-17'] },
        ],
      },
    ],
    quality_score: { score: 'UNKNOWN' },
    rejected_reason: 'NONE',
  };

  it('goes from page to page, and asks for what is needed', async () => {
    const paging = { cursors: { after: 'QX' }, next: 'https://graph.example/elsewhere' };
    const { call, requests } = fakeCall(
      { status: 200, body: { data: [raw], paging } },
      { status: 200, body: { data: [], paging: { cursors: { after: 'QY' } } } },
    );
    expect(await cloud.list(account, call)).toMatchObject({ next: 'QX' });
    expect(await cloud.list(account, call, 'QX')).toEqual({ templates: [] });
    expect(requests[1]?.url).toMatch(
      /^https:\/\/graph\.example\/v23\.0\/102290129340398\/message_templates\?.*&after=QX$/,
    );
  });

  it('has words of ours for a template, and says the same as what was handed in', async () => {
    const { call } = fakeCall({ status: 200, body: { data: [raw] } });
    const [told] = (await cloud.list(account, call)).templates;
    expect(told).toEqual({
      ...{ name: 'order_ready', lang: 'en_US', templateId: '17', status: 'APPROVED', category: 'UTILITY' },
      parts: {
        ...{ header: 'Order {{header}}', body: 'Hello {{1}}, it is ready.' },
        buttons: [{ type: 'URL', code: 'Track', label: 'Track', url: 'https://x.example/{{link}}' }],
        samples: { header: 'A-17', 1: 'Amina', link: 'A-17' },
      },
    });
    const ours = {
      header: 'Order {{order}}',
      body: 'Hello {{contact.name}}, it is ready.',
      buttons: [{ type: 'URL' as const, code: 'x', label: 'Track', url: 'https://x.example/{{order}}' }],
    };
    expect(templateForm(told!.parts!)).toBe(templateForm(ours));
    expect(templateForm({ ...ours, body: 'Hello {{contact.name}}, it is not.' })).not.toBe(
      templateForm(ours),
    );
  });

  it('knows variables by their names where Meta does', async () => {
    const named = {
      ...raw,
      parameter_format: 'NAMED',
      components: [
        {
          ...{ type: 'BODY', text: 'Hello {{first_name}}, it is ready.' },
          example: { body_text_named_params: [{ param_name: 'first_name', example: 'Amina' }] },
        },
      ],
    };
    const { call } = fakeCall({ status: 200, body: { data: [named] } });
    expect((await cloud.list(account, call)).templates[0]?.parts).toEqual({
      ...{
        body: 'Hello {{first_name}}, it is ready.',
        buttons: [],
        samples: { first_name: 'Amina' },
        named: true,
      },
    });
  });

  it.each([
    [{ type: 'CAROUSEL', cards: [] }, 'CAROUSEL'],
    [{ type: 'HEADER', format: 'LOCATION' }, 'HEADER LOCATION'],
    [{ type: 'BUTTONS', buttons: [{ type: 'FLOW', text: 'x' }] }, 'FLOW'],
    [{ type: 'BODY', text: '{{1}} is your code.', add_security_recommendation: true }, 'AUTHENTICATION'],
  ])('says which parts there is no word for: %j', async (component, part) => {
    const { call } = fakeCall({
      status: 200,
      body: { data: [{ ...raw, components: [...raw.components, component] }] },
    });
    expect((await cloud.list(account, call)).templates[0]).toMatchObject({ unknownParts: part });
  });

  it('finds a template by its name among those that are called alike', async () => {
    const data = [{ ...raw, name: 'order_ready_2' }, { ...raw, language: 'ar' }, raw];
    const find = (lang: string) =>
      cloud.find({ name: 'order_ready', lang }, account, fakeCall({ status: 200, body: { data } }).call);
    expect(await find('en_US')).toMatchObject({ name: 'order_ready', lang: 'en_US' });
    expect(await find('fr')).toBeUndefined();
  });

  it('reads 360dialog’s list by its count', async () => {
    const waba_templates = [{ ...raw, status: 'approved' }];
    const { call, requests } = fakeCall(
      { status: 200, body: { waba_templates, total: 2 } },
      { status: 200, body: { waba_templates, total: 2 } },
    );
    expect(await dialog.list(dialogSample.account, call)).toMatchObject({
      next: '1',
      templates: [{ status: 'APPROVED' }],
    });
    expect(await dialog.list(dialogSample.account, call, '1')).not.toHaveProperty('next');
    expect(requests[1]?.url).toContain('offset=1');
  });

  it('takes away one language by its id, and does not mind one that is gone', async () => {
    const { call, requests } = fakeCall(
      { status: 200, body: { success: true } },
      { status: 400, body: { error: { code: 100, error_subcode: 2593002 } } },
    );
    const one = { name: 'order_ready', lang: 'en_US', templateId: '17' };
    await cloud.remove!(one, account, call);
    await cloud.remove!(one, account, call);
    expect(requests[0]).toMatchObject({
      method: 'DELETE',
      url: expect.stringContaining('hsm_id=17&name=order_ready'),
    });
    expect(await failureOf(cloud.remove!({ name: 'x', lang: 'en' }, account, call))).toBeInstanceOf(Error);
  });
});
