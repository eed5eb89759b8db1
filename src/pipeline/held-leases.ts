import type { Logger } from 'pino';

/** How long a claim holds (reliability.md, "Recovery"), and how it is kept while its work runs. */
export interface Lease {
  /** After this time others may take it over, ms: when this process died, say. */
  ms: number;
  renewEveryMs: number;
  /** Work that takes longer is believed to be lost, ms. */
  longestMs: number;
}

/** The claims of this process whose work runs. */
export interface HeldLeases<Claim> {
  add(claim: Claim): void;
  drop(claim: Claim): void;
}

/** Renews the leases of claims until they are dropped. */
export function holdLeases<Claim>(
  renew: (claims: Claim[]) => Promise<unknown>,
  { renewEveryMs, longestMs }: Lease,
  log: Logger,
): HeldLeases<Claim> {
  const since = new Map<Claim, number>();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    const lost = performance.now() - longestMs;
    for (const [claim, begun] of since) if (begun < lost) since.delete(claim);
    if (since.size > 0) {
      renew([...since.keys()]).catch((error: unknown) =>
        log.warn({ err: error }, 'leases could not be renewed'),
      );
      return;
    }
    clearInterval(timer);
    timer = undefined;
  };
  return {
    add(claim) {
      since.set(claim, performance.now());
      timer ??= setInterval(look, renewEveryMs).unref();
    },
    drop(claim) {
      since.delete(claim);
    },
  };
}
