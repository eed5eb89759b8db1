import type { Hearer, Hello, Link } from './link.ts';
import type { ClientFrame, ServerFrame } from './protocol.ts';
import { poll, Refusal, sendFrames } from './server.ts';

/** What is said waits this long for more that can go along, ms. */
const gatherMs = 50;
/** At most this many frames in one request. */
const mostFrames = 20;

/** Plain HTTP, where sockets are blocked: what is new is waited for, what we say is posted. */
export function openPoll({ token, lastSeq }: Hello, hearer: Hearer): Link {
  const over = new AbortController();
  const waiting: ClientFrame[] = [];
  let after = lastSeq;
  let isPosting = false;
  const end = (error: unknown) => {
    if (over.signal.aborted) return;
    over.abort();
    hearer.ended(codeOf(error));
  };
  const hear = (frames: ServerFrame[]) => {
    for (const frame of frames) {
      if (over.signal.aborted) return;
      if ('seq' in frame) after = frame.seq;
      hearer.frame(frame);
    }
  };
  const listen = async () => {
    // A poll that has nothing new is silent for long: whether somebody is there is asked first.
    if (after !== undefined) {
      await sendFrames(token, [{ t: 'ping' }]);
      hear([{ t: 'pong' }]);
    }
    while (!over.signal.aborted) hear((await poll(token, after, over.signal)).frames);
  };
  const post = async () => {
    isPosting = true;
    await new Promise((done) => setTimeout(done, gatherMs));
    while (waiting.length > 0 && !over.signal.aborted) {
      hear((await sendFrames(token, waiting.slice(0, mostFrames))).frames);
      waiting.splice(0, mostFrames);
    }
    isPosting = false;
  };
  listen().catch(end);
  return {
    say(frame) {
      // The requests themselves tell that we are there.
      if (frame.t === 'ping') return;
      waiting.push(frame);
      if (!isPosting) post().catch(end);
    },
    close: () => over.abort(),
  };
}

function codeOf(error: unknown): number {
  if (!(error instanceof Refusal)) return 0;
  if (error.status === 401) return 4401;
  if (error.status === 403) return 4403;
  return error.status === 429 ? 4429 : 0;
}
