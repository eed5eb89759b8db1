/** What the server searches for: two letters or digits at least. One alone narrows nothing. */
export function findable(text: string): string | undefined {
  const trimmed = text.trim();
  return (trimmed.match(/[\p{L}\p{N}]/gu)?.length ?? 0) < 2 ? undefined : trimmed;
}
