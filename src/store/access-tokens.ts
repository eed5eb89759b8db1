import type { EndUserKind } from '../model/access.ts';
import { type Queryable, statement } from './database.ts';

/** A token that is good, with all that says what its holder may do. */
export interface LivingToken {
  id: string;
  businessId: number;
  kind: 'agent' | EndUserKind;
  keyId: string;
  appId: string;
  keyKind: 'confidential' | 'publishable' | 'server';
  keyScope: 'read' | 'write';
  keyTenantWide: boolean;
  /** Of an agent's. */
  agentCode: string | null;
  agentNo: number | null;
  role: string | null;
  hostId: string | null;
  /** Of an end user's. */
  endUserId: string | null;
  publicId: string | null;
  bannedAt: number | null;
  /** The business vouched for who signed in. */
  vouched: boolean;
}

const findStatement = statement(
  'accessTokens.find',
  `select t.id, t.business_id as "businessId", t.kind, t.key_id as "keyId", k.app_id as "appId", k.kind as "keyKind",
     k.scope as "keyScope", k.tenant_wide as "keyTenantWide", a.code as "agentCode", a.no as "agentNo",
     a.role, t.host_id as "hostId", t.end_user_id as "endUserId", u.public_id as "publicId", u.banned_at as "bannedAt",
     t.vouched
   from access_token t
   join api_key k on k.business_id = t.business_id and k.id = t.key_id and k.revoked_at is null
     and (k.expires_at is null or k.expires_at > now())
   left join agent a on a.business_id = t.business_id and a.code = t.agent_code and a.active
   left join end_user u on u.business_id = t.business_id and u.id = t.end_user_id
   where t.id = $1 and t.expires_at > now() and (a.code is not null or u.id is not null)`,
);

/** The token of this id, while it, its key and its holder are all in force. */
export async function find(db: Queryable, id: string): Promise<LivingToken | undefined> {
  const [row] = await db.run<LivingToken & Record<string, unknown>>(findStatement, [id]);
  return row;
}

/** A token to be kept; times in epoch ms. */
export interface NewToken {
  id: string;
  businessId: number;
  kind: 'agent' | EndUserKind;
  keyId: string;
  agent?: { code: string; hostId: string };
  endUser?: { id: string; deviceId: string; vouched: boolean };
  issuedAt: number;
  expiresAt: number;
}

const putStatement = statement(
  'accessTokens.put',
  `insert into access_token (business_id, id, kind, key_id, agent_code, host_id, end_user_id,
     device_id, vouched, issued_at, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
   on conflict (business_id, kind, device_id) where device_id is not null do update set
     id = excluded.id, key_id = excluded.key_id, end_user_id = excluded.end_user_id, vouched = excluded.vouched,
     issued_at = excluded.issued_at, expires_at = excluded.expires_at`,
);

/** Keeps a token. The one that its device held of this kind is gone with that (decision D11). */
export async function put(tx: Queryable, token: NewToken): Promise<void> {
  const { agent, endUser } = token;
  await tx.run(putStatement, [
    token.businessId,
    token.id,
    token.kind,
    token.keyId,
    agent?.code ?? null,
    agent?.hostId ?? null,
    endUser?.id ?? null,
    endUser?.deviceId ?? null,
    endUser?.vouched ?? false,
    new Date(token.issuedAt),
    new Date(token.expiresAt),
  ]);
}

const dropStatement = statement(
  'accessTokens.drop',
  'delete from access_token where business_id = $1 and id = $2 returning id',
);

/** Takes one token out of force; answers whether there was such a token. */
export async function drop(db: Queryable, businessId: number, id: string): Promise<boolean> {
  return (await db.run(dropStatement, [businessId, id])).length > 0;
}

const dropOfEndUserStatement = statement(
  'accessTokens.dropOfEndUser',
  'delete from access_token where business_id = $1 and end_user_id = $2',
);

/** Takes all tokens of an end user out of force. */
export async function dropOfEndUser(db: Queryable, businessId: number, endUserId: string): Promise<void> {
  await db.run(dropOfEndUserStatement, [businessId, endUserId]);
}

const dropByKeyStatement = statement(
  'accessTokens.dropByKey',
  'delete from access_token where business_id = $1 and key_id = $2',
);

/** Takes all tokens out of force that a key made. */
export async function dropByKey(tx: Queryable, businessId: number, keyId: string): Promise<void> {
  await tx.run(dropByKeyStatement, [businessId, keyId]);
}

/** An agent's token as an administrator sees it. */
export interface AgentTokenRow {
  id: string;
  agent: string;
  hostId: string;
  keyId: string;
  issuedAt: number;
  expiresAt: number;
}

const listStatement = statement(
  'accessTokens.listOfAgents',
  `select id, agent_code as agent, host_id as "hostId", key_id as "keyId", issued_at as "issuedAt",
     expires_at as "expiresAt"
   from access_token
   where business_id = $1 and id > $2 and kind = 'agent' and expires_at > now() order by id limit $3`,
);

/** The tokens of agents that have not expired, in the order of their ids. */
export async function listOfAgents(
  db: Queryable,
  businessId: number,
  page: { after?: string | undefined; limit: number },
): Promise<AgentTokenRow[]> {
  return db.run<AgentTokenRow & Record<string, unknown>>(listStatement, [
    businessId,
    page.after ?? '',
    page.limit,
  ]);
}

const forgetStatement = statement(
  'accessTokens.forgetExpired',
  `delete from access_token where (business_id, id) in (
     select business_id, id from access_token where expires_at < now() limit 1000
   ) returning id`,
);

/** Forgets tokens that have expired, some at a time; answers how many. */
export async function forgetExpired(db: Queryable): Promise<number> {
  return (await db.run(forgetStatement, [])).length;
}
