import { useEffect, useRef, useState } from 'preact/hooks';
import { useAround } from './context.ts';
import { kindOf } from './record.ts';

/** Records a voice message. */
export function Recorder({ close }: { close: () => void }) {
  const { chat, tongue } = useAround();
  const { words } = tongue;
  const [seconds, setSeconds] = useState(0);
  const recorder = useRef<MediaRecorder>(undefined);
  const wanted = useRef(false);
  const stop = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let isOver = false;
    const mime = kindOf(chat.site)!;
    const begin = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (isOver) return stream.getTracks().forEach((track) => void track.stop());
      const parts: Blob[] = [];
      const one = new MediaRecorder(stream, { mimeType: mime });
      recorder.current = one;
      one.ondataavailable = ({ data }) => parts.push(data);
      one.onstop = () => {
        const type = mime.split(';')[0]!;
        const file = new File(parts, `voice.${type.slice(6)}`, { type });
        const media = { id: '', name: words.voice, size: file.size, mime: type };
        if (wanted.current) chat.outbox.add({ t: 'msg', type: 'voice' }, { type: 'voice', media }, file);
      };
      one.start();
    };
    begin().catch(() => {
      chat.store.change({ notice: words.noMicrophone });
      close();
    });
    stop.current?.focus();
    const clock = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => {
      isOver = true;
      clearInterval(clock);
      if (recorder.current?.state === 'recording') recorder.current.stop();
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
  }, []);
  const end = (send: boolean) => {
    wanted.current = send;
    close();
  };
  return (
    <fieldset
      class="capture acts"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        end(false);
      }}
    >
      <span role="timer">
        {words.recording} {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, '0')}
      </span>
      <button type="button" class="main" ref={stop} onClick={() => end(true)}>
        {words.stopRecording}
      </button>
      <button type="button" class="quiet" onClick={() => end(false)}>
        {words.discard}
      </button>
    </fieldset>
  );
}
