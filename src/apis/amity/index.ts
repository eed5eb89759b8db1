import type { Surface } from '../surface.ts';
import { tellError } from './errors.ts';
import { registrations } from './registrations.ts';
import { addRoute, type Line } from './route.ts';
import { network, tokens, vouching } from './tokens.ts';

/** All routes of the surface, in the order of the contract. */
export const lines: readonly Line[] = [...registrations, ...tokens, ...vouching, ...network];

/**
 * Amity's registration of sessions: how bots, visitors and people who sign in come by an access token. All
 * that lies below `/api` and is no other surface's is told in its words.
 */
export const amity: Surface = {
  name: 'amity',
  prefix: '/api',
  routes(app, core) {
    for (const line of lines) addRoute(app, core, line);
  },
  error: tellError,
  tells: [],
  render: () => undefined,
};
