export const approvalStatuses = ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED'] as const;
export type ApprovalStatus = (typeof approvalStatuses)[number];

/** The state of a template at one channel (decision D29). */
export interface Approval {
  channelId: string;
  status: string;
  /** The provider's id of the template. */
  templateId?: string;
  /** Why the provider stands to it so, in its words. */
  reason?: string;
  /** As what the provider has it, and charges for it: MARKETING, UTILITY … */
  category?: string;
  /** How people take it, as the provider rates that: GREEN, YELLOW, RED. */
  quality?: string;
  /** Epoch ms since which it has this status. */
  since?: number;
  /** What the provider has of its text, as `templateForm` tells it: another one than ours when ours was changed since. */
  form?: string;
}

/** What is known anew of a template at one channel: what is left out stays as it was, null takes it away. */
export type ApprovalNews = Pick<Approval, 'channelId'> & {
  /** Left out, nothing becomes of it where no state is known yet. */
  status?: string | undefined;
} & {
  [K in Exclude<keyof Approval, 'channelId' | 'status' | 'since'>]?: string | null | undefined;
};

/** Whether all of this was known before: nothing would become another of it. */
export function isKnown(was: Approval | undefined, news: ApprovalNews): boolean {
  const known = { ...was } as Record<string, unknown>;
  return Object.entries(news).every(
    ([name, value]) => value === undefined || value === (known[name] ?? null),
  );
}

/**
 * How a state is known. `noted`: by hand; `submitted`: by our handing it in; `told`: by the provider's webhook; `read`:
 * from the provider's list.
 */
export const approvalSources = ['noted', 'submitted', 'told', 'read'] as const;
export type ApprovalSource = (typeof approvalSources)[number];
