import { useLocation } from 'wouter';
import { writeThing } from '../form/thing.ts';
import { Destroy, type DestroyProps } from './destroy.tsx';
import { useRemoved } from './removed.ts';
import { useUses } from './uses.tsx';

interface RemoveProps extends Pick<DestroyProps, 'verb' | 'title' | 'does'> {
  /** Where the API has the thing. */
  path: string;
  /** Which version of it was looked at. */
  version: string | undefined;
  /** Where one is then. */
  back: string;
  /** Said afterwards: `The team is removed`. */
  gone: string;
  /** What is put at `path` to bring it back; absent: it is gone for good. */
  body?: object;
}

/** Takes the thing of a page away, unless somebody changed it meanwhile or others rely on it: that is said then. */
export function Remove({ path, version, back, gone, body, ...question }: RemoveProps) {
  const [, go] = useLocation();
  const removed = useRemoved();
  const explain = useUses();
  return (
    <Destroy
      {...question}
      explain={explain}
      run={async () => {
        await writeThing('DELETE', path, { version });
        go(back);
        removed(gone, body && (() => writeThing('PUT', path, { body })));
      }}
    />
  );
}
