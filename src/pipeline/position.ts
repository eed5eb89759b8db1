/** How far a connection has read that one process of all has. */
export interface Position {
  /** Name of the connection. */
  name: string;
  /** Which holding of its lease this is. */
  epoch: number;
  cursor: unknown;
}

/** Another process has the connection now. */
export class LeaseLost extends Error {
  constructor() {
    super('Another process has this connection now.');
  }
}
