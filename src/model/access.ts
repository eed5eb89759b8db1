/**
 * What a caller came in with: an API key, or an access token of an agent or of an end user. End users are
 * bots, visitors, and people who signed in; a business talks with them rather than they for it.
 */
export type Bearer = 'key' | 'agent' | EndUserKind;

export const endUserKinds = ['bot', 'visitor', 'signed-in'] as const;
export type EndUserKind = (typeof endUserKinds)[number];

/** Who registered through the Amity surface. */
export interface EndUser {
  id: string;
  kind: EndUserKind;
  /** How others know it: the id that the business chose, or `bot_…`, `visitor_…` (decision D9). */
  publicId: string;
  displayName: string;
  profileHandle?: string;
  metadata: Record<string, unknown>;
  /** Epoch ms since which it may do nothing (decision D20). */
  bannedAt?: number;
  createdAt: number;
  updatedAt: number;
}

/** What a business lets end users do; what is absent has the default of `endUserDefaults`. */
export interface EndUserSettings {
  /** Bots may register (decision D24). */
  bots?: boolean;
  /** Visitors may register. */
  visitors?: boolean;
  /** Visitors need a signature of the business. */
  signedVisitors?: boolean;
  /** Who signs in needs a token that the business's server asked for. */
  secureMode?: boolean;
  /** Reads a day of a bot or a visitor; 0: any number (decision D23). */
  dailyReads?: number;
  /** Days that an access token is good. */
  tokenDays?: number;
  /** What clients are told of the chat. */
  chat?: ChatSettings;
}

/** What clients are told of the chat; what is absent has the default. */
export interface ChatSettings {
  enabled?: boolean;
  channelMentions?: boolean;
  messagePreview?: boolean;
  previewDeleted?: boolean;
  adminsView?: boolean;
  adminsManage?: boolean;
  membersUpdate?: boolean;
}

export const chatDefaults: Required<ChatSettings> = {
  enabled: true,
  channelMentions: true,
  messagePreview: false,
  previewDeleted: false,
  adminsView: true,
  adminsManage: true,
  membersUpdate: false,
};

export const endUserDefaults: Required<EndUserSettings> = {
  bots: true,
  visitors: true,
  signedVisitors: false,
  secureMode: false,
  dailyReads: 0,
  tokenDays: 30,
  chat: chatDefaults,
};

/** Clients take a token for dead five minutes early and look every ten: one of less is none (decision D17). */
export const shortestTokenMinutes = 30;

/** What holds for the end users of a business, defaults filled in. */
export function endUserSettings(given: EndUserSettings = {}): Required<EndUserSettings> {
  return { ...endUserDefaults, ...given, chat: { ...chatDefaults, ...given.chat } };
}
