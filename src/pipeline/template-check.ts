import type { Channel, Measure } from '../channels/channel.ts';
import { channels as allDoors, channelOf as doorOf } from '../channels/index.ts';
import { templateFit } from '../channels/template-fit.ts';
import { SendFailure } from '../model/failure.ts';
import { isId } from '../model/ids.ts';
import type { Content } from '../model/message.ts';
import { Problem } from '../model/problem.ts';
import type { ChannelSetup, Setup, Template, Var } from '../model/setup.ts';
import { fillButtons, fillTemplate, fillText } from '../model/template.ts';
import { finding, type TemplateFinding } from '../model/template-finding.ts';
import { sampleOf, sampleValues } from '../model/template-samples.ts';
import * as media from '../store/media.ts';
import type { Context } from './context.ts';
import { describedBy } from './own-files.ts';
import { checkCode } from './setup-check.ts';
import { checkLang, type TemplateChange, templateOf } from './template-value.ts';

/** What one channel makes of a template. */
export interface ChannelView {
  channel: ChannelSetup;
  /** Whether its provider approves templates. */
  approval: boolean;
  /** It can be handed in there. */
  submits: boolean;
  findings: TemplateFinding[];
  /** As it goes there, filled with samples; absent when it cannot go. */
  content?: Content;
  /** Where the provider charges by the part. */
  measure?: Measure;
}

/** What would become of a template, had it been saved. */
export interface TemplateChecked {
  /** Why it could not be saved. */
  findings: TemplateFinding[];
  channels: ChannelView[];
}

type Kit = Pick<Context, 'db' | 'mediaLinks' | 'account'>;

/** Looks at a template as saving would, and as each channel that it is made for would. Stores nothing. */
export async function checkTemplate(
  ctx: Kit,
  setup: Setup,
  change: Partial<TemplateChange>,
): Promise<TemplateChecked> {
  const made = asSaved(setup, change);
  if ('findings' in made) return { findings: made.findings, channels: [] };
  const { template } = made;
  const file = await fileOf(ctx, setup, template);
  const views: ChannelView[] = [];
  for (const channel of channelsFor(setup, template))
    views.push(await viewOf(ctx, setup, channel, template, file));
  const findings = untaken(doorsFor(allDoors, setup, template), template, file?.known);
  return { findings, channels: views };
}

/** The template that a change makes, or what is wrong with it. What is not said yet is no fault while one types. */
function asSaved(
  setup: Setup,
  change: Partial<TemplateChange>,
): { template: Template } | { findings: TemplateFinding[] } {
  const refused: TemplateFinding[] = [];
  const tried = <T>(work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      for (const { field = 'body', message } of error.details)
        refused.push(finding('refused', field, 'INVALID', { text: message }));
      return undefined;
    }
  };
  const code = tried(() => checkCode(change.code ?? 'template'));
  const lang = tried(() => checkLang(change.lang ?? 'en'));
  const before = setup.templates.find((one) => one.code === code && one.lang === lang);
  const body = change.body ?? before?.body ?? '';
  const template = tried(() =>
    templateOf({ ...change, body, code: code ?? '-', lang: lang ?? 'en' }, before),
  );
  return template && refused.length === 0 ? { template } : { findings: refused };
}

/** The channels that a template is made for. */
export function channelsFor({ channels }: Setup, { contactType }: Template): ChannelSetup[] {
  return [...channels.values()].filter(
    (one) => one.enabled && (contactType === undefined || one.contactType === contactType),
  );
}

async function viewOf(
  ctx: Kit,
  setup: Setup,
  channel: ChannelSetup,
  template: Template,
  file: FileKnown | undefined,
): Promise<ChannelView> {
  const door = doorOf(channel.type);
  const approval = door?.carries.approval === true;
  const submits = door?.templates !== undefined;
  if (!door) return { channel, approval, submits, findings: [finding('refused', 'body', 'NOT_SUPPORTED')] };
  const vars = varsOn(setup, channel);
  const { shown, findings } = templateFit(filled(template, vars, file), door.carries);
  const own = rulesOf(door, template, vars, file?.known);
  const view: ChannelView = {
    channel,
    approval,
    submits,
    findings: [...own, ...withoutDoubles(findings, own)],
  };
  if (!shown) return view;
  view.content = shown;
  try {
    const measure = door.measure?.(shown, await ctx.account(setup.business.id, channel.id));
    return measure ? { ...view, measure } : view;
  } catch (error) {
    if (!(error instanceof SendFailure)) throw error;
    const text = error.failure.text ?? error.message;
    return { ...view, findings: [...view.findings, finding('refused', 'body', 'INVALID', { text })] };
  }
}

