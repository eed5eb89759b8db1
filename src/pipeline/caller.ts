import type { Bearer } from '../model/access.ts';
import type { Once } from './idempotency.ts';

/** Who calls: whom a key speaks for, or whose access token it is. */
export interface Caller {
  businessId: number;
  /** What it came in with. */
  bearer: Bearer;
  /** The key; of an access token the one that made it; empty for who signed in. */
  keyId: string;
  /** The app that the key belongs to (decision D2). */
  appId: string;
  /** May act for every app of the business, and change its setup. */
  tenantWide: boolean;
  /** May create businesses: the key of the very first start. */
  installation: boolean;
  /** Read-only keys are refused on every write. */
  scope: 'read' | 'write';
  kind: KeyKind;
  /** Number of the agent who calls, or who made the key (azeer.md 9). */
  makerNo?: number;
  /** Id of the access token. */
  tokenId?: string;
  /** Whose token it is, when it is an agent's; what `x-hasura-user-id` and `x-host-id` must say, if anything. */
  agent?: { code: string; no: string; hostId: string };
  /** It came by signing in: how it is brought along, and when it ends (epoch ms). */
  signIn?: { kind: 'cookie' | 'token'; expiresAt: number };
  /** Whose token it is, when it is an end user's. */
  endUser?: {
    id: string;
    publicId: string;
    /** The business vouched for who this is when the token was opened (secure mode). */
    vouched: boolean;
  };
  /** Where the request comes from, and its id. */
  from?: { address: string; requestId: string };
  /** The request came under an Idempotency-Key. */
  once?: Once;
}

/** `publishable` keys may stand in web pages, and only register end users; `server` keys vouch for people. */
export type KeyKind = 'confidential' | 'publishable' | 'server';

/** A custom channel's connector, known by its verify token. */
export interface Connector {
  businessId: number;
  channelId: string;
}
