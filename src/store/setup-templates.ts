import type { Approval } from '../model/approval.ts';
import type { Template, Var } from '../model/setup.ts';
import { type Queryable, statement } from './database.ts';

const putStatement = statement(
  'template.put',
  `insert into template (business_id, id, code, lang, doc, approvals, created_at) values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (business_id, id) do update set doc = excluded.doc`,
);

/** Writes one language variant of a template, new or changed. Its approvals change by `approvals.note` alone. */
export async function put(tx: Queryable, businessId: number, template: Template): Promise<void> {
  const { id, code, lang, approvals, createdAt, ...doc } = template;
  await tx.run(putStatement, [
    businessId,
    id,
    code,
    lang,
    JSON.stringify(doc),
    JSON.stringify(approvals),
    new Date(createdAt),
  ]);
}

const approvalsStatement = statement(
  'template.setApprovals',
  'update template set approvals = $3 where business_id = $1 and id = $2',
);

/** Writes the approvals of one template. */
export async function setApprovals(
  tx: Queryable,
  businessId: number,
  id: string,
  approvals: Approval[],
): Promise<void> {
  await tx.run(approvalsStatement, [businessId, id, JSON.stringify(approvals)]);
}

const putVarStatement = statement(
  'var.put',
  `insert into var (business_id, id, key, channel_id, doc) values ($1, $2, $3, $4, $5)
   on conflict (business_id, id) do update set doc = excluded.doc`,
);

/** Writes a variable, new or changed. */
export async function putVar(tx: Queryable, businessId: number, value: Var): Promise<void> {
  const { id, key, channelId, ...doc } = value;
  await tx.run(putVarStatement, [businessId, id, key, channelId ?? null, JSON.stringify(doc)]);
}
