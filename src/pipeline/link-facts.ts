/** What is behind a link, as far as it is known. */
export interface LinkFacts {
  mime?: string;
  sizeBytes?: number;
}

/** Links of which this process knows what is behind them; those that were looked at long ago make room. */
const most = 2000;
/** Whoever puts another picture behind a link sees it used after so long, ms. */
const lifeMs = 5 * 60_000;
/** A link behind which nobody could look is looked at again after so long, ms. */
const failedLifeMs = 60_000;

const links = new Map<string, { is?: LinkFacts; until: number }>();

/**
 * What this process saw behind a link a moment ago, so that a picture of a thousand messages is not looked at a thousand
 * times; `is` absent: it could not be looked at. Undefined: nobody has looked.
 */
export function whatIsBehind(link: string): { is?: LinkFacts } | undefined {
  const known = links.get(link);
  if (known && known.until > Date.now()) return known;
  links.delete(link);
  return undefined;
}

/** Remembers what is behind a link, or that it could not be seen. */
export function rememberLink(link: string, { is }: { is?: LinkFacts }): void {
  links.delete(link);
  if (links.size >= most) links.delete(links.keys().next().value!);
  links.set(link, { ...(is && { is }), until: Date.now() + (is ? lifeMs : failedLifeMs) });
}
