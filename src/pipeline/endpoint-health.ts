import type { NewEvent } from '../model/event.ts';
import { groupBy } from '../model/group.ts';
import { newId } from '../model/ids.ts';
import { judgeEndpoint } from '../model/webhook.ts';
import type { Transaction } from '../store/database.ts';
import * as health from '../store/endpoint-health.ts';
import { audit } from './audit.ts';
import type { Context } from './context.ts';

/** A failed attempt to tell an endpoint. */
export interface Fault {
  reason: string;
  /** It answered that it is gone for good. */
  gone: boolean;
}

/** What an attempt says of its endpoint. */
interface Told {
  delivery: { businessId: number; endpointId: string };
  told?: boolean;
  fault?: Fault;
}

/** Counts successes and failures per endpoint; tells the owner, and disables what is dead: what waits for it is put aside by and by. */
export async function noteHealth(
  tx: Transaction,
  ctx: Pick<Context, 'announce'>,
  batch: Told[],
): Promise<(NewEvent & { businessId: number })[]> {
  const news: (NewEvent & { businessId: number })[] = [];
  const healthy: { businessId: number; endpointId: string }[] = [];
  const byEndpoint = groupBy(batch, ({ delivery }) => `${delivery.businessId} ${delivery.endpointId}`);
  for (const [key, list] of [...byEndpoint].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { businessId, endpointId } = endpointKey(key);
    const faults = list.flatMap(({ fault }) => fault ?? []);
    const isWell = list.some(({ told }) => told) && !faults.some(({ gone }) => gone);
    if (isWell) healthy.push({ businessId, endpointId });
    else if (faults.length > 0) news.push(...(await noteFaults(tx, ctx, businessId, endpointId, faults)));
  }
  await health.areHealthy(tx, healthy);
  return news;
}

async function noteFaults(
  tx: Transaction,
  ctx: Pick<Context, 'announce'>,
  businessId: number,
  endpointId: string,
  faults: Fault[],
): Promise<(NewEvent & { businessId: number })[]> {
  const row = await health.countFailures(tx, businessId, endpointId, faults.length);
  if (!row) return [];
  const last = faults.at(-1)!;
  const gone = faults.some((fault) => fault.gone);
  const { stage, disable } = gone ? { stage: 3, disable: true } : judgeEndpoint(row, Date.now());
  if (disable) {
    const reason = gone ? 'it answered 410: gone for good' : last.reason;
    await health.disable(tx, businessId, endpointId, reason);
    const changes = [{ field: 'disabledReason', after: reason }];
    await audit(tx, { businessId }, [{ what: 'endpoint.disabled', id: endpointId, changes }]);
    await ctx.announce(tx, businessId);
  } else if (stage > row.toldStage) {
    await health.tell(tx, businessId, endpointId, stage);
  }
  if (stage <= row.toldStage) return [];
  return [
    {
      businessId,
      id: newId(),
      type: 'endpoint.failing',
      at: Date.now(),
      data: { endpointId, failures: row.failures, disabled: disable, reason: last.reason },
    },
  ];
}

function endpointKey(key: string): { businessId: number; endpointId: string } {
  const at = key.indexOf(' ');
  return { businessId: Number(key.slice(0, at)), endpointId: key.slice(at + 1) };
}
