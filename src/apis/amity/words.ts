import { type ChatSettings, chatDefaults, type EndUser } from '../../model/access.ts';
import { present } from '../../model/present.ts';
import type { Business } from '../../model/setup.ts';
import type { Registered } from '../../pipeline/core.ts';

const timeOf = (ms: number) => new Date(ms).toISOString();

/** An end user as this surface tells it: what has no value is left out, the rest is always there (decision D12). */
export function userOf(endUser: EndUser, { uuid }: Pick<Business, 'uuid'>) {
  const { id, publicId, displayName, profileHandle, metadata, bannedAt, createdAt, updatedAt } = endUser;
  return present({
    _id: id,
    path: `${uuid}/user/${id}`,
    userId: publicId,
    userInternalId: id,
    userPublicId: publicId,
    roles: [],
    permissions: [],
    displayName,
    profileHandle,
    flagCount: 0,
    hashFlag: null,
    metadata,
    isGlobalBan: bannedAt !== undefined,
    isBrand: false,
    isDeleted: false,
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  });
}

/** A new token and whose it is, in no envelope (decision D5). */
export function sessionOf({ token, issuedAt, expiresAt, endUser }: Registered, business: Business) {
  return {
    accessToken: token,
    issuedAt: timeOf(issuedAt),
    expiresAt: timeOf(expiresAt),
    users: [userOf(endUser, business)],
    roles: [],
    files: [],
    lastCachePurge: lastCachePurgeOf(business),
    userType: endUser.kind,
  };
}

/** Clients drop what they kept from before this instant: of a network it never changes (decision D5). */
export function lastCachePurgeOf({ createdAt }: Pick<Business, 'createdAt'>): string {
  return timeOf(createdAt);
}

/** What a client is told of the chat; without it no login of a client succeeds. */
export function chatOf(settings: ChatSettings = {}) {
  const chat = { ...chatDefaults, ...settings };
  return {
    enabled: chat.enabled,
    mention: { isAllowMentionedChannelEnabled: chat.channelMentions },
    messagePreview: { enabled: chat.messagePreview, isIncludeDeleted: chat.previewDeleted },
    isAllowAdminViewConversationMessage: chat.adminsView,
    isAllowAdminManageConversationMessage: chat.adminsManage,
    allowMemberToUpdateConversationChannel: chat.membersUpdate,
  };
}
