import { type Queryable, statement } from './database.ts';

/** Whom a signal of a session would reach, and what stands against it. */
export interface SignalTarget {
  /** Over which channel: that of the newest message of the person, else that of the session. */
  channelId: string;
  csid: string;
  optedOut: boolean;
  /** Epoch ms. */
  lastInboundAt?: number;
  /** The channel has a pause, or waits for an administrator. */
  isHeld: boolean;
  /** The person has a newer session. */
  isFormer: boolean;
  /** The newest message of the person in the session. */
  message?: { id: string; providerId: string; readToken?: string; isMarked: boolean };
}

interface Row extends Omit<SignalTarget, 'lastInboundAt' | 'message'>, Record<string, unknown> {
  lastInboundAt: number | null;
  messageId: string | null;
  providerId: string | null;
  readToken: string | null;
  isMarked: boolean | null;
}

const targetStatement = statement(
  'readMarks.target',
  `select h.id as "channelId", c.csid, c.opted_out as "optedOut", c.last_inbound_at as "lastInboundAt",
     coalesce(h.paused_until > now(), false) or h.attention is not null as "isHeld",
     exists (select from session n where n.business_id = s.business_id and n.contact_id = s.contact_id and n.id > s.id)
       as "isFormer",
     m.id as "messageId", m.provider_id as "providerId", m.read_token as "readToken", m.read_marked as "isMarked"
   from session s
   join contact c on c.business_id = s.business_id and c.id = s.contact_id
   left join lateral (
     select id, channel_id, provider_id, read_token, read_marked from message
     where business_id = $1 and session_id = $2 and direction = 'I' and provider_id is not null
       and (not $3::boolean or read_token is not null)
     order by id desc limit 1
   ) m on true
   join channel h on h.business_id = s.business_id and h.id = coalesce(m.channel_id, s.channel_id)
   where s.business_id = $1 and s.id = $2`,
);

/** Whom signals of a session reach; `needsToken`: its newest message is one that has a token to be marked by. */
export async function target(
  db: Queryable,
  businessId: number,
  sessionId: string,
  needsToken: boolean,
): Promise<SignalTarget | undefined> {
  const [row] = await db.run<Row>(targetStatement, [businessId, sessionId, needsToken]);
  if (!row) return undefined;
  const { messageId, providerId, readToken, isMarked, lastInboundAt, ...rest } = row;
  return {
    ...rest,
    ...(lastInboundAt !== null && { lastInboundAt }),
    ...(messageId !== null &&
      providerId !== null && {
        message: {
          id: messageId,
          providerId,
          isMarked: isMarked === true,
          ...(readToken !== null && { readToken }),
        },
      }),
  };
}

const claimStatement = statement(
  'readMarks.claim',
  'update message set read_marked = true where business_id = $1 and id = $2 and not read_marked returning 1',
);

/** Notes that a message is marked as read at its provider. False: it was before, by this process or another. */
export async function claim(db: Queryable, businessId: number, messageId: string): Promise<boolean> {
  return (await db.run(claimStatement, [businessId, messageId])).length > 0;
}
