import { type Queryable, statement } from './database.ts';

/** What became of telling an app about a message. */
export interface Forward {
  businessId: number;
  id: string;
  status: 'FORWARDED' | 'FORWARD_ERR' | 'STATUS_FORWARD_ERR';
}

const noteStatement = statement(
  'messages.noteForwards',
  `update message m set
     status = case when status_rank(v.status) > status_rank(m.status) and m.direction = 'I' then v.status else m.status end,
     stamps = jsonb_build_object(v.status, (extract(epoch from now()) * 1000)::bigint) || m.stamps
   from (
     select v.* from unnest($1::int[], $2::text[], $3::text[]) v (business_id, id, status)
     join message m using (business_id, id) order by m.business_id, m.id for update of m
   ) v
   where m.business_id = v.business_id and m.id = v.id`,
);

/** Notes on messages whether their app was told of them: one line each. */
export async function note(tx: Queryable, forwards: Forward[]): Promise<void> {
  const last = [...new Map(forwards.map((f) => [`${f.businessId} ${f.id}`, f])).values()];
  if (last.length === 0) return;
  await tx.run(noteStatement, [
    last.map((f) => f.businessId),
    last.map((f) => f.id),
    last.map((f) => f.status),
  ]);
}
