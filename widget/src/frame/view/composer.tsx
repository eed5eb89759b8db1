import type { TargetedKeyboardEvent, TargetedSubmitEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Chat } from '../chat.ts';
import type { Tongue } from '../words/words.ts';
import { fill, useAround, useNow } from './context.ts';
import { IconButton } from './icon.tsx';
import { usePart } from './part.ts';
import { canRecord } from './record.ts';

/** Where one writes. */
export function Composer() {
  const { chat, tongue } = useAround();
  const { words } = tongue;
  const { notice } = useNow();
  const { box, text, write, insert, submit, onKeyDown, over } = useText();
  const [panel, setPanel] = useState<'emoji' | 'voice'>();
  const extras = usePart(panel !== undefined, () => import('./extras.ts'));
  const file = useRef<HTMLInputElement>(null);
  const { isOver, ...drop } = useDrop();
  const closePanel = () => {
    setPanel(undefined);
    box.current?.focus();
  };
  const attach = (files: Iterable<File>) => sendFiles(chat, tongue, files);
  return (
    <footer {...drop}>
      {isOver && <p class="drop">{words.attach}</p>}
      {notice && (
        <p class="bar" role="alert">
          {notice}
          <IconButton
            shape="close"
            name={words.remove}
            onClick={() => chat.store.change({ notice: undefined })}
          />
        </p>
      )}
      {panel === 'emoji' && extras && <extras.EmojiPanel choose={insert} close={closePanel} />}
      {panel === 'voice' && extras && <extras.Recorder close={closePanel} />}
      <form class="composer" onSubmit={submit}>
        <textarea
          ref={box}
          value={text}
          rows={1}
          dir="auto"
          aria-label={words.write}
          placeholder={words.write}
          aria-invalid={over > 0}
          aria-describedby={over > 0 ? 'over' : undefined}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          onBlur={() => chat.typing(false)}
          onPaste={(event) => {
            const { files } = event.clipboardData!;
            if (files.length > 0) event.preventDefault();
            attach(files);
          }}
        />
        {over > 0 && (
          <p class="error" id="over" role="alert">
            {fill(words.tooLong, { '#': over })}
          </p>
        )}
        <div class="tools">
          <input
            ref={file}
            type="file"
            multiple
            hidden
            accept={chat.site.fileTypes.join(',')}
            onChange={({ currentTarget }) => {
              attach(currentTarget.files!);
              currentTarget.value = '';
            }}
          />
          <IconButton shape="clip" name={words.attach} onClick={() => file.current?.click()} />
          <IconButton
            shape="smile"
            name={words.emoji}
            expanded={panel === 'emoji'}
            onClick={() => setPanel(panel === 'emoji' ? undefined : 'emoji')}
          />
          <IconButton
            shape="pin"
            name={words.location}
            onClick={() => void import('./location.ts').then(({ sendLocation }) => sendLocation(chat, words))}
          />
          {canRecord(chat.site) && (
            <IconButton
              shape="mic"
              name={words.record}
              expanded={panel === 'voice'}
              onClick={() => setPanel('voice')}
            />
          )}
          <IconButton
            shape="send"
            name={words.send}
            submit
            flip
            class="send"
            disabled={text.trim() === '' || over > 0}
          />
        </div>
      </form>
    </footer>
  );
}

/** What is being written: kept over a reload, sent by Enter. */
function useText() {
  const { chat } = useAround();
  const { focus } = useNow();
  const { storage, site } = chat;
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => storage.get<string>('text') ?? '');
  const over = [...text].length - site.maxText;
  // Whoever opens the chat wants to write.
  useEffect(() => {
    if (focus > 0) box.current?.focus();
  }, [focus]);
  const write = (value: string) => {
    setText(value);
    if (value) storage.set('text', value);
    else storage.remove('text');
    chat.typing(value !== '');
  };
  const insert = (piece: string) => {
    const { selectionStart: from, selectionEnd: to, value } = box.current!;
    write(value.slice(0, from) + piece + value.slice(to));
    requestAnimationFrame(() => box.current?.setSelectionRange(from + piece.length, from + piece.length));
  };
  const send = () => {
    const said = text.trim();
    if (!said || over > 0) return;
    write('');
    chat.outbox.add({ t: 'msg', type: 'text', text: said }, { text: said });
    box.current?.focus();
  };
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    send();
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  return { box, text, write, insert, submit, onKeyDown, over };
}

/** Sends files, each as a message; what cannot be sent is told before it is uploaded. */
export function sendFiles(
  { site, store, outbox }: Chat,
  { words, size }: Tongue,
  files: Iterable<File>,
): void {
  const wrong: string[] = [];
  for (const file of files) {
    const { name, type } = file;
    if (file.size === 0) wrong.push(fill(words.emptyFile, { name }));
    else if (file.size > site.maxFileBytes)
      wrong.push(fill(words.tooLarge, { name, size: size(site.maxFileBytes) }));
    else if (type && !site.fileTypes.includes(type.split(';')[0]!)) wrong.push(fill(words.badType, { name }));
    else {
      const media = { id: '', name, size: file.size, mime: type };
      outbox.add({ t: 'msg' }, { type: 'document', media }, file);
    }
  }
  store.change({ notice: wrong.length > 0 ? wrong.join(' ') : undefined });
}

/** Files that are dropped anywhere on the frame. */
function useDrop() {
  const { chat, tongue } = useAround();
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(event.type === 'dragover');
      if (event.type === 'drop') sendFiles(chat, tongue, event.dataTransfer.files);
    };
    const out = () => setOver(false);
    document.addEventListener('dragover', over);
    document.addEventListener('drop', over);
    document.addEventListener('dragleave', out);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', over);
      document.removeEventListener('dragleave', out);
    };
  }, [chat, tongue]);
  return { isOver };
}
