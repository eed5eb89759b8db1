/** As much as the tests need of it: the package brings no types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';

  export interface Pdu {
    command: string;
    command_status: number;
    sequence_number: number;
    response(options?: object): Pdu;
    system_id: string;
    password: string;
    source_addr: string;
    destination_addr: string;
    short_message: { message: string };
    registered_delivery: number;
  }
  export interface Session extends EventEmitter {
    send(pdu: Pdu): void;
    deliver_sm(options: object, answered?: (answer: Pdu) => void): void;
    enquire_link(options?: object, answered?: (answer: Pdu) => void): void;
    unbind(options?: object, answered?: (answer: Pdu) => void): void;
    close(): void;
    destroy(): void;
    socket: import('node:net').Socket;
  }
  export interface Server {
    listen(port: number, host: string, listening: () => void): void;
    close(closed?: () => void): void;
    address(): { port: number };
  }
  interface Smpp {
    PDU: { fromBuffer(octets: Buffer): Pdu };
    createServer(options: object, connected: (session: Session) => void): Server;
  }
  const smpp: Smpp;
  export default smpp;
}
