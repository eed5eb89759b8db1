import { signInCookieName } from '../../pipeline/sign-ins.ts';

/** The cookie by which a browser keeps a sign-in; without a token it is taken away. No script can read it. */
export function signInCookie(publicUrl: URL, signIn?: { token: string; expiresAt: number }): string {
  const parts = [
    `${signInCookieName}=${signIn?.token ?? ''}`,
    'Path=/',
    'HttpOnly',
    // Links from elsewhere open the inbox; nothing else is sent with it from other sites.
    'SameSite=Lax',
    // Its end stands in the store, and moves: the browser keeps it for a year at most.
    `Max-Age=${signIn ? 31_536_000 : 0}`,
    ...(publicUrl.protocol === 'https:' ? ['Secure'] : []),
  ];
  return parts.join('; ');
}
