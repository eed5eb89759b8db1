import type { Surface } from '../surface.ts';
import { failure } from './envelope.ts';
import { addRoute } from './operation.ts';
import { render, tells } from './render.ts';
import { operations } from './routes.ts';

const prefix = '/xms/api/v1';

/** XMS Messaging APIs v1.0, the edition of 2023-10-06. */
export const xms: Surface = {
  name: 'xms',
  prefix,
  routes(app, core) {
    for (const operation of operations) addRoute(app, core, prefix, operation);
  },
  error: failure,
  tells,
  render,
};
