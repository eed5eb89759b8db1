import { useMe } from '../store/me.ts';

/** Who may open a page: supervisors and administrators, or administrators alone. */
export type Right = 'supervisor' | 'admin';

/** Answers whether the person who is signed in has a right. */
export function useMay(): (right: Right) => boolean {
  const { role } = useMe();
  return (right) => role === 'admin' || (role === 'supervisor' && right === 'supervisor');
}
