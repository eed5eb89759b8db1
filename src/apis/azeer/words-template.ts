import type { MediaType } from '../../model/message.ts';
import { invalid, missing } from '../../model/problem.ts';
import type { ChannelSetup, Template } from '../../model/setup.ts';
import { callerPlaces, type PlacedValues } from '../../model/template.ts';
import type { SendRequest } from '../../pipeline/core.ts';
import type { TemplateWanted } from './template-block.ts';

/** Where a template would go, and whether it has to be approved there. */
export interface TemplateDoor {
  channel: ChannelSetup;
  approval: boolean;
}

/**
 * The send of a template: the variant in exactly the language that was named, approved, with a value for
 * each of its placeholders and none too many (azeer.md 5.1). Throws `Problem` naming what does not fit.
 */
export function templateRequest(
  wanted: TemplateWanted,
  templates: readonly Template[],
  door: TemplateDoor,
): Pick<SendRequest, 'content' | 'template'> {
  const template = chooseTemplate(wanted, templates);
  assertApproved(template, door);
  const media = headerFile(wanted, template);
  const placed: PlacedValues = {
    ...(!media && { header: fitted(wanted.header, template.header, 'HEADER') }),
    body: fitted(wanted.body, template.body, 'BODY'),
    buttons: buttonValues(wanted, template),
  };
  if (wanted.footer?.length) throw doesNotFit('FOOTER', 0, wanted.footer.length);
  return {
    content: { type: 'template', ...(media && { headerMedia: media }) },
    template: { id: template.id, placed },
  };
}

function chooseTemplate({ named, language }: TemplateWanted, templates: readonly Template[]): Template {
  const exact = templates.find(({ id }) => id === named);
  const variants = exact
    ? [exact]
    : templates.filter(({ code, providerName }) => code === named || providerName === named);
  if (variants.length === 0) {
    throw invalid('template.template_id', `template.template_id: there is no template "${named}"`, {
      code: 'UNKNOWN_TEMPLATE',
    });
  }
  const languages = variants.map(({ lang }) => lang);
  if (language === undefined) {
    if (variants.length === 1) return variants[0]!;
    throw missing(
      'template.language',
      `template.language is required: this template has ${languages.join(', ')}`,
    );
  }
  const found = variants.find(({ lang }) => sameLanguage(lang, language));
  if (found) return found;
  throw invalid('template.language', `template.language: this template is not in "${language}"`, {
    code: 'UNKNOWN_LANGUAGE',
    possibleValues: languages,
  });
}

function sameLanguage(a: string, b: string): boolean {
  return a.replace('-', '_').toLowerCase() === b.replace('-', '_').toLowerCase();
}

function assertApproved(template: Template, { channel, approval }: TemplateDoor): void {
  if (!approval) return;
  const entry = template.approvals.find(({ channelId }) => channelId === channel.id);
  if (entry?.status.toUpperCase() === 'APPROVED') return;
  const state = entry ? entry.status.toLowerCase() : 'not known there';
  throw invalid(
    'template.template_id',
    `template.template_id: this template is not approved for ${channel.id}: it is ${state}`,
    { code: 'TEMPLATE_NOT_APPROVED' },
  );
}

const fileTypes = new Set<MediaType>(['image', 'video', 'document']);

/** The file above the text: of the request, where the template has a place for one. */
function headerFile(wanted: TemplateWanted, { media }: Template) {
  if (!media) return undefined;
  const { header = [] } = wanted;
  if (header.length > 1) throw doesNotFit('HEADER', 1, header.length);
  const [link] = header;
  if (link === undefined) {
    if (media.link === undefined) throw doesNotFit('HEADER', 1, 0);
    return undefined;
  }
  if (!fileTypes.has(media.type) || !/^https?:\/\//i.test(link) || !URL.canParse(link)) {
    throw invalid('template.argument.HEADER', 'template.argument.HEADER must be the address of a file', {
      code: 'BAD_URL',
    });
  }
  const filename = wanted.filename ?? media.filename;
  return { type: media.type, link, ...(filename !== undefined && { filename }) };
}

/** The values given for a part, when there is one for each of its placeholders. */
function fitted(given: string[] = [], part: string | undefined, name: string): string[] {
  const places = callerPlaces(part).length;
  if (places !== given.length) throw doesNotFit(name, places, given.length);
  return given;
}

function doesNotFit(name: string, places: number, given: number) {
  const field = `template.argument.${name}`;
  return invalid(field, `${field}: the template takes ${places} value(s), ${given} came`, {
    code: 'WRONG_NUMBER_OF_VALUES',
  });
}

/** By button: the value in its link, or what it gives back. Links take what came for them in their order. */
function buttonValues(wanted: TemplateWanted, { buttons }: Template): (string | undefined)[] {
  const isOpen = (i: number) => callerPlaces(buttons[i]?.url).length > 0;
  const links = buttons.flatMap((_, i) => (isOpen(i) ? [i] : []));
  const values = new Map(wanted.buttons);
  if (wanted.links) {
    if (wanted.links.length !== links.length) throw doesNotFit('BUTTONS', links.length, wanted.links.length);
    links.forEach((place, i) => void values.set(place, wanted.links![i]!));
  }
  const unknown = [...values.keys()].find((i) => !isOpen(i) && buttons[i]?.type !== 'QUICK_REPLY');
  if (unknown !== undefined) {
    throw invalid(
      'template.components',
      `template.components: the template has no button ${unknown} that takes a value`,
    );
  }
  const open = links.filter((i) => !values.has(i));
  if (open.length > 0) throw doesNotFit('BUTTONS', links.length, links.length - open.length);
  return buttons.map((_, i) => values.get(i));
}
