import type { Board } from './switches.ts';

/** A notification on a device. */
export interface Shown {
  id: string;
  body: string;
  /** Labels of what may be pressed. */
  choices?: string[];
  device: string;
  token: string;
}

/** Devices that show what is pushed to them, and tell so, as the page's worker or the app would. */
export class Devices {
  readonly #board: Board;
  readonly #webhook: () => string | undefined;
  readonly #shown = new Map<string, Shown[]>();

  /** `webhook`: the address of the channel. */
  constructor(board: Board, webhook: () => string | undefined) {
    this.#board = board;
    this.#webhook = webhook;
  }

  /** What page or app know of the channel. Throws when it is not known where to ask. */
  async account(): Promise<{ callback: string; publicKey?: string }> {
    const { origin, pathname } = this.#address();
    const asked = `${origin}${pathname.replace('/webhook/', '/push/')}.json`;
    const answered = await fetch(asked);
    if (!answered.ok) throw new Error(`${asked} answered with status ${answered.status}`);
    return (await answered.json()) as { callback: string; publicKey?: string };
  }

  /** Tells what happened on a device, on the machine of the webhook, by whatever name the outside knows it. */
  async tell(event: object): Promise<void> {
    const to = this.#address();
    to.search = new URL((await this.account()).callback).search;
    const { status } = await fetch(to, { method: 'POST', body: JSON.stringify(event) });
    if (status >= 300) throw new Error(`${to.origin}${to.pathname} answered with status ${status}`);
  }

  /** A notification arrived. */
  async show(shown: Shown): Promise<void> {
    const { id, token, device } = shown;
    this.#shown.set(device, [...(this.#shown.get(device) ?? []), shown]);
    await this.#board.receipt(() => this.tell({ event: 'delivered', id, token })).catch(() => {});
  }

  /** The person presses a choice of the latest notification that has one of this label. Throws when none has. */
  async press(device: string, label: string): Promise<void> {
    const shown = this.#shown.get(device)?.findLast(({ choices }) => choices?.includes(label));
    if (!shown) throw new Error(`There is no notification on ${device} with a choice ${label}.`);
    const { id, token } = shown;
    const event = { event: 'clicked', id, token, device, choice: shown.choices!.indexOf(label) };
    await this.#board.tell(() => this.tell(event));
  }

  #address(): URL {
    const webhook = this.#webhook();
    if (!webhook) throw new Error('It is not known where to call: PUT /webhook {"url": …}.');
    return new URL(webhook);
  }
}
