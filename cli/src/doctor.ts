import { ask } from './server.ts';
import { Refused, type Terminal } from './terminal.ts';

interface Finding {
  name: string;
  about: string;
  broken: number;
  examples: string[];
}

/** It reads all that is stored. */
const withinMs = 300_000;

/** `parley doctor --invariants`: says whether everything that is stored is as it must be. */
export async function doctor(
  options: { url: string; key: string | undefined },
  terminal: Terminal,
): Promise<void> {
  const { items } = (await ask(options, 'GET', 'invariants', { withinMs })) as { items: Finding[] };
  for (const { name, about, broken, examples } of items) {
    terminal.out(
      broken === 0
        ? `ok      ${name}`
        : `BROKEN  ${name}: ${broken} ${about}, such as ${examples.join(', ')}`,
    );
  }
  const wrong = items.filter(({ broken }) => broken > 0).length;
  if (wrong > 0) throw new Refused(`${wrong} of ${items.length} invariants are broken.`);
  terminal.out(`All ${items.length} invariants hold.`);
}
