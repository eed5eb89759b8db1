const first = ['Amina', 'Budi', 'Chen', 'Dalia', 'Emre', 'Fatima', 'Goran', 'Hana', 'Ivan', 'Jamal'];
const last = ['Saleh', 'Wijaya', 'Li', 'Haddad', 'Kaya', 'Rahman', 'Novak', 'Sato', 'Petrov', 'Osei'];

/** Somebody at a simulated provider. */
export interface Known {
  first: string;
  last: string;
  name: string;
  username: string;
}

/**
 * Who has this id: always the same. Nobody may know who has one that ends in `00`.
 */
export function personOf(id: string): Known | undefined {
  if (id.endsWith('00')) return undefined;
  const sum = [...id].reduce((all, one) => (all * 31 + one.codePointAt(0)!) % 100, 7);
  const [given, family] = [first[Math.floor(sum / 10)]!, last[sum % 10]!];
  return {
    first: given,
    last: family,
    name: `${given} ${family}`,
    username: `${given}.${family}`.toLowerCase(),
  };
}
