import type { Board } from './switches.ts';

/** A provider that is none: it speaks the provider's wire protocol on this machine. One file each. */
export interface Simulator {
  /** As it is called on the command line. */
  readonly name: string;
  /** One sentence for people. */
  readonly about: string;
  /** The address of somebody who can be played, as channels write it. */
  readonly person: string;
  start(options: SimulatorOptions): Promise<Simulated>;
}

export interface SimulatorOptions {
  /** On 127.0.0.1; 0: any that is free. */
  port: number;
  board: Board;
  /** With TLS from the beginning, where the protocol can go without; `settings` trust its certificate. */
  tls?: boolean;
}

/** A simulated provider at work. */
export interface Simulated {
  /** The type of the channel that goes with it, and the settings to give it. */
  readonly type: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where it calls, for providers that are told so in their console and not with a message. */
  webhook?: string;
  /** What was taken, oldest first. */
  readonly taken: readonly Taken[];
  /** What people were shown for a moment, oldest first; absent where the provider shows nothing. */
  readonly shown?: readonly Shown[];
  /** What else there is to know, in numbers. */
  facts?(): Record<string, number>;
  /** Somebody writes to the business. Resolves when it was told. */
  say(from: string, text: string): Promise<void>;
  /** A device can be reached from now on; only where people are devices. */
  subscribe?(device: string): Promise<void>;
  /** Mails arrive, as they are; only where mails do. */
  arrive?(mails: readonly string[]): void;
  /** Breaks every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** A message that the provider took. */
export interface Taken {
  id: string;
  to: string;
  text: string;
  /** The address of its picture, and what its buttons are called; only where the simulator looks. */
  picture?: string;
  buttons?: string[];
}

/** What a person is shown for a moment: somebody writes, writes no more, or has read a message, or all. */
export interface Shown {
  what: 'typing' | 'stopped' | 'read';
  /** Who is shown it; absent where the provider knows them by the message. */
  to?: string;
  message?: string;
}
