import { useLingui } from '@lingui/react/macro';
import { ApiError } from '../../api/http.ts';
import { toast } from '../../store/toasts.ts';

/** Says that something was taken away, and offers to bring it back where that is possible. */
export function useRemoved(): (text: string, restore?: () => Promise<unknown>) => void {
  const { t } = useLingui();
  return (text, restore) => {
    const run = () => {
      restore?.().then(
        () => toast(t`It is back`),
        (error: unknown) =>
          toast(error instanceof ApiError ? error.message : t`It could not be brought back`, {
            tone: 'error',
            ...(error instanceof ApiError && error.traceId && { traceId: error.traceId }),
          }),
      );
    };
    toast(text, restore ? { act: { label: t`Undo`, run } } : {});
  };
}
