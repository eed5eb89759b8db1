import { type ApprovalNews, type ApprovalSource, approvalStatuses } from '../model/approval.ts';
import { notFound } from '../model/problem.ts';
import type { Template } from '../model/setup.ts';
import { type Noted, noteApproval } from './approvals.ts';
import type { Change } from './setup.ts';
import { checkKnown, checkName, checkOneOf, checkText } from './setup-check.ts';
import type { Draft } from './setup-draft.ts';

/** Notes the state of a template at one channel (decision D29). */
export async function approveTemplate(
  draft: Draft,
  templateId: string,
  { channelId, status, templateId: providerId, reason }: ApprovalNews,
): Promise<Change<Template>> {
  const before = draft.setup.templates.find((one) => one.id === templateId);
  if (!before) throw notFound('templateId', 'TEMPLATE_NOT_FOUND', 'There is no such template.');
  checkKnown(draft.setup.channels, channelId, 'channelId', 'channel');
  const to = checkOneOf((status ?? '').toUpperCase(), approvalStatuses, 'status');
  const was = before.approvals.find((one) => one.channelId === channelId);
  const news: ApprovalNews = {
    channelId,
    status: to,
    ...(providerId != null && { templateId: checkName(providerId, 'templateId') }),
    // The reason was one for the state that it had.
    reason: reason ? checkText(reason, 'reason') : was?.status === to ? undefined : null,
  };
  return noteInDraft(draft, before, news, 'noted');
}

/** Notes the state of a template in a draft of the setup, with its line in the audit log. */
export async function noteInDraft(
  draft: Draft,
  template: Template,
  news: ApprovalNews,
  source: ApprovalSource,
): Promise<Change<Template> & { event?: Noted['event'] }> {
  const { tx, by, setup, deeds, changed } = draft;
  const noted = await noteApproval(tx, by, template, news, source);
  const { approvals, deed, event } = noted ?? {};
  if (!approvals) return { value: template, change: 'none' };
  const value = { ...template, approvals };
  setup.templates[setup.templates.findIndex((one) => one.id === template.id)] = value;
  changed.add('setup');
  if (deed) deeds.push(deed);
  return { value, change: 'changed', ...(event && { event }) };
}
