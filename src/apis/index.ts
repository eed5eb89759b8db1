import { amity } from './amity/index.ts';
import { azeer } from './azeer/index.ts';
import { parley } from './parley/index.ts';
import type { Surface } from './surface.ts';
import { xms } from './xms/index.ts';

/** The doors to integrators. Adding one is a folder and a line. */
export const surfaces: readonly Surface[] = [xms, azeer, amity, parley];
