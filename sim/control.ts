import { answer, bodyOf, type Listening, listen } from './http.ts';
import type { Simulated } from './simulator.ts';
import { allWell, type Board, type Switches } from './switches.ts';

/** A simulated provider at work, and what is known of it. */
export interface Controlled {
  simulated: Simulated;
  board: Board;
  /** Somebody who can be played there. */
  person: string;
}

/** The address at which people, stories and Parley's own simulator tell a simulated provider what happens there. */
export function openControl(controlled: Controlled, port = 0): Promise<Listening> {
  return listen(async (request, response) => {
    try {
      const asked = `${request.method} ${request.url}`;
      await answer(response, 200, await answered(controlled, asked, await bodyOf(request)));
    } catch (error) {
      await answer(response, 400, { error: (error as Error).message });
    }
  }, port);
}

/** What the control address answers: how it stands, switches that are put, something that a person says. */
async function answered(
  { simulated, board, person }: Controlled,
  asked: string,
  body: Buffer,
): Promise<unknown> {
  const told = body.length > 0 ? (JSON.parse(body.toString()) as Record<string, unknown>) : {};
  const { type, settings, taken, shown = [] } = simulated;
  switch (asked) {
    case 'GET /':
      return {
        ...{ type, settings, person },
        switches: board.switches,
        taken,
        shown,
        facts: simulated.facts?.() ?? {},
      };
    case 'GET /phone':
      return { ...{ type, settings, person }, switches: board.switches, devices: !!simulated.subscribe };
    case 'GET /facts':
      return { taken: taken.length, ...simulated.facts?.() };
    case 'PATCH /switches':
      return put(board, told);
    case 'POST /say':
      await simulated.say(String(told.from), String(told.text));
      return {};
    case 'POST /subscribe':
      if (!simulated.subscribe) break;
      await simulated.subscribe(String(told.device));
      return {};
    case 'POST /arrive':
      if (!simulated.arrive) break;
      simulated.arrive(told.mails as string[]);
      return {};
    case 'PUT /webhook':
      simulated.webhook = String(told.url);
      return {};
    case 'POST /cut':
      simulated.cut();
      return {};
  }
  throw new Error(
    'There is GET /, GET /phone, GET /facts, PATCH /switches, POST /say, POST /arrive (of mails), POST /subscribe (of devices), PUT /webhook and POST /cut.',
  );
}

/** Puts switches. Throws when there is no such switch, or it cannot stand so. */
export function put(board: Board, given: Record<string, unknown>): Switches {
  for (const [name, value] of Object.entries(given)) {
    const standard = allWell[name as keyof Switches];
    if (standard === undefined) throw new Error(`There is no switch ${name}.`);
    if (typeof value !== typeof standard) throw new Error(`${name} is a ${typeof standard}.`);
  }
  return Object.assign(board.switches, given);
}
