export { holderOf } from './model/address.ts';
export { type Limit, makeLimit } from './model/limit.ts';
