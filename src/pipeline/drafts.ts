import { Problem } from '../model/problem.ts';
import * as drafts from '../store/inbox-drafts.ts';
import type { Context } from './context.ts';
import type { Caller } from './core.ts';
import { checkStorable } from './setup-check.ts';

/** What agents began to write: for each alone, at all of their screens. */
export interface Drafts {
  /**
   * Keeps what the caller began to write; nothing takes it away. Answers when (epoch ms). `was`: the time of the one that it
   * replaces, 0 for none. Throws `tooLarge`, and `conflict` (DRAFT_CHANGED) when another one is kept since.
   */
  draft(caller: Caller, sessionId: string, draft: DraftChange): Promise<number>;
  /** It was sent: forgets the one that was kept at this time (epoch ms), and no other. */
  sentDraft(caller: Caller, sessionId: string, mode: drafts.Draft['mode'], savedAt: number): Promise<void>;
}

export interface DraftChange {
  mode: drafts.Draft['mode'];
  text: string;
  data?: Record<string, unknown>;
  was?: number;
}

const largestDraft = 64 * 1024;

export function makeDrafts(ctx: Pick<Context, 'db' | 'wake'>): Drafts {
  // The other screens of the same person read it again.
  const tell = ({ businessId, agent }: Caller, sessionId: string, mode: string, savedAt: number) =>
    ctx.wake.signal({ kind: 'draft', businessId, agent: agent!.code, sessionId, mode, savedAt });
  return {
    async draft(caller, sessionId, draft) {
      const { mode, text, data } = checkStorable(draft, 'draft');
      const { was } = draft;
      const id = { agent: caller.agent!.code, sessionId, mode };
      if (text === '' && data === undefined) {
        const { at, isGone, stays } = await drafts.drop(ctx.db, caller.businessId, id, was);
        if (stays && !isGone) throw changed();
        if (isGone) tell(caller, sessionId, mode, at);
        return at;
      }
      if (Buffer.byteLength(text) + Buffer.byteLength(JSON.stringify(data ?? null)) > largestDraft) {
        throw new Problem('tooLarge', `A draft has at most ${largestDraft} bytes`, {
          field: 'text',
          code: 'TOO_LARGE',
        });
      }
      const savedAt = await drafts.put(ctx.db, caller.businessId, id, { text, data, was });
      if (savedAt === undefined) throw changed();
      tell(caller, sessionId, mode, savedAt);
      return savedAt;
    },
    async sentDraft(caller, sessionId, mode, savedAt) {
      const id = { agent: caller.agent!.code, sessionId, mode };
      const { at, isGone } = await drafts.drop(ctx.db, caller.businessId, id, savedAt);
      if (isGone) tell(caller, sessionId, mode, at);
    },
  };
}

const changed = () =>
  new Problem('conflict', 'Another draft of yours is kept since: look at that first', {
    field: 'was',
    code: 'DRAFT_CHANGED',
  });
