import { useLingui } from '@lingui/react/macro';
import type { Mode } from '../api/message-types.ts';
import type { InboxSession } from '../api/types.ts';
import { useNames } from '../store/me.ts';
import { toast } from '../store/toasts.ts';
import { useStable } from '../ui/stable.ts';
import { attach } from './files.ts';

interface Incoming {
  session: InboxSession;
  mode: Mode;
  /** Whether the customer can be answered freely now. */
  isOpen: boolean;
  /** Makes the cards of the files visible. */
  show(): void;
}

/** How files come into the answer, wherever from; where they cannot, somebody reads why. */
export function useIncoming({ session, mode, isOpen, show }: Incoming): (files: File[]) => void {
  const { t } = useLingui();
  const channel = useNames().channel(session.channelId);
  return useStable((files: File[]) => {
    if (files.length === 0) return;
    if (mode === 'note') return toast(t`A note takes no files. They go with a reply.`, { tone: 'error' });
    if (!isOpen) return toast(t`The reply window is closed. Send a template.`, { tone: 'error' });
    show();
    attach(session.id, channel, files);
  });
}

/** The files that were copied. What was copied as text, and brings a picture of itself along, is text. */
export function filesIn({ files, types }: DataTransfer): File[] {
  const isWritten = types.includes('text/plain') && types.includes('text/html');
  return isWritten ? [] : [...files];
}
