import type { ClientFrame, Message, ServerFrame } from './protocol.ts';
import type { Refusal } from './server.ts';
import type { Draft, Store } from './state.ts';
import type { Storage } from './storage.ts';
import type { Upload } from './upload.ts';

/** What the visitor said and the server has not confirmed: kept over a reload, sent in order. */
export interface Outbox {
  /** Puts a message last. `file`: is uploaded first. */
  add(frame: ClientFrame, shown: Partial<Message>, file?: File): void;
  /** Sends what waits, if there is a line. */
  flush(): void;
  /** The line broke: what was under way waits again. */
  interrupted(): void;
  /** The server took one, or refused it. */
  settled(frame: ServerFrame & ({ t: 'ack' } | { t: 'error' })): void;
  /** Once more, after a failure. */
  again(cid: string): void;
  /** Takes one away that was not sent, ending its upload. */
  discard(cid: string): void;
  /** What was written before a reload, in this conversation; and what was written before it was known. */
  restore(conversation: string): void;
  /** Forgets everything. */
  clear(): void;
}

export interface OutboxNeeds {
  store: Store;
  storage: Storage;
  say(frame: ClientFrame): void;
  token(): string | undefined;
}

/** Of errors these are only a matter of time. */
const passing = ['RATE', 'UNAVAILABLE', 'LINE', 'TOKEN'];
const retryMs = 3000;

export function openOutbox({ store, storage, say, token }: OutboxNeeds): Outbox {
  const uploads = new Map<string, Upload>();
  const kept = (cid: string) => `out.${cid}`;
  const find = (cid: string | undefined) => store.now.drafts.find((draft) => draft.cid === cid);
  const isOnline = () => store.now.line === 'online';

  const put = (draft: Draft) => {
    const { drafts } = store.now;
    const known = drafts.some(({ cid }) => cid === draft.cid);
    store.change({
      drafts: known ? drafts.map((one) => (one.cid === draft.cid ? draft : one)) : [...drafts, draft],
    });
  };
  const change = (cid: string, by: Partial<Draft>) => {
    const draft = find(cid);
    if (draft) put({ ...draft, ...by });
  };
  const files = () => import('./upload.ts');
  const forget = (cid: string) => {
    storage.remove(kept(cid));
    if (find(cid)?.shown.media) void files().then(({ dropFile }) => dropFile(cid));
  };
  const isFile = (draft: Draft) => draft.shown.media !== undefined && !draft.frame.media;

  /** One after the other, so that a repeat never overtakes what was written after it. */
  function flush(): void {
    if (!isOnline()) return;
    for (const draft of store.now.drafts) if (draft.state === 'queued' && isFile(draft)) void send(draft);
    if (store.now.drafts.some(({ state }) => state === 'sending')) return;
    const next = store.now.drafts.find((draft) => draft.state === 'queued' && !isFile(draft));
    if (!next) return;
    change(next.cid, { state: 'sending' });
    say(next.frame);
  }

  /** Uploads a file; its message then waits in line. */
  async function send({ cid, frame, shown }: Draft): Promise<void> {
    change(cid, { state: 'uploading', progress: 0 });
    const { fileOf, upload } = await files();
    const file = await fileOf(cid);
    if (!file) return change(cid, { state: 'failed', error: 'gone' });
    const under = upload(token() ?? '', file, (progress) => change(cid, { progress }));
    uploads.set(cid, under);
    try {
      const { id, type } = await under.done;
      if (!find(cid)) return;
      const said = { ...frame, type: frame.type ?? type, media: { id } };
      change(cid, { frame: said, state: 'queued', shown: { ...shown, type: said.type as string } });
      const draft = find(cid);
      if (draft) storage.set(kept(cid), draft);
      flush();
    } catch (error) {
      uploadFailed(cid, error);
    } finally {
      uploads.delete(cid);
    }
  }

  function uploadFailed(cid: string, error: unknown): void {
    const { code, message, retryAfter } = error as Refusal;
    if (!passing.includes(code)) change(cid, { state: 'failed', error: message || code });
    else {
      change(cid, { state: 'queued' });
      setTimeout(flush, retryAfter ? retryAfter * 1000 : retryMs);
    }
  }

  return {
    flush,
    add(said, shown, file) {
      const cid = newCid();
      const at = Date.now();
      const frame = { ...said, cid };
      const draft: Draft = {
        cid,
        at,
        conversation: store.now.conversation ?? '',
        frame,
        shown: { id: cid, cid, dir: 'in', at, type: 'text', ...shown },
        state: 'queued',
      };
      storage.set(kept(cid), draft);
      put(draft);
      if (!file) flush();
      else void files().then(({ keepFile }) => keepFile(cid, file, storage.permitted).then(flush));
    },
    interrupted() {
      for (const { cid, state } of store.now.drafts)
        if (state === 'sending') change(cid, { state: 'queued' });
    },
    settled(frame) {
      const draft = find(frame.cid);
      if (!draft) return;
      if (frame.t === 'ack') {
        change(draft.cid, { state: 'sent' });
        forget(draft.cid);
      } else if (passing.includes(frame.code)) {
        // Not sent again before its time, but still first in line.
        setTimeout(
          () => {
            if (find(draft.cid)?.state !== 'sending') return;
            change(draft.cid, { state: 'queued' });
            flush();
          },
          (frame.retryAfter ?? retryMs / 1000) * 1000,
        );
        return;
      } else change(draft.cid, { state: 'failed', error: frame.message });
      flush();
    },
    again(cid) {
      change(cid, { state: 'queued' });
      flush();
    },
    discard(cid) {
      uploads.get(cid)?.cancel();
      forget(cid);
      store.change({ drafts: store.now.drafts.filter((draft) => draft.cid !== cid) });
    },
    restore(conversation) {
      const before = storage.keys('out.').map((key) => storage.get<Draft>(key)!);
      for (const draft of before.sort((a, b) => a.at - b.at)) {
        if (draft.conversation && draft.conversation !== conversation) forget(draft.cid);
        else if (find(draft.cid)) change(draft.cid, { conversation });
        else put({ ...draft, conversation, state: 'queued' });
      }
    },
    clear() {
      for (const { cid } of store.now.drafts) this.discard(cid);
      for (const key of storage.keys('out.')) forget(key.slice(4));
    },
  };
}

/** On a page without TLS a browser has no `randomUUID`. */
function newCid(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
