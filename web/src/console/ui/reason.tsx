import type { ReactNode } from 'react';
import { ApiError } from '../../api/http.ts';
import { TraceId, useSentence } from '../../ui/states.tsx';

/** Why something failed, with the id to ask about it by. `instead`: where the page knows better than the server’s sentence. */
export function Reason({ error, instead }: { error: unknown; instead?: ReactNode }) {
  const sentence = useSentence();
  return (
    <>
      {instead || sentence(error)}{' '}
      {error instanceof ApiError && error.traceId && <TraceId id={error.traceId} />}
    </>
  );
}
