import { base } from '../settings.ts';
import type { FacebookAccount, InstagramAccount } from './account.ts';

/** One page or account at Meta: all in which Messenger and Instagram differ. */
export interface Door {
  /** What Meta calls it in webhooks, and its id there. */
  readonly object: 'page' | 'instagram';
  readonly id: string;
  /** Where the API is, with its version: things are behind it by their ids. */
  readonly api: string;
  /** Where its calls go: `/messages` and the like come behind it. */
  readonly edge: string;
  /** Where to ask whose the token is. */
  readonly me: string;
  readonly headers: Record<string, string>;
  readonly secrets: readonly string[];
  /** Outside the window a template goes under this tag. */
  readonly templateTag?: string;
  /** It wants to be told what kind of message it is, and repeats `metadata` in its echo. */
  readonly typed: boolean;
}

/** A Facebook page. */
export function facebookDoor({ apiBase, version, pageId, templateTag, ...secrets }: FacebookAccount): Door {
  const api = `${base(apiBase)}/${version}`;
  return {
    object: 'page',
    id: pageId,
    api,
    edge: `${api}/${pageId}`,
    me: `${api}/me`,
    ...entry(secrets),
    ...(templateTag !== undefined && { templateTag }),
    typed: true,
  };
}

/** A professional account at Instagram, behind its page or with a token of its own (channels.md section 6). */
export function instagramDoor({
  apiBase,
  instagramBase,
  version,
  accountId,
  pageId,
  login,
  ...secrets
}: InstagramAccount): Door {
  const byPage = login === 'page';
  const who = byPage ? (pageId ?? 'me') : accountId;
  const api = `${base(byPage ? apiBase : instagramBase)}/${version}`;
  return {
    object: 'instagram',
    id: accountId,
    api,
    edge: `${api}/${who}`,
    me: `${api}/me`,
    ...entry(secrets),
    typed: false,
  };
}

function entry(account: { accessToken: string; appSecret: string; verifyToken: string }) {
  const { accessToken, appSecret, verifyToken } = account;
  return {
    headers: { authorization: `Bearer ${accessToken}` },
    secrets: [accessToken, appSecret, verifyToken],
  };
}
