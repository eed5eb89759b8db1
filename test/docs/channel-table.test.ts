import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { channels } from '../../src/channels/index.ts';
import { withTables } from './channel-table.ts';

const path = new URL('../../docs/channels/README.md', import.meta.url);

it('tells what each channel carries as the code has it: `npm run docs:channels` writes it anew', () => {
  const page = readFileSync(path, 'utf8');
  const right = withTables(page);
  if (process.env.REWRITE_DOCS) writeFileSync(path, right);
  else expect(page).toBe(right);
  for (const { types } of channels) for (const type of types) expect(right).toContain(`\`${type}\``);
});
