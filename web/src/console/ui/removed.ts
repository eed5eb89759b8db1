import { useLingui } from '@lingui/react/macro';
import { ApiError } from '../../api/http.ts';
import { toast } from '../../store/toasts.ts';
import { useSentence } from '../../ui/states.tsx';

/** Says that something was taken away, and offers to bring it back where that is possible. */
export function useRemoved(): (text: string, restore?: () => Promise<unknown>) => void {
  const { t } = useLingui();
  const sentence = useSentence();
  return (text, restore) => {
    const run = () => {
      restore?.().then(
        () => toast(t`It is back`),
        (error: unknown) => {
          const why = sentence(error);
          toast(t`It could not be brought back: ${why}`, {
            tone: 'error',
            ...(error instanceof ApiError && error.traceId && { traceId: error.traceId }),
          });
        },
      );
    };
    toast(text, restore ? { act: { label: t`Undo`, run } } : {});
  };
}
