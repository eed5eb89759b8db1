import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

/** How a sign-in is brought along: by the browser itself, or by whoever holds it. */
export type SignInKind = 'cookie' | 'token';

/** A sign-in that is good, with all that says what its holder may do. */
export interface LivingSignIn {
  id: string;
  businessId: number;
  kind: SignInKind;
  agentCode: string;
  agentNo: number;
  role: string;
  /** The app for which people of the business write where no other is meant. */
  appId: string;
  businessUuid: string;
  seenAt: number;
  expiresAt: number;
}

const findStatement = statement(
  'signIns.find',
  `select s.id, s.business_id as "businessId", s.kind, s.agent_code as "agentCode", a.no as "agentNo", a.role,
     b.uuid as "businessUuid", s.seen_at as "seenAt", s.expires_at as "expiresAt",
     coalesce((select p.id from app p where p.business_id = s.business_id order by p.code <> 'default', p.code limit 1), '')
       as "appId"
   from sign_in s
   join agent a on a.business_id = s.business_id and a.code = s.agent_code and a.active
   join business b on b.id = s.business_id
   where s.hash = $1 and s.expires_at > now()`,
);

/** The sign-in of this hash, while it and its agent are in force. */
export async function find(db: Queryable, hash: Buffer): Promise<LivingSignIn | undefined> {
  const [row] = await db.run<LivingSignIn & Record<string, unknown>>(findStatement, [hash]);
  return row;
}

/** A sign-in to be kept. */
export interface NewSignIn {
  id: string;
  businessId: number;
  agentCode: string;
  hash: Buffer;
  kind: SignInKind;
  address?: string | undefined;
  userAgent?: string | undefined;
  /** Hours without a call after which it ends. */
  hours: number;
}

const insertStatement = statement(
  'signIns.insert',
  `insert into sign_in (business_id, id, agent_code, hash, kind, address, user_agent, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, now() + $8::float * interval '1 hour') returning expires_at as "expiresAt"`,
);

/** Keeps a sign-in; answers when it ends (epoch ms). */
export async function insert(tx: Queryable, one: NewSignIn): Promise<number> {
  const [row] = await tx.run<{ expiresAt: number }>(insertStatement, [
    one.businessId,
    one.id,
    one.agentCode,
    one.hash,
    one.kind,
    one.address ?? null,
    one.userAgent ?? null,
    one.hours,
  ]);
  return row!.expiresAt;
}

const touchStatement = statement(
  'signIns.touch',
  `update sign_in set seen_at = now(), expires_at = now() + $3::float * interval '1 hour'
   where business_id = $1 and id = $2`,
);

/** Notes that a sign-in is used: it lasts that much longer. */
export async function touch(db: Queryable, businessId: number, id: string, hours: number): Promise<void> {
  await db.run(touchStatement, [businessId, id, hours]);
}

/** A sign-in as its owner sees it. */
export interface SignInRow {
  id: string;
  kind: SignInKind;
  createdAt: number;
  seenAt: number;
  expiresAt: number;
  address?: string;
  userAgent?: string;
}

const listStatement = statement(
  'signIns.list',
  `select id, kind, created_at as "createdAt", seen_at as "seenAt", expires_at as "expiresAt", address,
     user_agent as "userAgent"
   from sign_in where business_id = $1 and agent_code = $2 and expires_at > now() order by id desc limit 200`,
);

/** The sign-ins of an agent, newest first. */
export async function list(db: Queryable, businessId: number, agentCode: string): Promise<SignInRow[]> {
  const rows = await db.run<SignInRow & Record<string, unknown>>(listStatement, [businessId, agentCode]);
  return rows.map((row) => withoutNulls<SignInRow>(row));
}

const dropStatement = statement(
  'signIns.drop',
  'delete from sign_in where business_id = $1 and agent_code = $2 and id = $3 returning id',
);

/** Ends one sign-in of an agent; answers whether there was such a one. */
export async function drop(
  db: Queryable,
  businessId: number,
  agentCode: string,
  id: string,
): Promise<boolean> {
  return (await db.run(dropStatement, [businessId, agentCode, id])).length > 0;
}

const dropAllStatement = statement(
  'signIns.dropAll',
  `delete from sign_in where business_id = $1 and agent_code = $2 and id is distinct from $3 returning id`,
);

/** Ends all sign-ins of an agent, but the one that is to stay; answers how many. */
export async function dropAll(
  tx: Queryable,
  businessId: number,
  agentCode: string,
  but?: string,
): Promise<number> {
  return (await tx.run(dropAllStatement, [businessId, agentCode, but ?? null])).length;
}

const dropTokensStatement = statement(
  'signIns.dropAccessTokens',
  `delete from access_token where business_id = $1 and kind = 'agent' and agent_code = $2 returning id`,
);

/** Takes the access tokens of an agent out of force; answers how many. */
export async function dropAccessTokens(
  tx: Queryable,
  businessId: number,
  agentCode: string,
): Promise<number> {
  return (await tx.run(dropTokensStatement, [businessId, agentCode])).length;
}

const forgetStatement = statement(
  'signIns.forget',
  `with old as (delete from sign_in where expires_at < now() returning 1),
     links as (delete from sign_in_link where expires_at < now() returning 1)
   delete from sign_in_failure where since < now() - interval '1 day'`,
);

/** Forgets what is over: sign-ins, links, and failures of the day before. */
export async function forget(db: Queryable): Promise<void> {
  await db.run(forgetStatement, []);
}
