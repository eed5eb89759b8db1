import { channelOf as doorOf } from '../channels/index.ts';
import { checkContent } from '../model/content.ts';
import type { Content } from '../model/message.ts';
import { invalid, missing } from '../model/problem.ts';
import type { Setup, Template } from '../model/setup.ts';
import {
  chooseVariant,
  contactValues,
  fillButtons,
  fillTemplate,
  type TemplateValues,
} from '../model/template.ts';
import { checkTemplateValues } from '../model/template-values.ts';
import { windowLeftMs } from '../model/window.ts';
import type { SendRequest } from './core.ts';
import type { Target } from './target.ts';

/** What will really be said: the content checked, or the template chosen, approved and filled. */
export function prepareContent(setup: Setup, target: Target, request: SendRequest, now: number): Content {
  if (request.content.type !== 'template') {
    return checked(target, request.content);
  }
  const { template: choice } = request;
  if (!choice || (choice.id === undefined && choice.code === undefined)) throw missing('template');
  const variant = chooseTemplate(setup, target, choice);
  checkApproval(variant, target, now);
  const values = valuesFor(setup, target, request);
  const use = fillTemplate(variant, values, request.content.headerMedia, choice.placed);
  if (doorOf(target.channel.type)!.carries.approval) checkTemplateValues(variant, use, choice.placed);
  const buttons = request.content.buttons ?? fillButtons(variant.buttons, values, choice.placed?.buttons);
  const content: Content = { type: 'template', template: use, ...(buttons.length > 0 && { buttons }) };
  // Values may bring line breaks into a title, which is a line.
  const subject = request.content.subject ?? use.title?.replace(/\s+/g, ' ').trim();
  if (subject !== undefined) content.subject = subject;
  checkContent(content);
  return content;
}

/** A message that is no template: on channels with letters as these make it, on others without its HTML. */
function checked({ channel }: Target, said: Content): Content {
  checkContent(said);
  const { html: _, ...plain } = said;
  const content: Content = doorOf(channel.type)?.letter?.(said) ?? plain;
  if (content.type === 'text' && !content.text && !content.html) throw missing('text.body');
  return content;
}

/** The variant that a send means (decisions D43, D44). */
function chooseTemplate(
  setup: Setup,
  target: Target,
  choice: NonNullable<SendRequest['template']>,
): Template {
  if (choice.id !== undefined) {
    const found = setup.templates.find((template) => template.id === choice.id);
    if (!found)
      throw invalid('template.id', 'There is no such template', {
        code: 'UNKNOWN_TEMPLATE',
        value: choice.id,
      });
    return found;
  }
  const variants = setup.templates.filter((template) => template.code === choice.code);
  if (variants.length === 0) {
    throw invalid('template.code', 'There is no such template', {
      code: 'UNKNOWN_TEMPLATE',
      value: choice.code,
    });
  }
  const variant = chooseVariant(variants, {
    lang: choice.lang,
    contactLang: target.contact?.lang,
    businessLang: setup.business.settings.lang,
  });
  if (!variant) {
    throw invalid('template.lang', 'The template has no variant in this language', {
      code: 'UNKNOWN_LANGUAGE',
      possibleValues: variants.map((template) => template.lang),
      value: choice.lang,
    });
  }
  return variant;
}

/** Outside the window a template must be approved, on channels that have approval (decision D46). */
function checkApproval(template: Template, { channel, contact }: Target, now: number): void {
  const { approval, windowHours } = doorOf(channel.type)!.carries;
  if (!approval || windowLeftMs(windowHours, contact?.lastInboundAt, now)) return;
  const approved = template.approvals.some(
    ({ channelId, status }) => channelId === channel.id && status.toUpperCase() === 'APPROVED',
  );
  if (!approved) {
    throw invalid(
      'template',
      `The template is not approved for ${channel.id}, and the person has not written lately`,
      {
        code: 'TEMPLATE_NOT_APPROVED',
        value: template.code,
      },
    );
  }
}

function valuesFor(setup: Setup, target: Target, request: SendRequest): TemplateValues {
  const usable = setup.vars.filter(
    (v) => !v.disabled && (v.channelId === undefined || v.channelId === target.channel.id),
  );
  // What is bound to the channel goes before what is not (decision D28).
  const ordered = [...usable].sort(
    (a, b) => Number(a.channelId !== undefined) - Number(b.channelId !== undefined),
  );
  const { phone, email, name } = request.to;
  return {
    data: request.template?.data ?? {},
    contact: contactValues(
      {
        id: target.contactId,
        csid: target.csid,
        ...target.contact,
        profile: { ...(phone && { phone }), ...(email && { email }), ...target.contact?.profile },
      },
      name,
    ),
    global: Object.fromEntries(ordered.map((v) => [v.key, v.value])),
  };
}
