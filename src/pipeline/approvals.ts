import type { Approval, ApprovalNews, ApprovalSource } from '../model/approval.ts';
import { type Deed, differences } from '../model/audit.ts';
import type { NewEvent } from '../model/event.ts';
import { newId } from '../model/ids.ts';
import { present } from '../model/present.ts';
import type { Template } from '../model/setup.ts';
import type { Queryable } from '../store/database.ts';
import * as store from '../store/template-approvals.ts';
import { type By, whoDid } from './audit.ts';

/** What came of a note: what is to be told and to be written down in the same transaction. */
export interface Noted extends store.NotedApproval {
  deed?: Deed;
  event?: NewEvent & { businessId: number };
}

/**
 * Notes how the provider of a channel stands to a template, with a line in its history. The deed and the event are there
 * where the state became another; both go into the transaction. Undefined: the template is gone.
 */
export async function noteApproval(
  tx: Queryable,
  by: By,
  template: Pick<Template, 'id' | 'code' | 'lang' | 'name'>,
  news: ApprovalNews,
  source: ApprovalSource,
): Promise<Noted | undefined> {
  const { businessId } = by;
  const who = source === 'noted' || source === 'submitted' ? await whoDid(tx, by) : undefined;
  const noted = await store.note(tx, { businessId, templateId: template.id }, news, { source, who });
  if (!noted?.told) return noted;
  const { channelId } = news;
  const { code, lang } = template;
  const { status, reason } = noted.after;
  return {
    ...noted,
    deed: approvalDeed(template, channelId, noted.before, noted.after),
    // Ratings and categories come and go, and it stands as it stood.
    ...((noted.before?.status !== status || noted.before.reason !== reason) && {
      event: {
        ...{ businessId, id: newId(), at: Date.now(), type: 'template.status' as const },
        data: present({ channelId, code, lang, status, reason }),
      },
    }),
  };
}

/** What the audit log says of a state that became another; `after` is absent when it went with its channel. */
export function approvalDeed(
  { code, lang, name }: Pick<Template, 'code' | 'lang' | 'name'>,
  channelId: string,
  before: Approval | undefined,
  after: Approval | undefined,
): Deed {
  const told = ({ status, reason, category, quality, templateId }: Partial<Approval> = {}) => ({
    approvals: { [channelId]: present({ status, reason, category, quality, templateId }) },
  });
  return {
    ...{ what: 'template.changed', id: `${code}/${lang}`, name },
    changes: differences(told(before), told(after)),
  };
}
