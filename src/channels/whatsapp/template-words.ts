import type { ApprovalStatus } from '../../model/approval.ts';
import { present } from '../../model/present.ts';
import { objectOf, type Raw, textOf } from '../json.ts';
import type { Standing } from '../templates.ts';

/** Meta's words for the state of a template, in ours (decision D29). */
const statuses: Readonly<Record<string, ApprovalStatus>> = {
  APPROVED: 'APPROVED',
  REINSTATED: 'APPROVED',
  UNARCHIVED: 'APPROVED',
  PENDING: 'PENDING',
  IN_APPEAL: 'PENDING',
  REJECTED: 'REJECTED',
  DELETED: 'REJECTED',
  PENDING_DELETION: 'REJECTED',
  LIMIT_EXCEEDED: 'REJECTED',
  PAUSED: 'PAUSED',
  DISABLED: 'PAUSED',
  ARCHIVED: 'PAUSED',
};

/** The state that a word of Meta's stands for; undefined: it says nothing of the state. */
export function statusOf(word: string | undefined): ApprovalStatus | undefined {
  const known = word?.toUpperCase() ?? '';
  return Object.hasOwn(statuses, known) ? statuses[known] : undefined;
}

/** In lists templates may stand under words that go before a review. */
export const listedStatus = (word: string | undefined): ApprovalStatus => statusOf(word) ?? 'PENDING';

/** Words that Meta puts where it has nothing to say. */
const nothing = new Set(['NONE', 'UNKNOWN']);
const said = (value: unknown) => {
  const text = textOf(value);
  return text === undefined || nothing.has(text.toUpperCase()) ? undefined : text;
};

/** How a template stands, out of what a list or an answer tells of it. */
export function standingOf(raw: Raw, status = listedStatus(textOf(raw.status))): Standing {
  const quality = objectOf(raw.quality_score).score ?? raw.quality_score;
  const reason = said(raw.rejected_reason);
  return present({
    templateId: textOf(raw.id),
    status,
    // What stands there of an earlier review says nothing of this one.
    reason: status === 'APPROVED' || status === 'PENDING' ? undefined : reason,
    category: textOf(raw.category)?.toUpperCase(),
    quality: typeof quality === 'string' ? said(quality)?.toUpperCase() : undefined,
  });
}
