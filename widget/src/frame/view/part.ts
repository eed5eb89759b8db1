import { useEffect, useState } from 'preact/hooks';

/** A part of the view that is fetched when it is wanted for the first time; undefined until it is there. */
export function usePart<T>(isWanted: boolean, load: () => Promise<T>): T | undefined {
  const [part, setPart] = useState<{ loaded: T }>();
  useEffect(() => {
    if (isWanted && !part)
      load().then(
        (loaded) => setPart({ loaded }),
        () => {},
      );
  }, [isWanted]);
  return part?.loaded;
}
