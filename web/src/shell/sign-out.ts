import { call, takeToken } from '../api/http.ts';

/** Ends this sign-in, or all of this person's, and shows the way in. */
export async function signOut(everywhere = false): Promise<void> {
  await call('POST', everywhere ? '/sign-out/everywhere' : '/sign-out', { body: {}, open: true }).catch(
    () => {},
  );
  takeToken(undefined);
  location.assign('/inbox');
}