/** What a provider that approves templates would say of one, and what it is handed in with. */
export async function lookAt(ctx: Kit, setup: Setup, channel: ChannelSetup, template: Template) {
  const file = await fileOf(ctx, setup, template);
  const vars = varsOn(setup, channel);
  return {
    findings: rulesOf(doorOf(channel.type)!, template, vars, file?.known),
    sample: (path: string) => sampleOf(path, template, vars),
    file: file?.known,
    /** Where the file above the text is. */
    link: file?.link,
  };
}

/** What the channel's own rules say better. */
function withoutDoubles(findings: TemplateFinding[], own: TemplateFinding[]): TemplateFinding[] {
  return findings.filter(({ kind, field }) => !own.some((one) => one.kind === kind && one.field === field));
}

function rulesOf(
  door: Channel,
  template: Template,
  vars: Var[],
  file: FileKnown['known'] | undefined,
): TemplateFinding[] {
  const sample = (path: string) => sampleOf(path, template, vars);
  return door.templates?.check({ template, sample, ...(file && { file }) }) ?? [];
}

/** What would be sent, with samples in place of values. */
function filled(template: Template, vars: Var[], file: FileKnown | undefined): Content {
  const values = sampleValues(template, vars);
  const use = fillTemplate(template, values);
  const buttons = fillButtons(template.buttons, values);
  return {
    type: 'template',
    template: file && use.media ? { ...use, media: { ...use.media, ...file.known, link: file.link } } : use,
    ...(buttons.length > 0 && { buttons }),
    ...(use.title !== undefined && { subject: use.title.replace(/\s+/g, ' ').trim() }),
  };
}

/** The variables of the business that a channel may use; what is bound to it goes before what is not. */
export function varsOn({ vars }: Setup, { id }: ChannelSetup): Var[] {
  const usable = vars.filter(({ channelId }) => channelId === undefined || channelId === id);
  return usable.sort((a, b) => Number(b.channelId !== undefined) - Number(a.channelId !== undefined));
}

/** The file above the text, as far as it is known. */
interface FileKnown {
  link: string;
  known: { mime?: string; sizeBytes?: number };
}

async function fileOf(ctx: Kit, setup: Setup, template: Template): Promise<FileKnown | undefined> {
  const given = template.media?.link;
  if (given === undefined) return undefined;
  const link = fillText(given, sampleValues(template, setup.vars));
  const address = ctx.mediaLinks.read(link);
  const id = typeof address === 'object' ? address.id : undefined;
  const file =
    id !== undefined && isId(id) ? await media.ofBusiness(ctx.db, setup.business.id, id) : undefined;
  const { mime, sizeBytes } = file ? describedBy({}, file) : {};
  const known = { ...(mime !== undefined && { mime }), ...(sizeBytes !== undefined && { sizeBytes }) };
  return { link, known };
}

/** The doors that could take a template: of the channels that it is made for, or where there are none, of their kind. */
function doorsFor(doors: readonly Channel[], setup: Setup, template: Template): Door[] {
  const { contactType } = template;
  const own = channelsFor(setup, template).flatMap((channel) => {
    const door = doors.find(({ types }) => types.includes(channel.type));
    return door ? [{ door, vars: varsOn(setup, channel) }] : [];
  });
  if (contactType !== undefined && own.length > 0) return own;
  const ofKind = doors.filter((door) => contactType === undefined || door.contactType === contactType);
  return ofKind.map((door) => ({ door, vars: setup.vars }));
}

interface Door {
  door: Channel;
  vars: Var[];
}

/** What is in the way of every one of them; nothing when one would take it. */
function untaken(doors: Door[], template: Template, file?: FileKnown['known']): TemplateFinding[] {
  const link = template.media?.link;
  const known = link === undefined ? undefined : { link, known: file ?? {} };
  // Who carries no templates at all says nothing of this one.
  const carriers = doors.filter(({ door }) => door.carries.out.template !== undefined);
  const refusals = carriers.map(({ door, vars }) =>
    [
      ...rulesOf(door, template, vars, file),
      ...templateFit(filled(template, vars, known), door.carries).findings,
    ].filter(({ kind }) => kind === 'refused'),
  );
  if (refusals.length === 0 || refusals.some((one) => one.length === 0)) return [];
  const all = refusals.flat();
  return all.filter(
    (one, i) => all.findIndex(({ field, code }) => field === one.field && code === one.code) === i,
  );
}

/** Refuses to save what no channel could ever send. Throws `Problem` naming each field. */
export function assertTaken(doors: readonly Channel[], setup: Setup, template: Template): void {
  const findings = untaken(doorsFor(doors, setup, template), template);
  if (findings.length === 0) return;
  throw new Problem(
    'invalid',
    `No channel could send it: ${findings.map(({ field, message }) => `${field}: ${message}`).join(' ')}`,
    findings.map(({ field, code, message }) => ({ field, code, message: `${field}: ${message}` })),
  );
}
