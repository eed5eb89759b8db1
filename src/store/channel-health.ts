import type { Failure } from '../model/failure.ts';
import { present } from '../model/present.ts';
import { type Queryable, statement } from './database.ts';

/** What a process saw of a channel since it last told. Times in epoch ms. */
export interface HealthNote {
  businessId: number;
  channelId: string;
  /** The last call to the provider, why it failed, and since when calls fail. */
  calledAt?: number;
  failure?: Failure;
  failingSince?: number;
  /** The last call that went well. */
  wellAt?: number;
  /** The provider called; it called with something that was refused, and why. */
  heardAt?: number;
  refusedAt?: number;
  refusal?: string;
}

const noteStatement = statement(
  'channelHealth.note',
  `insert into channel_health as h
     (business_id, channel_id, called_at, failure, failing_since, well_at, heard_at, refused_at, refusal)
   select v.business_id, v.channel_id, to_timestamp(v.called / 1000), v.failure::jsonb,
     to_timestamp(v.failing / 1000), to_timestamp(v.well / 1000), to_timestamp(v.heard / 1000),
     to_timestamp(v.refused / 1000), v.refusal
   from unnest($1::int[], $2::text[], $3::float[], $4::text[], $5::float[], $6::float[], $7::float[], $8::float[],
     $9::text[]) v (business_id, channel_id, called, failure, failing, well, heard, refused, refusal)
   join channel c on c.business_id = v.business_id and c.id = v.channel_id
   order by v.business_id, v.channel_id
   on conflict (business_id, channel_id) do update set
     called_at = greatest(h.called_at, excluded.called_at),
     failure = case when excluded.called_at >= coalesce(h.called_at, '-infinity') then excluded.failure else h.failure end,
     failing_since = case
       when excluded.called_at is null or excluded.called_at < h.called_at then h.failing_since
       when excluded.failure is null or excluded.well_at > h.failing_since then excluded.failing_since
       else coalesce(h.failing_since, excluded.failing_since) end,
     well_at = greatest(h.well_at, excluded.well_at),
     heard_at = greatest(h.heard_at, excluded.heard_at),
     refusal = case when excluded.refused_at >= coalesce(h.refused_at, '-infinity') then excluded.refusal else h.refusal end,
     refused_at = greatest(h.refused_at, excluded.refused_at)`,
);

/** Adds what was seen to what other processes saw: the later one counts. Channels that are gone are passed over. */
export async function note(db: Queryable, notes: readonly HealthNote[]): Promise<void> {
  if (notes.length === 0) return;
  const column = <T>(of: (note: HealthNote) => T | undefined) => notes.map((one) => of(one) ?? null);
  await db.run(noteStatement, [
    column((one) => one.businessId),
    column((one) => one.channelId),
    column((one) => one.calledAt),
    column((one) => one.failure && JSON.stringify(one.failure)),
    column((one) => one.failingSince),
    column((one) => one.wellAt),
    column((one) => one.heardAt),
    column((one) => one.refusedAt),
    column((one) => one.refusal),
  ]);
}

const forgetStatement = statement(
  'channelHealth.forgetFaults',
  `update channel_health set called_at = null, failure = null, failing_since = null, refused_at = null, refusal = null
   where business_id = $1 and channel_id = $2`,
);

/** The settings are others: what stood against the former ones says nothing of these. */
export async function forgetFaults(tx: Queryable, businessId: number, channelId: string): Promise<void> {
  await tx.run(forgetStatement, [businessId, channelId]);
}

/** What is known of a channel, by all processes. */
export interface KnownHealth extends Omit<HealthNote, 'businessId'> {
  /** Of credentials that the provider renews: how long they are good, and why they could not be renewed. */
  credentialsEndAt?: number;
  renewalFailedAt?: number;
  renewalFailure?: Failure;
}

const knownStatement = statement(
  'channelHealth.known',
  `select c.id as "channelId", h.called_at as "calledAt", h.failure, h.failing_since as "failingSince",
     h.well_at as "wellAt", h.heard_at as "heardAt", h.refused_at as "refusedAt", h.refusal,
     k.expires_at as "credentialsEndAt", k.failed_at as "renewalFailedAt", k.failure as "renewalFailure"
   from channel c
   left join channel_health h on h.business_id = c.business_id and h.channel_id = c.id
   left join channel_credential k on k.business_id = c.business_id and k.channel_id = c.id
   where c.business_id = $1`,
);

/** How the channels of a business fare, by channel id. */
export async function known(db: Queryable, businessId: number): Promise<Map<string, KnownHealth>> {
  const rows = await db.run<Record<keyof KnownHealth, unknown>>(knownStatement, [businessId]);
  return new Map(
    rows.map((row) => {
      const told = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? undefined]));
      return [row.channelId as string, present(told) as unknown as KnownHealth];
    }),
  );
}
