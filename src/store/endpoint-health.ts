import { type Queryable, statement } from './database.ts';

const healthyStatement = statement(
  'endpoints.areHealthy',
  `update endpoint e set failures = 0, first_failure_at = null, told_stage = 0
   from unnest($1::int[], $2::text[]) v (business_id, id)
   where e.business_id = v.business_id and e.id = v.id and e.failures > 0`,
);

/** These endpoints took a delivery: one success resets everything. */
export async function areHealthy(
  tx: Queryable,
  keys: { businessId: number; endpointId: string }[],
): Promise<void> {
  if (keys.length === 0) return;
  await tx.run(healthyStatement, [keys.map((k) => k.businessId), keys.map((k) => k.endpointId)]);
}

const failureStatement = statement(
  'endpoints.countFailures',
  `update endpoint set failures = failures + $3, first_failure_at = coalesce(first_failure_at, now())
   where business_id = $1 and id = $2 and disabled_at is null
   returning failures, first_failure_at as "firstFailureAt", told_stage as "toldStage"`,
);

/** Counts failed attempts in a row; undefined when the endpoint is gone or disabled. */
export async function countFailures(
  tx: Queryable,
  businessId: number,
  endpointId: string,
  failures: number,
): Promise<{ failures: number; firstFailureAt: number; toldStage: number } | undefined> {
  const [row] = await tx.run<{ failures: number; firstFailureAt: number; toldStage: number }>(
    failureStatement,
    [businessId, endpointId, failures],
  );
  return row;
}

const stageStatement = statement(
  'endpoints.tell',
  'update endpoint set told_stage = $3 where business_id = $1 and id = $2',
);

/** Notes that the owner has been told of this stage. */
export async function tell(
  tx: Queryable,
  businessId: number,
  endpointId: string,
  stage: number,
): Promise<void> {
  await tx.run(stageStatement, [businessId, endpointId, stage]);
}

const disableStatement = statement(
  'endpoints.disable',
  `update endpoint set disabled_at = now(), disabled_reason = $3, told_stage = 3
   where business_id = $1 and id = $2 and disabled_at is null returning id`,
);

/** Sends nothing more to an endpoint until it is enabled again. */
export async function disable(
  tx: Queryable,
  businessId: number,
  endpointId: string,
  reason: string,
): Promise<void> {
  await tx.run(disableStatement, [businessId, endpointId, reason]);
}
