import type { EndUser, EndUserKind } from '../model/access.ts';
import type { Agent } from '../model/setup.ts';
import type { By } from './audit.ts';
import type { Caller } from './core.ts';

/**
 * Access tokens: who holds one, and how one comes by it. A token is a JWT, but good only while the store
 * knows it: revoking takes effect at once, in every process and across restarts.
 */
export interface AccessTokens {
  /**
   * Who calls with this bearer: an access token, or a key in the form of a token. Throws `unauthorized` for
   * whatever is broken, expired, revoked, or not ours; nothing is read from its claims then.
   */
  authenticate(bearer: string): Promise<Caller>;
  /** Opens a token for an agent of the caller's business (azeer.md 2.1). The key may no longer be revoked. */
  openForAgent(caller: Caller, agent: Agent, more?: { hostId?: string }): Promise<AgentToken>;
  /** Registers an end user with the key of `caller`, and replaces the token of the device (decision D11). */
  register(caller: Caller, request: Registration): Promise<Registered>;
  /** Vouches for a person who is about to sign in: a token of ten minutes. `caller` is a server key's. */
  vouch(caller: Caller, userId: string): Promise<string>;
  /** Counts a read of a bot or a visitor. Throws `tooMany` when its day's are used up (decision D23). */
  countRead(caller: Caller): Promise<void>;
  /** Takes the token that the caller came with out of force. */
  revokeOwn(caller: Caller): Promise<void>;
  /** Takes one token out of force; answers whether there was such a token. */
  revoke(by: By, tokenId: string): Promise<boolean>;
  /** Takes all tokens of an end user out of force. Throws `notFound` when there is no such end user. */
  logOut(by: By, endUserId: string): Promise<void>;
  /** Bans an end user, or lets it in again. Throws `notFound`. */
  ban(by: By, endUserId: string, banned: boolean): Promise<EndUser>;
}

/** An agent's token, shown this once. */
export interface AgentToken {
  token: string;
  hostId: string;
  /** Epoch ms. */
  expiresAt: number;
}

/** Who wants to register, on which device. */
export interface Registration {
  kind: EndUserKind;
  deviceId: string;
  /** Of who signs in: the id that the business chose. */
  userId?: string;
  displayName?: string;
  profileHandle?: string;
  /** Of who signs in, in secure mode. */
  authToken?: string;
  /** Of a visitor, where the business demands it; the time is text, as it was signed. */
  authSignature?: string;
  authSignatureExpiresAt?: string;
}

/** A new token and whose it is. */
export interface Registered {
  token: string;
  /** Epoch ms, whole seconds: as in the token (decision D6). */
  issuedAt: number;
  expiresAt: number;
  endUser: EndUser;
}
