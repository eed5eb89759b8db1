import type { ProviderTemplate, Submitted, TemplateSubmission, UploadFile } from '../channels/channel.ts';
import { SendFailure } from '../model/failure.ts';
import { notFound, Problem } from '../model/problem.ts';
import type { Template } from '../model/setup.ts';
import { templateForm } from '../model/template-form.ts';
import * as events from '../store/events.ts';
import * as media from '../store/media.ts';
import { soon } from '../store/template-sync.ts';
import type { By } from './audit.ts';
import type { Context } from './context.ts';
import { fileBehind } from './linked-file.ts';
import { noteInDraft } from './setup-approvals.ts';
import { changeSetup, type SetupTools, tellsOf } from './setup-draft.ts';
import { storable } from './storable.ts';
import { problemOf, type TemplateChannel, templateChannel } from './template-channel.ts';
import { lookAt } from './template-check.ts';
import { available, openFile } from './upload.ts';

/** The first look at what became of it comes so long after, ms: reviews take minutes. */
const lookAfterMs = 60_000;
/** The largest sample, bytes: it stands in memory while it is handed over. */
const largestSample = 16 * 1024 * 1024;

/** Hands templates in. The provider is asked first, and noted then: what dies in between finds it there the next time. */
export function makeSubmit(ctx: Context, tools: SetupTools) {
  return async (by: By, templateId: string, channelId: string): Promise<Template> => {
    const setup = await ctx.setup(by.businessId);
    const template = setup.templates.find(({ id }) => id === templateId);
    if (!template) throw noTemplate();
    const at = await templateChannel(ctx, setup, channelId);
    const was = template.approvals.find((one) => one.channelId === channelId);
    const form = templateForm(template);
    const isSame = was?.form === form;
    if (isSame && (was.status === 'PENDING' || was.status === 'APPROVED')) return template;
    if (was?.form !== undefined && was.status === 'PENDING') throw underReview();
    const looked = await lookAt(ctx, setup, at.channel, template);
    const against = looked.findings.filter(({ kind }) => kind !== 'changed');
    if (against.length > 0)
      throw new Problem(
        'invalid',
        `It would not be approved: ${against.map(({ field, message }) => `${field}: ${message}`).join(' ')}`,
        against.map(({ field, code, message }) => ({ field, code, message: `${field}: ${message}` })),
      );
    const { link, sample, file } = looked;
    const sampleFile = link === undefined ? undefined : sampleOf(ctx, by.businessId, link);
    const submission: TemplateSubmission = {
      ...{ template, sample },
      ...(file && { file }),
      // What was noted by hand alone may be another template.
      ...(was?.form !== undefined && was.templateId !== undefined && { templateId: was.templateId }),
      ...(sampleFile && { media: { link: sampleFile.link, open: sampleFile.open } }),
    };
    const taken = await handIn(ctx, at, submission).finally(() => sampleFile?.drop());
    return noteSubmitted(tools, by, templateId, { channelId, form, ...taken });
  };
}

/** How it stands at the provider, which has it now. Throws `Problem`. */
async function handIn(ctx: Context, at: TemplateChannel, submission: TemplateSubmission) {
  const { provider, account } = at;
  const answered = await provider
    .submit(submission, account, ctx.call)
    .catch((error: unknown) => unanswered(ctx, at, submission, error));
  if (answered.kind === 'taken') return storable(answered.standing);
  if (answered.kind === 'refused') throw refusalOf(answered);
  const there = await found(ctx, at, submission.template);
  if (!there) throw nameRests(submission.template);
  // A former attempt of ours that nobody could note, or the same one made at the provider.
  if (saysTheSame(there, submission.template)) return there;
  throw nameTaken(submission.template);
}

