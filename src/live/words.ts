import type { StoredEvent } from '../model/event.ts';
import { hears, viewOf } from '../model/policy.ts';
import { invalid } from '../model/problem.ts';
import type { Setup } from '../model/setup.ts';
import type { RenderTarget } from '../pipeline/context.ts';
import { renderTargetOf } from '../pipeline/render-target.ts';
import type { Tell } from './follower.ts';

/** What a listener wants to hear, and in whose words. */
export interface Whose {
  surface: string;
  /** Id of the app whose events it wants; absent: those of the whole business. */
  appId?: string;
}

/** The surface whose words are those of the feed. */
const ownSurface = 'parley';

/**
 * Reads the query of an upgrade. `after`: number of the last event that the client has; absent, it hears
 * what happens from now on. `surface` and `app`: as of a webhook endpoint. Throws `invalid`.
 */
export function readQuery(
  query: unknown,
  surfaces: readonly string[],
  setup: Pick<Setup, 'apps'>,
): Whose & { after?: number } {
  const { after, surface = ownSurface, app } = query as Record<string, unknown>;
  if (typeof surface !== 'string' || !surfaces.includes(surface)) {
    throw invalid('surface', `surface must be one of ${surfaces.join(', ')}`, { possibleValues: surfaces });
  }
  const found = app === undefined ? undefined : [...setup.apps.values()].find((one) => one.code === app);
  if (app !== undefined && !found) throw invalid('app', 'There is no such app', { code: 'UNKNOWN_APP' });
  const seq = seqOf(after);
  return { surface, ...(found && { appId: found.id }), ...(seq !== undefined && { after: seq }) };
}

function seqOf(after: unknown): number | undefined {
  if (after === undefined) return undefined;
  const seq = typeof after === 'string' && /^\d{1,16}$/.test(after) ? Number(after) : Number.NaN;
  if (Number.isSafeInteger(seq)) return seq;
  throw invalid('after', 'after must be the number of an event', { value: after });
}

/** Text of each event by whom it is told to: put into words once, however many hear it. */
const told = new WeakMap<StoredEvent, Map<string, string | undefined>>();

/** How events are told to a listener: as to a webhook endpoint of the same surface and app. */
export function tellOf(
  {
    render,
  }: { render(surface: string, event: StoredEvent, to: RenderTarget): { body: unknown } | undefined },
  setup: Setup,
  { surface, appId }: Whose,
): Tell {
  const whose = `${surface} ${appId ?? ''}`;
  const words = (event: StoredEvent) => {
    if (appId !== undefined && event.appId !== appId) return undefined;
    const target = renderTargetOf(setup, { id: 'live', ...(appId !== undefined && { appId }) }, event);
    const rendered = render(surface, event, target);
    const { seq, id } = event;
    return rendered && JSON.stringify({ type: 'event', seq, id, event: rendered.body });
  };
  return (event) => {
    const known = told.get(event) ?? new Map<string, string | undefined>();
    if (!known.has(whose)) known.set(whose, words(event));
    told.set(event, known);
    return known.get(whose);
  };
}

/** The same for an agent, who hears what the policy says. Keys, and agents who see all, hear everything. */
export function seenBy(tell: Tell, setup: Setup, code: string | undefined): Tell {
  const agent = code === undefined ? undefined : setup.agents.get(code);
  const view = agent && viewOf(agent, setup);
  if (!view || view.all) return tell;
  return (event) => (hears(view, event) ? tell(event) : undefined);
}
