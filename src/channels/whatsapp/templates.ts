import { normalLang } from '../../model/contact.ts';
import { type Failure, SendFailure } from '../../model/failure.ts';
import { present } from '../../model/present.ts';
import { safeFailure } from '../answer.ts';
import type { Call, CallResponse } from '../call.ts';
import { isObject, objectOf, type Raw, textOf } from '../json.ts';
import type { ProviderPage, ProviderTemplate, Submitted, TemplateSubmission } from '../templates.ts';
import { type Endpoint, refusalOf } from './endpoint.ts';
import { componentsOf, partsOf } from './template-parts.ts';
import { categoryOf, nameOf } from './template-rules.ts';
import { listedStatus, standingOf } from './template-words.ts';

/** Where the templates of an account are: all in which the providers differ. */
export interface TemplateDesk {
  endpoint: Endpoint;
  /** Where one is handed in, and one is changed; absent: the provider takes no changes. */
  create: string;
  change?(templateId: string): string;
  /** Where a page of the list is; and what it holds. */
  page(after: string | undefined, name?: string): string;
  read(body: Raw, after: string | undefined): { items: unknown[]; next?: string };
  /** Hands over a sample of the file above the text, and answers how to name it. */
  handle(media: NonNullable<TemplateSubmission['media']>, call: Call): Promise<string>;
}

/** Lists may be long: a hundred templates with all their parts. */
const maxBytes = 8 * 1024 * 1024;
/** More pages of one name than there are languages. */
const mostPages = 100;

/** Hands a template in, or the changes of one. */
export async function submitTemplate(
  submission: TemplateSubmission,
  desk: TemplateDesk,
  call: Call,
): Promise<Submitted> {
  const { template, templateId, media } = submission;
  const category = categoryOf(template)!;
  if (templateId !== undefined && !desk.change) return unchangeable;
  const handle = media && (await desk.handle(media, call));
  const components = componentsOf(submission, handle);
  const whole = {
    ...{ name: nameOf(template), language: template.lang, category, components },
    ...(template.named && { parameter_format: 'NAMED' }),
  };
  const answer = await call({
    method: 'POST',
    url: templateId === undefined ? desk.create : desk.change!(templateId),
    headers: desk.endpoint.headers,
    body: templateId === undefined ? whole : { components },
  });
  if (answer.status < 200 || answer.status > 299) return refused(answer, desk);
  const told = objectOf(answer.json());
  if (templateId !== undefined) return { kind: 'taken', standing: { templateId, status: 'PENDING' } };
  return { kind: 'taken', standing: standingOf({ category, ...told }, listedStatus(textOf(told.status))) };
}

const unchangeable: Submitted = {
  kind: 'refused',
  code: 'NO_CHANGES',
  text: 'This provider takes no changes of a template: give it another providerName, and submit it as a new one.',
};

/** Meta's sub-codes for what is wrong with a template, and the field of ours that is at fault. */
const faults: Readonly<Record<string, string>> = {
  2388040: 'body',
  2388047: 'header',
  2388072: 'body',
  2388073: 'footer',
  2388293: 'body',
  2388299: 'body',
};
/** There is one of this name and language, or there was and the name rests. */
const taken = new Set(['2388023', '2388024']);
/** Classes of which the template is the cause, and not the account or the moment. */
const itsOwn = new Set<Failure['class']>(['CONTENT_REJECTED', 'TEMPLATE', 'MEDIA', 'CONTENT_TOO_LONG']);

/** Why it was not taken. Throws `SendFailure` where the template is not at fault. */
function refused(answer: CallResponse, { endpoint }: TemplateDesk): Submitted {
  const error = objectOf(objectOf(answer.json()).error);
  const [code, subcode] = [textOf(error.code), textOf(error.error_subcode)];
  const known = [subcode, code].filter((one) => one !== undefined);
  if (known.some((one) => taken.has(one))) return { kind: 'exists' };
  const failure = refusalOf(answer, endpoint);
  if (!itsOwn.has(failure.failure.class)) throw failure;
  // For people Meta says it better, where it does.
  const words = [textOf(error.error_user_title), textOf(error.error_user_msg)].filter(
    (one) => one !== undefined,
  );
  const text = words.length > 0 ? words.join(': ') : failure.message;
  return present({
    kind: 'refused' as const,
    field: known.map((one) => faults[one]).find((one) => one !== undefined),
    code: subcode ?? code ?? String(answer.status),
    text: safeFailure({ class: 'TEMPLATE', text }, endpoint.secrets).message,
  });
}

/** A page of what the provider has. */
export async function listTemplates(
  desk: TemplateDesk,
  call: Call,
  after?: string,
  name?: string,
): Promise<ProviderPage> {
  const { endpoint } = desk;
  const { headers } = endpoint;
  const answer = await call({ method: 'GET', url: desk.page(after, name), headers, maxBytes });
  if (answer.status !== 200) throw refusalOf(answer, endpoint);
  const body = answer.json();
  if (!isObject(body))
    throw new SendFailure({ class: 'UNAVAILABLE', text: 'The provider answered with no list of templates.' });
  const { items, next } = desk.read(body, after);
  return { templates: items.filter(isObject).flatMap(templateOf), ...(next !== undefined && { next }) };
}

/** What the provider has under a name in a language. */
export async function findTemplate(
  { name, lang }: { name: string; lang: string },
  desk: TemplateDesk,
  call: Call,
): Promise<ProviderTemplate | undefined> {
  let after: string | undefined;
  for (let pages = 0; pages < mostPages; pages++) {
    const { templates, next } = await listTemplates(desk, call, after, name);
    const found = templates.find((one) => one.name === name && one.lang === lang);
    if (found || next === undefined) return found;
    after = next;
  }
  return undefined;
}

function templateOf(raw: Raw): ProviderTemplate[] {
  const [name, lang] = [textOf(raw.name), textOf(raw.language)];
  if (name === undefined || lang === undefined) return [];
  return [{ name, lang: normalLang(lang) ?? lang, ...standingOf(raw), ...partsOf(raw) }];
}

/** Throws where a removal was refused; one that is not there is gone already. */
export function assertRemoved(answer: CallResponse, { endpoint }: TemplateDesk): void {
  if ((answer.status >= 200 && answer.status <= 299) || answer.status === 404) return;
  const failure = refusalOf(answer, endpoint);
  // Meta's word for a template that it does not have.
  if (failure.failure.subcode === '2593002') return;
  throw failure;
}
