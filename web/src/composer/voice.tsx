import { i18n } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { toast } from '../store/toasts.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { inOgg } from './ogg.ts';
import css from './voice.module.css';

/** What browsers record, best first: Ogg (Firefox) and WebM (Chromium, Safari) hold Opus; older Safaris have MP4 only. */
const kinds = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'];

/** Channels take voice as Opus in Ogg: WebM is the same sound in another box. What is neither goes as it is. */
async function fileOf(recorded: Blob): Promise<File> {
  const type = recorded.type.split(';')[0]!;
  const name = `voice-${Date.now()}`;
  if (type === 'audio/webm') {
    const ogg = inOgg(new Uint8Array(await recorded.arrayBuffer()));
    return new File([ogg], `${name}.ogg`, { type: 'audio/ogg' });
  }
  return new File([recorded], `${name}.${type === 'audio/ogg' ? 'ogg' : 'm4a'}`, { type });
}

function silence(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Records what the agent says. */
export default function Voice({ done, close }: { done(file: File): void; close(): void }) {
  const { t } = useLingui();
  const recorder = useRef<MediaRecorder>(undefined);
  const [state, setState] = useState<'asking' | 'recording' | 'refused' | 'ending'>('asking');
  const [seconds, setSeconds] = useState(0);
  /** That it ends was asked for, here or by going elsewhere. */
  const asked = useRef(false);
  const thrown = useRef(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  useEffect(() => {
    if (state === 'recording' && document.activeElement === box.current)
      box.current?.querySelector<HTMLElement>('button:enabled')?.focus();
  }, [state]);
  useEffect(() => {
    if (state !== 'recording' && state !== 'ending') return;
    // What is being said is nowhere but here yet.
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [state]);
  const finish = useRef(done);
  finish.current = done;
  useEffect(() => {
    let stream: MediaStream | undefined;
    let gone = false;
    const parts: Blob[] = [];
    const begin = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (gone) return silence(stream);
      const mimeType = kinds.find((one) => MediaRecorder.isTypeSupported(one));
      const one = new MediaRecorder(stream, mimeType ? { mimeType } : {});
      recorder.current = one;
      one.ondataavailable = ({ data }) => parts.push(data);
      one.onstop = () => {
        if (thrown.current) return;
        // The microphone may have gone, with a headset for example: what was said until then is not lost with it.
        setState('ending');
        if (!asked.current) toast(i18n._(msg`The microphone is gone. What you said until then is kept.`));
        void fileOf(new Blob(parts, { type: one.mimeType })).then(finish.current, () => setState('refused'));
      };
      one.start(500);
      setState('recording');
    };
    begin().catch(() => setState('refused'));
    const timer = setInterval(
      () => setSeconds((now) => (recorder.current?.state === 'recording' ? now + 1 : now)),
      1000,
    );
    return () => {
      gone = true;
      clearInterval(timer);
      // Who goes to another conversation finds what was said when they come back.
      asked.current = true;
      if (recorder.current?.state === 'recording') recorder.current.stop();
      if (stream) silence(stream);
    };
  }, []);
  const discard = () => {
    thrown.current = true;
    close();
  };
  const stop = () => {
    asked.current = true;
    if (recorder.current?.state === 'recording') recorder.current.stop();
  };
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <div
      ref={box}
      tabIndex={-1}
      className={css.voice}
      role="group"
      aria-label={t`Record a voice message`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        discard();
      }}
    >
      {state === 'refused' ? (
        <p role="alert">
          <Trans>The microphone cannot be used. Allow it in the settings of the browser.</Trans>
        </p>
      ) : (
        <>
          <span className={css.recording} data-on={state === 'recording' || undefined} />
          <span className="numbers" dir="ltr">
            {time}
          </span>
          <span role="status">
            {state === 'asking'
              ? t`Waiting for the microphone`
              : state === 'ending'
                ? t`Preparing`
                : t`Recording`}
          </span>
          <span className={css.gap} />
          <Button size="compact-md" onClick={stop} disabled={state !== 'recording'}>
            <Trans>Done</Trans>
          </Button>
        </>
      )}
      <IconButton label={t`Discard`} onClick={discard}>
        <IconX size={17} />
      </IconButton>
    </div>
  );
}
