import { type Queryable, statement } from './database.ts';
import { withoutNulls } from './row.ts';

/** An API key as it is kept: a keyed hash, never the key. */
export interface StoredKey {
  id: string;
  businessId: number;
  appId: string;
  name: string;
  /** The first characters, to recognise it by. */
  hint: string;
  /** Names it in its form as a token. */
  uuid: string;
  kind: 'confidential' | 'publishable' | 'server';
  scope: 'read' | 'write';
  tenantWide: boolean;
  installation: boolean;
  /** Number of the agent who made it. */
  makerNo?: number;
  /** Epoch ms. */
  createdAt: number;
  expiresAt?: number;
  revokedAt?: number;
  lastUsedAt?: number;
}

type Row = { [K in keyof StoredKey]: StoredKey[K] | null };

const columns = `id, uuid, business_id as "businessId", app_id as "appId", name, hint, kind, scope,
  tenant_wide as "tenantWide", installation, maker_no as "makerNo", created_at as "createdAt", expires_at as "expiresAt",
  revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

function keyOf(row: Row): StoredKey {
  return withoutNulls<StoredKey>(row);
}

const insertStatement = statement(
  'keys.insert',
  `insert into api_key (hash, id, business_id, app_id, name, hint, kind, scope, tenant_wide, installation, expires_at,
     uuid, maker_no)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
);

/** Keeps a new key by its hash. */
export async function insert(tx: Queryable, hash: Buffer, key: Omit<StoredKey, 'createdAt'>): Promise<void> {
  await tx.run(insertStatement, [
    hash,
    key.id,
    key.businessId,
    key.appId,
    key.name,
    key.hint,
    key.kind,
    key.scope,
    key.tenantWide,
    key.installation,
    key.expiresAt === undefined ? null : new Date(key.expiresAt),
    key.uuid,
    key.makerNo ?? null,
  ]);
}

const findStatement = statement('keys.find', `select ${columns} from api_key where hash = $1`);

/** The key that has this hash, in force or not. */
export async function find(db: Queryable, hash: Buffer): Promise<StoredKey | undefined> {
  const [row] = await db.run<Row>(findStatement, [hash]);
  return row && keyOf(row);
}

const findByUuidStatement = statement(
  'keys.findByUuid',
  `select hash, ${columns} from api_key where uuid = $1::uuid`,
);

/** The key that a token names, in force or not, with the hash under which it is kept. */
export async function findByUuid(
  db: Queryable,
  uuid: string,
): Promise<{ key: StoredKey; hash: Buffer } | undefined> {
  const [row] = await db.run<Row & { hash: Buffer }>(findByUuidStatement, [uuid]);
  if (!row) return undefined;
  const { hash, ...key } = row;
  return { key: keyOf(key), hash };
}

const listStatement = statement(
  'keys.list',
  `select ${columns} from api_key where business_id = $1 order by id`,
);

/** All keys of a business, revoked ones too, oldest first. */
export async function list(db: Queryable, businessId: number): Promise<StoredKey[]> {
  return (await db.run<Row>(listStatement, [businessId])).map(keyOf);
}

const revokeStatement = statement(
  'keys.revoke',
  `update api_key set revoked_at = coalesce(revoked_at, now()) where business_id = $1 and id = $2
   returning id`,
);

/** Takes a key out of force; answers whether there is such a key. */
export async function revoke(tx: Queryable, businessId: number, id: string): Promise<boolean> {
  return (await tx.run(revokeStatement, [businessId, id])).length > 0;
}

const otherInstallationStatement = statement(
  'keys.otherInstallation',
  `select 1 from api_key where installation and revoked_at is null
     and (expires_at is null or expires_at > now()) and id <> $1 limit 1`,
);

/** True when another key in force may still create businesses. */
export async function hasOtherInstallation(tx: Queryable, id: string): Promise<boolean> {
  return (await tx.run(otherInstallationStatement, [id])).length > 0;
}

const touchStatement = statement(
  'keys.touch',
  `update api_key k set last_used_at = v.at from unnest($1::bytea[], $2::timestamptz[]) v (hash, at)
   where k.hash = v.hash and (k.last_used_at is null or k.last_used_at < v.at)`,
);

/** Notes when keys were last used. */
export async function touch(db: Queryable, uses: { hash: Buffer; at: number }[]): Promise<void> {
  await db.run(touchStatement, [uses.map((use) => use.hash), uses.map((use) => use.at)]);
}
