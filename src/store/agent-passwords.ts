import { type Queryable, statement } from './database.ts';

/** Somebody who may sign in, with what that is checked by. */
export interface Account {
  businessId: number;
  domain: string;
  agentCode: string;
  email: string | null;
  passwordHash: string;
  /** Sealed; counts once `hasTotp`. */
  totp: Buffer | null;
  hasTotp: boolean;
}

const columns = `p.business_id as "businessId", b.domain, a.code as "agentCode", a.email,
  p.password_hash as "passwordHash", p.totp, p.totp_since is not null as "hasTotp"`;

const byEmailStatement = statement(
  'agentPasswords.byEmail',
  `select ${columns} from agent a
   join agent_password p on p.business_id = a.business_id and p.agent_code = a.code
   join business b on b.id = a.business_id
   where a.email = $1 and a.active and ($2::text is null or b.domain = $2) order by b.domain, a.code limit 10`,
);

/** The active agents of this address who have a password; of one business where that is named. */
export async function byEmail(db: Queryable, email: string, domain?: string): Promise<Account[]> {
  return db.run<Account & Record<string, unknown>>(byEmailStatement, [email, domain ?? null]);
}

const findStatement = statement(
  'agentPasswords.find',
  `select ${columns} from agent a
   join agent_password p on p.business_id = a.business_id and p.agent_code = a.code
   join business b on b.id = a.business_id
   where a.business_id = $1 and a.code = $2`,
);

/** What one agent signs in with; undefined for who has no password. */
export async function find(
  db: Queryable,
  businessId: number,
  agentCode: string,
): Promise<Account | undefined> {
  const [row] = await db.run<Account & Record<string, unknown>>(findStatement, [businessId, agentCode]);
  return row;
}

const putStatement = statement(
  'agentPasswords.put',
  `insert into agent_password (business_id, agent_code, password_hash) values ($1, $2, $3)
   on conflict (business_id, agent_code) do update set password_hash = excluded.password_hash, changed_at = now()`,
);

/** Gives an agent a password. */
export async function put(
  tx: Queryable,
  businessId: number,
  agentCode: string,
  passwordHash: string,
): Promise<void> {
  await tx.run(putStatement, [businessId, agentCode, passwordHash]);
}

const totpStatement = statement(
  'agentPasswords.setTotp',
  `update agent_password set totp = $3, totp_since = null, totp_step = 0, recovery = '{}'
   where business_id = $1 and agent_code = $2 and (totp is not null or $3::bytea is not null) returning agent_code`,
);

/**
 * Keeps the sealed secret of codes that are still to be confirmed; null: no codes any more. Answers whether that
 * changed anything.
 */
export async function setTotp(
  tx: Queryable,
  businessId: number,
  agentCode: string,
  sealed: Buffer | null,
): Promise<boolean> {
  return (await tx.run(totpStatement, [businessId, agentCode, sealed])).length > 0;
}

const confirmStatement = statement(
  'agentPasswords.confirmTotp',
  `update agent_password set totp_since = now(), recovery = $3::bytea[]
   where business_id = $1 and agent_code = $2 and totp is not null and totp_since is null returning agent_code`,
);

/** From now on codes are asked for. Answers whether that was still to be confirmed. */
export async function confirmTotp(
  tx: Queryable,
  businessId: number,
  agentCode: string,
  recovery: Buffer[],
): Promise<boolean> {
  return (await tx.run(confirmStatement, [businessId, agentCode, recovery])).length > 0;
}

const stepStatement = statement(
  'agentPasswords.takeStep',
  `update agent_password set totp_step = $3
   where business_id = $1 and agent_code = $2 and totp_step < $3 returning agent_code`,
);

/** Takes the code of a step of time; answers whether it was not taken before. */
export async function takeStep(
  tx: Queryable,
  businessId: number,
  agentCode: string,
  step: number,
): Promise<boolean> {
  return (await tx.run(stepStatement, [businessId, agentCode, step])).length > 0;
}

const recoveryStatement = statement(
  'agentPasswords.takeRecovery',
  `update agent_password set recovery = array_remove(recovery, $3)
   where business_id = $1 and agent_code = $2 and $3 = any(recovery) returning agent_code`,
);

/** Uses a recovery code up; answers whether it was one. */
export async function takeRecovery(
  tx: Queryable,
  businessId: number,
  agentCode: string,
  hash: Buffer,
): Promise<boolean> {
  return (await tx.run(recoveryStatement, [businessId, agentCode, hash])).length > 0;
}
