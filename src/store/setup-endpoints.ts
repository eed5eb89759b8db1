import type { Endpoint } from '../model/setup.ts';
import { type Queryable, statement, type Transaction } from './database.ts';
import { resume } from './endpoint-deliveries.ts';

const putStatement = statement(
  'endpoint.put',
  `insert into endpoint (business_id, id, surface, app_id, url, types, secrets, created_at, topic, name, description,
     policy, enabled, updated_at, policy_word)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
   on conflict (business_id, id) do update set url = excluded.url, types = excluded.types, secrets = excluded.secrets,
     topic = excluded.topic, name = excluded.name, description = excluded.description, policy = excluded.policy,
     enabled = excluded.enabled, updated_at = excluded.updated_at, policy_word = excluded.policy_word`,
);

/** Writes an endpoint, new or changed, with its sealed secrets. */
export async function put(
  tx: Queryable,
  businessId: number,
  endpoint: Endpoint,
  sealed: Buffer,
): Promise<void> {
  const { id, surface, appId, url, types, createdAt, topic, name, description, policy, enabled, updatedAt } =
    endpoint;
  await tx.run(putStatement, [
    businessId,
    id,
    surface,
    appId ?? null,
    url,
    types ?? null,
    sealed,
    new Date(createdAt),
    topic ?? null,
    name ?? null,
    description ?? null,
    policy,
    enabled,
    new Date(updatedAt),
    endpoint.policyWord ?? null,
  ]);
}

const enableStatement = statement(
  'endpoint.enable',
  `update endpoint set disabled_at = null, disabled_reason = null, enabled = $3, failures = 0, first_failure_at = null, told_stage = 0,
     resumed_at = now()
   where business_id = $1 and id = $2`,
);

/**
 * Takes an endpoint back into use: its failures are forgotten, and what was held back for it is due. Where that is much, the
 * rest of it follows (`endpoint-deliveries.ts`).
 */
export async function enable(
  tx: Transaction,
  businessId: number,
  id: string,
  enabled: boolean,
): Promise<void> {
  await tx.run(enableStatement, [businessId, id, enabled]);
  await resume(tx, businessId, id);
}

const removeStatement = statement(
  'endpoint.remove',
  'delete from endpoint where business_id = $1 and id = $2',
);

/** Takes an endpoint away. Nothing more is told to it; what was on its way is forgotten by and by. */
export async function remove(tx: Queryable, businessId: number, id: string): Promise<void> {
  await tx.run(removeStatement, [businessId, id]);
}
