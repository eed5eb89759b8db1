import { useLingui } from '@lingui/react/macro';
import { IconFile, IconRefresh, IconX } from '@tabler/icons-react';
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { MessageType } from '../api/types.ts';
import { useNames } from '../store/me.ts';
import { bytes } from '../theme/format.ts';
import { IconButton } from '../ui/icon-button.tsx';
import css from './composer.module.css';
import { mostBytes, type Stored, typeFor, upload } from './upload.ts';

interface Attachment {
  id: number;
  file: File;
  type: MessageType;
  /** Of a picture, to look at before it is sent. */
  at?: string;
  part: number;
  stored?: Stored;
  /** Why it cannot be sent. */
  refused?: 'type' | 'size' | 'failed';
  most?: number;
  cancel?(): void;
}

export interface ReadyFile {
  mediaId: string;
  link: string;
  type: MessageType;
  name: string;
  mime: string;
}

let last = 0;

/** Files that go with the next message: chosen, dropped or pasted, and sent to the server at once. */
export function useAttachments(channelId: string) {
  const channel = useNames().channel(channelId);
  const [all, setAll] = useState<Attachment[]>([]);
  const latest = useRef(all);
  latest.current = all;
  const [over, setOver] = useState(false);
  const change = useCallback(
    (id: number, by: Partial<Attachment>) =>
      setAll((now) => now.map((one) => (one.id === id ? { ...one, ...by } : one))),
    [],
  );
  const start = useCallback(
    (id: number, file: File) => {
      const { done, cancel } = upload(file, (part) => change(id, { part }));
      change(id, { cancel, part: 0 });
      done.then(
        (stored) => change(id, { stored, part: 1 }),
        () => change(id, { refused: 'failed' }),
      );
    },
    [change],
  );
  const add = useCallback(
    (files: File[]) => {
      for (const file of files) {
        last += 1;
        const id = last;
        const type = typeFor(file, channel);
        const most = type && mostBytes(channel, type);
        const refused =
          type === undefined ? 'type' : most !== undefined && file.size > most ? 'size' : undefined;
        const at = file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined;
        setAll((now) => [
          ...now,
          {
            id,
            file,
            type: type ?? 'document',
            part: 0,
            ...(at && { at }),
            ...(refused && { refused }),
            ...(most !== undefined && { most }),
          },
        ]);
        if (!refused) start(id, file);
      }
    },
    [channel, start],
  );
  const remove = useCallback((id: number) => {
    const one = latest.current.find((each) => each.id === id);
    one?.cancel?.();
    if (one?.at) URL.revokeObjectURL(one.at);
    setAll((now) => now.filter((each) => each.id !== id));
  }, []);
  const retry = (id: number) => {
    const one = latest.current.find((each) => each.id === id);
    if (!one) return;
    const { refused: _refused, ...fresh } = one;
    setAll((now) => now.map((each) => (each.id === id ? fresh : each)));
    start(id, one.file);
  };
  useEffect(
    () => () => {
      for (const { at } of latest.current) if (at) URL.revokeObjectURL(at);
    },
    [],
  );
  const ready: ReadyFile[] = all.flatMap(({ stored, type, file }) =>
    stored
      ? [
          {
            mediaId: stored.id,
            link: stored.link ?? '',
            type,
            name: file.name,
            mime: stored.mime ?? file.type,
          },
        ]
      : [],
  );
  /** Those that are ready, which are then no longer here. */
  const take = () => {
    setAll((now) => now.filter(({ stored }) => !stored));
    return ready;
  };
  const choose = useCallback(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = true;
    input.onchange = () => add([...(input.files ?? [])]);
    input.click();
  }, [add]);
  const drop = {
    'data-over': over || undefined,
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      add([...event.dataTransfer.files]);
    },
  };
  const busy = all.some(({ stored, refused }) => !stored && !refused);
  return { all, ready, busy, take, add, remove, retry, choose, drop };
}

/** The cards of the files: how far each is, what is wrong with it, and the way out. */
export function Attachments({ attachments }: { attachments: ReturnType<typeof useAttachments> }) {
  const { t } = useLingui();
  const { all, remove, retry } = attachments;
  if (all.length === 0) return null;
  return (
    <ul className={css.files} aria-label={t`Attachments`}>
      {all.map(({ id, file, at, part, stored, refused, most }) => {
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
                {file.name}
              </span>
              {refused ? <small role="alert">{told[refused]}</small> : <small>{bytes(file.size)}</small>}
              {!stored && !refused && (
                <progress value={part} max={1} aria-label={t`Upload of ${file.name}`} />
              )}
            </span>
            {refused === 'failed' && (
              <IconButton label={t`Try again`} size="small" onClick={() => retry(id)}>
                <IconRefresh size={15} />
              </IconButton>
            )}
            <IconButton label={t`Take ${file.name} away`} size="small" onClick={() => remove(id)}>
              <IconX size={15} />
            </IconButton>
          </li>
        );
      })}
    </ul>
  );
}