/** Nobody knows whether it was taken: what the provider has now tells it. Throws `Problem`. */
async function unanswered(
  ctx: Context,
  at: TemplateChannel,
  { template, templateId }: TemplateSubmission,
  error: unknown,
): Promise<Submitted> {
  const isUnknown = error instanceof SendFailure && error.failure.class === 'OUTCOME_UNKNOWN';
  // What is refused here, and not with the template, is the sample.
  if (!isUnknown || templateId !== undefined) throw problemOf(error, 'media.link');
  const there = await found(ctx, at, template);
  if (there && saysTheSame(there, template)) return { kind: 'taken', standing: there };
  throw problemOf(error);
}

async function found(ctx: Context, { provider, account }: TemplateChannel, template: Template) {
  const name = template.providerName ?? template.code;
  const there = await provider
    .find({ name, lang: template.lang }, account, ctx.call)
    .catch((error: unknown) => Promise.reject(problemOf(error)));
  return there && storable(there);
}

function saysTheSame({ parts }: ProviderTemplate, template: Template): boolean {
  return parts !== undefined && templateForm(parts) === templateForm(template);
}

async function noteSubmitted(
  tools: SetupTools,
  by: By,
  templateId: string,
  { channelId, form, ...taken }: { channelId: string; form: string } & Partial<ProviderTemplate>,
): Promise<Template> {
  const { status, templateId: providerId, reason = null, category, quality } = taken;
  return changeSetup(tools, by, async (draft) => {
    const template = draft.setup.templates.find(({ id }) => id === templateId);
    // The provider has it: the next reading of its list offers it.
    if (!template) throw noTemplate();
    const news = { channelId, status, templateId: providerId, reason, category, quality, form };
    const { value, event } = await noteInDraft(draft, template, news, 'submitted');
    await soon(draft.tx, { businessId: draft.businessId, channelId }, lookAfterMs);
    if (event) await events.append(draft.tx, [event], tellsOf(tools.surfaces));
    return value;
  });
}

/** The file above the text: one of ours, or what lies behind the link. */
function sampleOf(ctx: Context, businessId: number, link: string) {
  const address = ctx.mediaLinks.read(link);
  const id = typeof address === 'object' ? address.id : undefined;
  const opened: { drop(): Promise<void> }[] = [];
  const open = async (): Promise<UploadFile> => {
    if (id === undefined) {
      const behind = fileBehind(ctx, { link }, largestSample);
      opened.push(behind);
      return behind.open();
    }
    const { local, ...file } = await openFile(
      ctx.files,
      available(await media.ofBusiness(ctx.db, businessId, id)),
    );
    opened.push(local);
    return file;
  };
  return {
    // Those who fetch it may come a little later.
    link: id === undefined ? link : ctx.mediaLinks.of(id, true),
    open,
    drop: async () => void (await Promise.all(opened.map((one) => one.drop()))),
  };
}

function refusalOf({ field, code, text }: Extract<Submitted, { kind: 'refused' }>): Problem {
  const message = `The provider refused it: ${text}`;
  return new Problem('invalid', message, { ...(field !== undefined && { field }), code: `PROVIDER_${code}` });
}

const noTemplate = () => notFound('template', 'TEMPLATE_NOT_FOUND', 'There is no such template.');

const underReview = () =>
  new Problem(
    'conflict',
    'The provider is looking at what was handed in before: wait until it has decided.',
    {
      code: 'UNDER_REVIEW',
    },
  );

const fieldOfName = ({ providerName }: Template) => (providerName === undefined ? 'code' : 'providerName');

const nameTaken = (template: Template) =>
  new Problem(
    'conflict',
    'The provider has a template of this name and language that says something else: give this one another providerName, or read the list of the provider and take that one over.',
    { field: fieldOfName(template), code: 'NAME_TAKEN' },
  );

const nameRests = (template: Template) =>
  new Problem(
    'conflict',
    'A template of this name and language was taken away at the provider a short time ago, and the name rests for some weeks: give this one another providerName.',
    { field: fieldOfName(template), code: 'NAME_RESTS' },
  );
