import type { Approval } from '../model/setup.ts';
import { type Queryable, statement } from './database.ts';

const setStatement = statement(
  'templates.setApproval',
  `update template set approvals = coalesce(
       (select jsonb_agg(a) from jsonb_array_elements(approvals) a where a->>'channelId' <> $3), '[]')
     || jsonb_build_array(coalesce(
       (select a from jsonb_array_elements(approvals) a where a->>'channelId' = $3), '{}') || $4::jsonb)
   where business_id = $1 and id = $2`,
);

/** Sets the state of a template at one channel, and keeps what else is known of it there. */
export async function setApproval(
  tx: Queryable,
  businessId: number,
  templateId: string,
  approval: Approval,
): Promise<void> {
  await tx.run(setStatement, [businessId, templateId, approval.channelId, JSON.stringify(approval)]);
}
