import type { Operation } from './operation.ts';
import { sendMessage } from './send.ts';

/** All operations of the surface, in the order of the contract. */
export const operations: readonly Operation[] = [sendMessage];
