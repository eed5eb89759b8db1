import type { Content } from '../model/message.ts';
import { type Queryable, statement } from './database.ts';

const rewriteStatement = statement(
  'messages.rewrite',
  'update message set content = $3::jsonb where business_id = $1 and id = $2',
);

/** Replaces what a message says: who wrote it changed it, or took it back. */
export async function rewrite(
  tx: Queryable,
  businessId: number,
  id: string,
  content: Content,
): Promise<void> {
  await tx.run(rewriteStatement, [businessId, id, JSON.stringify(content)]);
}
