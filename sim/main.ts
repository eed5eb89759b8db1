import { parseArgs } from 'node:util';
import { simulators } from './all.ts';
import { openControl, put } from './control.ts';
import { allWell, Board } from './switches.ts';

// npm run sim -- NAME: a simulated provider in a process of its own, with a page of switches.

const usage = `npm run sim -- <${simulators.map(({ name }) => name).join('|')}> [--port N] [--control N] [--tls]
  [--webhook URL] [--set name=value]…

${simulators.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}

--set puts a switch: ${Object.entries(allWell)
  .map(([name, value]) => `${name}=${value}`)
  .join(', ')}
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  // Behind the name of the program, whatever started it.
  args: process.argv.slice(process.argv.findIndex((one) => /\bmain\.[jt]s$/.test(one)) + 1),
  options: {
    port: { type: 'string', default: '0' },
    control: { type: 'string', default: '0' },
    tls: { type: 'boolean', default: false },
    webhook: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
  },
});

const simulator = simulators.find(({ name }) => name === positionals[0]);
if (!simulator) {
  process.stderr.write(usage);
  process.exit(1);
}

const board = new Board();
for (const pair of values.set) {
  const [name = '', value = ''] = pair.split('=');
  put(board, { [name]: JSON.parse(value) });
}
const simulated = await simulator.start({
  port: Number(values.port),
  board,
  tls: values.tls,
});
if (values.webhook !== undefined) simulated.webhook = values.webhook;
const control = await openControl({ simulated, board, person: simulator.person }, Number(values.control));

process.stdout.write(
  `${JSON.stringify({ control: control.url, type: simulated.type, settings: simulated.settings })}\n`,
);
