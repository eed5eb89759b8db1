/** Lengths of a password, in characters. Its length is what makes it hard to guess; nothing else is demanded. */
export const shortestPassword = 10;
export const longestPassword = 200;

/** Why a password cannot be taken; undefined when it can. `email` is what it must not be. */
export function weaknessOf(password: string, email?: string): string | undefined {
  const length = [...password].length;
  if (length < shortestPassword) return `A password has at least ${shortestPassword} characters`;
  if (length > longestPassword) return `A password has at most ${longestPassword} characters`;
  if (new Set(password).size < 4) return 'A password has more than three different characters';
  if (
    email !== undefined &&
    password.toLowerCase().includes(email.toLowerCase().split('@')[0]!) &&
    length < 20
  )
    return 'A password does not hold the name in your e-mail address';
  return undefined;
}
