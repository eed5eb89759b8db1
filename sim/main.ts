import { parseArgs } from 'node:util';
import { answer, bodyOf, listen } from './http.ts';
import { simulator as line } from './line.ts';
import { simulator as mail } from './mail.ts';
import { instagram, messenger } from './meta.ts';
import { fcm, webPush } from './push.ts';
import type { Simulated } from './simulator.ts';
import { simulator as smpp } from './smpp.ts';
import { allWell, Board, type Switches } from './switches.ts';
import { simulator as telegram } from './telegram.ts';
import { simulator as twilio } from './twilio.ts';
import { simulator as twitter } from './twitter.ts';
import { simulator as unifonic } from './unifonic.ts';
import { simulator as vonage } from './vonage.ts';
import { dialog, whatsapp } from './whatsapp.ts';
import { simulator as zalo } from './zalo.ts';

// npm run sim -- NAME: a simulated provider in a process of its own, with a page of switches.

const simulators = [mail, smpp, telegram, twilio, unifonic, vonage]
  .concat(messenger, instagram, line, zalo, twitter)
  .concat(webPush, fcm, whatsapp, dialog);

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
  put({ [name]: JSON.parse(value) });
}
const simulated = await simulator.start({
  port: Number(values.port),
  board,
  tls: values.tls,
});
if (values.webhook !== undefined) simulated.webhook = values.webhook;
const control = await listen(async (request, response) => {
  try {
    await answer(response, 200, await controlled(`${request.method} ${request.url}`, await bodyOf(request)));
  } catch (error) {
    await answer(response, 400, { error: (error as Error).message });
  }
}, Number(values.control));

process.stdout.write(
  `${JSON.stringify({ control: control.url, type: simulated.type, settings: simulated.settings })}\n`,
);

/** What the control address answers: how it stands, switches that are put, something that a person says. */
async function controlled(asked: string, body: Buffer): Promise<unknown> {
  const told = body.length > 0 ? (JSON.parse(body.toString()) as Record<string, unknown>) : {};
  if (asked === 'GET /') return state(simulated);
  if (asked === 'GET /facts') return { taken: simulated.taken.length, ...simulated.facts?.() };
  if (asked === 'PATCH /switches') return put(told);
  if (asked === 'POST /say') {
    await simulated.say(String(told.from), String(told.text));
    return {};
  }
  if (asked === 'POST /subscribe' && simulated.subscribe) {
    await simulated.subscribe(String(told.device));
    return {};
  }
  if (asked === 'POST /arrive' && simulated.arrive) {
    simulated.arrive(told.mails as string[]);
    return {};
  }
  if (asked === 'PUT /webhook') {
    simulated.webhook = String(told.url);
    return {};
  }
  if (asked === 'POST /cut') {
    simulated.cut();
    return {};
  }
  throw new Error(
    'There is GET /, GET /facts, PATCH /switches, POST /say, POST /arrive (of mails), POST /subscribe (of devices), PUT /webhook and POST /cut.',
  );
}

function state({ type, settings, taken, facts }: Simulated) {
  return { type, settings, switches: board.switches, taken, facts: facts?.() ?? {} };
}

/** Throws when there is no such switch, or it cannot stand so. */
function put(given: Record<string, unknown>): Switches {
  for (const [name, value] of Object.entries(given)) {
    const standard = allWell[name as keyof Switches];
    if (standard === undefined) throw new Error(`There is no switch ${name}.`);
    if (typeof value !== typeof standard) throw new Error(`${name} is a ${typeof standard}.`);
  }
  return Object.assign(board.switches, given);
}
