import { type Queryable, statement } from './database.ts';

/** What the business wrote to somebody elsewhere, as the channel told it. */
export interface EarlyEcho<Echo> {
  businessId: number;
  channelId: string;
  providerId: string;
  echo: Echo;
  /** Ms since it was heard first. */
  ageMs: number;
}

const knownStatement = statement(
  'earlyEchoes.known',
  `select 1 as known from message where business_id = $1 and channel_id = $2 and provider_id = $3 and direction = 'O'
   union all
   select 1 from message_part where business_id = $1 and channel_id = $2 and provider_id = $3`,
);

/** True when this is a message of ours that was settled. */
export async function isKnown(
  tx: Queryable,
  { businessId, channelId, providerId }: { businessId: number; channelId: string; providerId: string },
): Promise<boolean> {
  return (await tx.run(knownStatement, [businessId, channelId, providerId])).length > 0;
}

const underWayStatement = statement(
  'earlyEchoes.underWay',
  `select 1 as one from message where business_id = $1 and contact_id = $2 and channel_id = $3 and due_at is not null
     and lease_until > now() limit 1`,
);

/** True while a message to this person is being sent over this channel: what is told may be just that one. */
export async function isUnderWay(
  tx: Queryable,
  { businessId, contactId, channelId }: { businessId: number; contactId: string; channelId: string },
): Promise<boolean> {
  return (await tx.run(underWayStatement, [businessId, contactId, channelId])).length > 0;
}

const keepStatement = statement(
  'earlyEchoes.keep',
  `insert into early_echo (business_id, channel_id, provider_id, echo, heard_at)
   values ($1, $2, $3, $4, now() - $5::float * interval '1 ms')
   on conflict do nothing`,
);

/** Keeps it until it is clear whether it is a message of ours. */
export async function keep<Echo>(tx: Queryable, one: EarlyEcho<Echo>): Promise<void> {
  const { businessId, channelId, providerId, echo, ageMs } = one;
  await tx.run(keepStatement, [businessId, channelId, providerId, JSON.stringify(echo), ageMs]);
}

const takeStatement = statement(
  'earlyEchoes.take',
  `delete from early_echo where ctid = any(array(
     select ctid from early_echo where heard_at < now() - interval '3 seconds'
     order by heard_at limit 100 for update skip locked))
   returning business_id as "businessId", channel_id as "channelId", provider_id as "providerId", echo,
     extract(epoch from now() - heard_at)::float * 1000 as "ageMs"`,
);

/** Takes those that have waited for three seconds, for another look. */
export async function take<Echo>(tx: Queryable): Promise<EarlyEcho<Echo>[]> {
  return tx.run<EarlyEcho<Echo>>(takeStatement, []);
}
