import type { Approval, ApprovalNews, ApprovalSource } from '../model/approval.ts';
import type { AuditWho } from './audit.ts';
import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

const noteStatement = statement(
  'approvals.note',
  `with held as materialized (
     select approvals, coalesce((select a from jsonb_array_elements(approvals) a where a->>'channelId' = $3), '{}') as was
     from template where business_id = $1 and id = $2 for update
   ), next as (
     select approvals, was, jsonb_strip_nulls(was || $4::jsonb || jsonb_build_object('since',
       case when was->>'status' = coalesce($4::jsonb->>'status', was->>'status') then was->'since'
         else to_jsonb((extract(epoch from now()) * 1000)::bigint) end)) as now
     from held
   ), written as (
     update template t set approvals = (
       select jsonb_agg(a order by (a->>'channelId') collate "C")
       from (select a from jsonb_array_elements(n.approvals) a where a->>'channelId' <> $3 union all select n.now) x (a))
     from next n where t.business_id = $1 and t.id = $2 and n.was <> n.now and n.now ? 'status'
     returning t.approvals
   ), line as (
     insert into template_approval_change (business_id, template_id, channel_id, status, source, who, reason, category,
       quality, provider_id)
     select $1, $2, $3, n.now->>'status', $5, $6::jsonb, n.now->>'reason', n.now->>'category', n.now->>'quality',
       n.now->>'templateId'
     from next n where n.was - '{since,form}'::text[] <> n.now - '{since,form}'::text[] and n.now ? 'status'
     returning 1
   )
   select nullif(n.was, '{}') as before, n.now as after, w.approvals, exists (select from line) as told
   from next n left join written w on true`,
);

/** What became of the state of a template at one channel. */
export interface NotedApproval {
  before?: Approval;
  after: Approval;
  /** All states of the template, where this one became another. */
  approvals?: Approval[];
  /** It is one that is told, and has a line in the history. */
  told: boolean;
}

/**
 * Notes what is known anew of a template at one channel, and how it came to be so. What others noted meanwhile of its
 * other channels stays. Undefined: there is no such template.
 */
export async function note(
  tx: Queryable,
  at: { businessId: number; templateId: string },
  news: ApprovalNews,
  { source, who }: { source: ApprovalSource; who?: AuditWho | undefined },
): Promise<NotedApproval | undefined> {
  const { businessId, templateId } = at;
  const [row] = await tx.run<{
    before: Approval | null;
    after: Approval;
    approvals: Approval[] | null;
    told: boolean;
  }>(noteStatement, [
    ...[businessId, templateId, news.channelId, JSON.stringify(news), source],
    who ? JSON.stringify(who) : null,
  ]);
  if (!row) return undefined;
  const { before, after, approvals, told } = row;
  return { after, told, ...(before && { before }), ...(approvals && { approvals }) };
}

/** One change in the history of an approval. */
export interface ApprovalChange {
  /** Grows: a later change has a greater one. */
  no: number;
  /** Epoch ms. */
  at: number;
  status: string;
  source: ApprovalSource;
  who?: AuditWho;
  reason?: string;
  category?: string;
  quality?: string;
  templateId?: string;
}

const historyStatement = statement(
  'approvals.history',
  `select no, at, status, source, who, reason, category, quality, provider_id as "templateId"
   from template_approval_change
   where business_id = $1 and template_id = $2 and channel_id = $3 and no < $4 order by no desc limit $5`,
);

/** How a template came to stand at a channel as it does: newest first; `before`: only what was written before that one. */
export async function history(
  db: Queryable,
  businessId: number,
  at: { templateId: string; channelId: string },
  { before = Number.MAX_SAFE_INTEGER, limit }: { before?: number | undefined; limit: number },
): Promise<ApprovalChange[]> {
  const rows = await db.run<ApprovalChange & Record<string, unknown>>(historyStatement, [
    ...[businessId, at.templateId, at.channelId, before, limit],
  ]);
  return rows.map((row) => withoutNulls<ApprovalChange>(row));
}
