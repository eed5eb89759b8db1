import { type Queryable, statement } from './database.ts';

export type LinkKind = 'invitation' | 'reset';

/** Whose a link is. */
export interface Link {
  businessId: number;
  agentCode: string;
  kind: LinkKind;
  expiresAt: number;
}

const putStatement = statement(
  'signInLinks.put',
  `insert into sign_in_link (business_id, agent_code, hash, kind, expires_at)
   values ($1, $2, $3, $4, now() + $5::float * interval '1 hour')
   on conflict (business_id, agent_code) do update set hash = excluded.hash, kind = excluded.kind,
     expires_at = excluded.expires_at
   returning expires_at as "expiresAt"`,
);

/** Keeps a link; the one that the agent had before is dead with that. Answers when it ends (epoch ms). */
export async function put(
  tx: Queryable,
  link: { businessId: number; agentCode: string; hash: Buffer; kind: LinkKind; hours: number },
): Promise<number> {
  const { businessId, agentCode, hash, kind, hours } = link;
  const [row] = await tx.run<{ expiresAt: number }>(putStatement, [businessId, agentCode, hash, kind, hours]);
  return row!.expiresAt;
}

const findStatement = statement(
  'signInLinks.find',
  `select l.business_id as "businessId", l.agent_code as "agentCode", l.kind, l.expires_at as "expiresAt"
   from sign_in_link l join agent a on a.business_id = l.business_id and a.code = l.agent_code and a.active
   where l.hash = $1 and l.expires_at > now()`,
);

/** The link of this hash, while it and its agent are in force. */
export async function find(db: Queryable, hash: Buffer): Promise<Link | undefined> {
  const [row] = await db.run<Link & Record<string, unknown>>(findStatement, [hash]);
  return row;
}

const useStatement = statement(
  'signInLinks.use',
  'delete from sign_in_link where hash = $1 and expires_at > now() returning agent_code',
);

/** Uses a link up; answers whether it was still there. */
export async function use(tx: Queryable, hash: Buffer): Promise<boolean> {
  return (await tx.run(useStatement, [hash])).length > 0;
}
