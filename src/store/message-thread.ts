import { type Queryable, statement } from './database.ts';

const threadStatement = statement(
  'messages.thread',
  `select m.provider_id as "providerId", m.direction, m.content->>'subject' as subject from message m
   where m.business_id = $1 and m.session_id = $2 and m.id < $3 and m.direction in ('I', 'O')
   order by m.id desc limit 10`,
);

/** The last messages before this one in its conversation, as channels name them, oldest first. */
export async function threadOf(
  db: Queryable,
  message: { businessId: number; sessionId: string; id: string },
): Promise<{ providerIds: string[]; answers?: string; subject?: string }> {
  const rows = await db.run<{ providerId: string | null; direction: string; subject: string | null }>(
    threadStatement,
    [message.businessId, message.sessionId, message.id],
  );
  const answers = rows.find((row) => row.direction === 'I' && row.providerId !== null)?.providerId;
  const subject = rows.find((row) => row.subject !== null)?.subject;
  return {
    providerIds: rows.flatMap(({ providerId }) => (providerId === null ? [] : [providerId])).reverse(),
    ...(answers && { answers }),
    ...(subject && { subject }),
  };
}
