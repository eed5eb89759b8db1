/** The simulator is open when the address says so: it lies beside whatever is on the screen. */
export const isSimulating = (search: string) => new URLSearchParams(search).get('simulator') === '1';

/** Opens or closes it. */
export function toggleSimulator(go: (to: string) => void): void {
  const query = new URLSearchParams(location.search);
  if (query.get('simulator') === '1') query.delete('simulator');
  else query.set('simulator', '1');
  const at = location.pathname.startsWith('/inbox') ? location.pathname : '/inbox';
  go(`${at}${query.size > 0 ? `?${query}` : ''}`);
}
