/** What a command reads and writes, apart from files and the server. */
export interface Terminal {
  env: Record<string, string | undefined>;
  out(line: string): void;
  err(line: string): void;
  /** Ends a command that goes on until it is ended. */
  signal?: AbortSignal;
}

/** The command cannot be carried out as it was given. */
export class Usage extends Error {
  readonly lines: string[];
  constructor(...lines: string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

/** The server would not, or did not answer. */
export class Refused extends Error {
  readonly lines: string[];
  constructor(...lines: string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}
