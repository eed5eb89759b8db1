import { invalid, Problem } from '../model/problem.ts';
import type { ChannelSetup } from '../model/setup.ts';
import { webhookOf } from './webhook-address.ts';

/** What goes wrong at a simulated provider (sim/README.md says what each switch does). */
export interface ProviderSwitches {
  /** Answers are held back so long, ms. */
  delayMs: number;
  duplicate: boolean;
  reorder: boolean;
  /** So many messages more are refused for coming too fast. */
  tooFast: number;
  /** So many messages more are refused for a fault of the provider. */
  faults: number;
  /** So many receipts more are lost. */
  loseReceipts: number;
  /** The credentials have expired. */
  expired: boolean;
}

/** A provider of `sim/` that a channel speaks with, and whose people can be played. */
export interface ProviderSimulator {
  /** The address of somebody to begin with. */
  person: string;
  switches: ProviderSwitches;
  /** People are devices: they agree first, and press choices. */
  devices: boolean;
  /** Somebody writes; on a device, presses the choice that is called so. Throws `invalid` where that cannot be. */
  say(csid: string, text: string): Promise<void>;
  /** A device can be reached from now on. */
  subscribe(csid: string): Promise<void>;
  put(switches: Partial<ProviderSwitches>): Promise<void>;
}

export interface ProviderSimulators {
  /** The simulated provider of a channel; undefined: it has none, or it does not run. */
  of(channel: ChannelSetup): Promise<ProviderSimulator | undefined>;
}

/** What a control address tells of its provider. */
interface Told {
  type: string;
  settings: Record<string, unknown>;
  person: string;
  switches: ProviderSwitches;
  devices: boolean;
}

/** Somebody waits at a screen, ms; besides what the provider is told to hold back. */
const patienceMs = 5000;

/** Settings that say where a provider is: a channel speaks with the one whose places it has. */
const places = ['apiBase', 'services', 'host', 'port', 'smtpHost', 'smtpPort'];

const speaks = ({ type, settings }: Told, channel: ChannelSetup) =>
  channel.type === type &&
  places.every((place) => settings[place] === undefined || settings[place] === channel.settings[place]);

/** The simulated providers behind these control addresses (SIMULATORS), which are on this machine. */
export function makeProviderSimulators(
  controls: readonly string[],
  server: { publicUrl: URL },
): ProviderSimulators {
  const at = (
    control: string,
    channel: ChannelSetup,
    { person, switches, devices }: Told,
  ): ProviderSimulator => {
    // It tells late, and twice, as its switches stand.
    const waitMs = patienceMs + 2 * switches.delayMs;
    const tell = async (method: string, path: string, body: object, field: string) => {
      // Providers that are told so in their console have not been told by anybody.
      await ask(control, 'PUT', '/webhook', { body: { url: webhookOf(server, channel) } });
      await ask(control, method, path, { body, field, waitMs });
    };
    return {
      ...{ person, switches, devices },
      say: (from, text) => tell('POST', '/say', { from, text }, 'text'),
      subscribe: (device) => tell('POST', '/subscribe', { device }, 'csid'),
      put: (next) => tell('PATCH', '/switches', next, 'switches'),
    };
  };
  return {
    async of(channel) {
      for (const control of controls) {
        const told = await ask(control, 'GET', '/phone').catch(() => undefined);
        if (told && speaks(told as Told, channel)) return at(control, channel, told as Told);
      }
      return undefined;
    },
  };
}

interface Asked {
  body?: object;
  /** What is at fault when the provider refuses. */
  field?: string;
  waitMs?: number;
}

/** Throws `invalid` with what the provider says against the field, `unavailable` when it is gone, or could not tell us. */
async function ask(
  control: string,
  method: string,
  path: string,
  { body, field, waitMs = patienceMs }: Asked = {},
): Promise<unknown> {
  let answer: Response;
  let told: unknown;
  try {
    answer = await fetch(new URL(path, control), {
      method,
      signal: AbortSignal.timeout(waitMs),
      ...(body && { body: JSON.stringify(body) }),
    });
    told = await answer.json();
  } catch {
    throw new Problem('unavailable', 'The simulated provider does not answer');
  }
  if (answer.ok) return told;
  const error = String((told as { error?: unknown }).error);
  if (field === undefined || /answered with status|fetch failed/.test(error))
    throw new Problem('unavailable', `The simulated provider could not tell it: ${error}`);
  throw invalid(field, error);
}
