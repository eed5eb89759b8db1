import { useLingui } from '@lingui/react/macro';
import { IconFile, IconRefresh, IconX } from '@tabler/icons-react';
import { usePart } from '../store/signal.ts';
import { bytes } from '../theme/format.ts';
import { IconButton } from '../ui/icon-button.tsx';
import css from './files.module.css';
import { type Attachment, attached, remove, retry } from './files.ts';

/** The files of a conversation's next answer. */
export function useAttachments(sessionId: string) {
  const all = usePart(attached, (every) => every[sessionId]) ?? none;
  return {
    all,
    isReady: all.some(({ stored }) => stored),
    busy: all.some(({ stored, refused }) => !stored && !refused),
    failed: all.some(({ refused }) => refused === 'failed'),
  };
}

/** Lets somebody choose files of this machine. */
export function chooseFiles(take: (files: File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.onchange = () => take([...(input.files ?? [])]);
  input.click();
}

const none: Attachment[] = [];

/** The cards of the files: how far each is, what is wrong with it, and the way out. */
export function Attachments({ sessionId, all }: { sessionId: string; all: Attachment[] }) {
  const { t } = useLingui();
  if (all.length === 0) return null;
  return (
    <ul className={css.files} aria-label={t`Attachments`}>
      {all.map(({ id, name, size, at, part, stored, refused, most }) => {
        const limit = most === undefined ? '' : bytes(most);
        const told = {
          type: t`This channel does not take such a file.`,
          size: t`Too large: ${limit} at most.`,
          failed: t`It could not be uploaded.`,
        };
        return (
          <li key={id} className={css.file} data-refused={refused}>
            {at ? <img src={at} alt="" /> : <IconFile size={22} />}
            <span className={css.fileLines}>
              <span className="one-line" dir="auto">
                {name}
              </span>
              {refused ? (
                <small role="alert">{told[refused]}</small>
              ) : (
                size !== undefined && <small>{bytes(size)}</small>
              )}
              {!stored && !refused && <progress value={part} max={1} aria-label={t`Upload of ${name}`} />}
            </span>
            {refused === 'failed' && (
              <IconButton label={t`Try again`} size="small" onClick={() => retry(sessionId, id)}>
                <IconRefresh size={15} />
              </IconButton>
            )}
            <IconButton label={t`Take ${name} away`} size="small" onClick={() => remove(sessionId, id)}>
              <IconX size={15} />
            </IconButton>
          </li>
        );
      })}
    </ul>
  );
}
