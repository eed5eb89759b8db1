import { SendFailure } from '../../model/failure.ts';
import type { Call } from '../call.ts';
import { listOf, objectOf, textOf } from '../json.ts';
import { base } from '../settings.ts';
import type { ProviderTemplates, TemplateSubmission } from '../templates.ts';
import type { CloudAccount, cloudAccount, DialogAccount, dialogAccount } from './account.ts';
import { cloudEndpoint, dialogEndpoint, type Endpoint, refusalOf } from './endpoint.ts';
import { checkTemplate } from './template-rules.ts';
import {
  assertRemoved,
  findTemplate,
  listTemplates,
  submitTemplate,
  type TemplateDesk,
} from './templates.ts';

const fields = 'id,name,language,status,category,components,rejected_reason,quality_score,parameter_format';
/** Templates on a page. */
const perPage = 100;
const enc = encodeURIComponent;

/** The templates of a WhatsApp Business Account at Meta. */
function cloudDesk(account: CloudAccount): TemplateDesk {
  const api = `${base(account.apiBase)}/${account.version}`;
  const all = `${api}/${account.wabaId}/message_templates`;
  const endpoint = cloudEndpoint(account);
  return {
    endpoint,
    create: all,
    change: (templateId) => `${api}/${enc(templateId)}`,
    page: (after, name) =>
      `${all}?fields=${fields}&limit=${perPage}${name ? `&name=${enc(name)}` : ''}${after ? `&after=${enc(after)}` : ''}`,
    read({ data, paging }) {
      const { next, cursors } = objectOf(paging);
      const after = textOf(objectOf(cursors).after);
      return { items: listOf(data), ...(next !== undefined && after !== undefined && { next: after }) };
    },
    handle: (media, call) => uploadSample(media, api, endpoint, account.accessToken, call),
  };
}

/** Hands a sample over by Meta's resumable upload, which is for the app that the token is of. Answers the handle. */
async function uploadSample(
  { open }: NonNullable<TemplateSubmission['media']>,
  api: string,
  endpoint: Endpoint,
  accessToken: string,
  call: Call,
): Promise<string> {
  const { blob, mime, filename = 'sample' } = await open();
  const asked = `file_name=${enc(filename)}&file_length=${blob.size}&file_type=${enc(mime)}`;
  const { headers } = endpoint;
  const begun = await call({ method: 'POST', url: `${api}/app/uploads?${asked}`, headers });
  if (begun.status !== 200) throw refusalOf(begun, endpoint);
  const session = textOf(objectOf(begun.json()).id);
  if (!session?.startsWith('upload:')) throw noHandle();
  const answer = await call({
    method: 'POST',
    // The id has a query of its own; it leads to no other path.
    url: `${api}/upload:${session.slice('upload:'.length).replace(/[^\w.:=?&%+-]/g, enc)}`,
    headers: {
      authorization: `OAuth ${accessToken}`,
      file_offset: '0',
      'content-type': 'application/octet-stream',
    },
    body: Buffer.from(await blob.arrayBuffer()),
    timeoutMs: 60_000,
  });
  if (answer.status !== 200) throw refusalOf(answer, endpoint);
  const handle = textOf(objectOf(answer.json()).h);
  if (handle === undefined) throw noHandle();
  return handle;
}

function noHandle(): SendFailure {
  return new SendFailure({ class: 'UNAVAILABLE', text: 'The provider gave the sample no handle.' });
}

/** The templates behind a number at 360dialog. */
function dialogDesk(account: DialogAccount): TemplateDesk {
  const all = `${base(account.apiBase)}/v1/configs/templates`;
  return {
    endpoint: dialogEndpoint(account),
    create: all,
    page: (after = '0') => `${all}?limit=${perPage}&offset=${enc(after)}`,
    read({ waba_templates, total }, after = '0') {
      const items = listOf(waba_templates);
      const next = Number(after) + items.length;
      const isMore = items.length > 0 && next < Number(textOf(total) ?? 0);
      return { items, ...(isMore && { next: String(next) }) };
    },
    // 360dialog fetches it, and hands it over by itself.
    handle: async ({ link }) => link,
  };
}

/** Templates at Meta's own Cloud API. */
export const cloudTemplates: ProviderTemplates<typeof cloudAccount> = {
  check: checkTemplate,
  lacks: ({ wabaId }) => (wabaId ? undefined : 'wabaId'),
  submit: (submission, account, call) => submitTemplate(submission, cloudDesk(account), call),
  list: (account, call, after) => listTemplates(cloudDesk(account), call, after),
  find: (wanted, account, call) => findTemplate(wanted, cloudDesk(account), call),
  async remove({ name, templateId }, account, call) {
    const desk = cloudDesk(account);
    // By the name alone all its languages would go.
    if (templateId === undefined) throw new SendFailure({ class: 'CONFIG', text: noId });
    const url = `${desk.create}?hsm_id=${enc(templateId)}&name=${enc(name)}`;
    assertRemoved(await call({ method: 'DELETE', url, headers: desk.endpoint.headers }), desk);
  },
};

const noId = 'The provider’s id of the template is not known: read its list first.';

/** Templates at 360dialog. */
export const dialogTemplates: ProviderTemplates<typeof dialogAccount> = {
  check: checkTemplate,
  lacks: () => undefined,
  submit: (submission, account, call) => submitTemplate(submission, dialogDesk(account), call),
  list: (account, call, after) => listTemplates(dialogDesk(account), call, after),
  find: (wanted, account, call) => findTemplate(wanted, dialogDesk(account), call),
};
