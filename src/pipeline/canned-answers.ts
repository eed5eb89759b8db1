import { type Deed, differences } from '../model/audit.ts';
import { present } from '../model/present.ts';
import { invalid, missing } from '../model/problem.ts';
import * as store from '../store/canned-answers.ts';
import type { Context } from './context.ts';
import { changeOnce } from './idempotency.ts';
import type { Change } from './setup.ts';
import { checkCode, checkKnown, checkName, checkStorable, same } from './setup-check.ts';
import type { Draft } from './setup-draft.ts';
import { checkLang } from './template-value.ts';

/** Texts that an agent keeps for answering; those of the business are part of its setup. */
export interface CannedAnswers {
  put(businessId: number, owner: string, answer: CannedAnswerChange): Promise<Change<store.CannedAnswer>>;
  /** Answers whether there was such a one. */
  remove(businessId: number, owner: string, code: string): Promise<boolean>;
}

/** An empty text takes an optional part away. */
export interface CannedAnswerChange {
  code: string;
  title?: string;
  text?: string;
  lang?: string;
  team?: string;
  media?: { id: string; filename?: string }[];
}

const longestText = 10_000;
const mostFiles = 10;

export function makeCannedAnswers(ctx: Context): CannedAnswers {
  return {
    async put(businessId, owner, answer) {
      const setup = await ctx.setup(businessId);
      return changeOnce(ctx, (tx) => putCannedAnswer({ tx, setup, deeds: [] }, owner, answer));
    },
    remove: (businessId, owner, code) =>
      changeOnce(ctx, async (tx) => (await store.drop(tx, businessId, owner, code)) !== undefined),
  };
}

/** What the audit log says of an answer of the business that was made, changed or taken away. */
export function deedOfAnswer(
  before: store.CannedAnswer | undefined,
  after: store.CannedAnswer | undefined,
): Deed {
  const { code: id, title: name } = (after ?? before)!;
  const what = !before ? 'cannedAnswer.created' : after ? 'cannedAnswer.changed' : 'cannedAnswer.removed';
  const fields = (one: store.CannedAnswer | undefined) => one && { ...one, code: undefined };
  return { what, id, name, changes: differences(fields(before), fields(after)) };
}

/** Creates or changes an answer: of the business, where the owner is empty, or of one agent. */
export async function putCannedAnswer(
  { tx, setup, deeds }: Pick<Draft, 'tx' | 'setup' | 'deeds'>,
  owner: string,
  change: CannedAnswerChange,
): Promise<Change<store.CannedAnswer>> {
  const code = checkCode(change.code);
  const before = await store.find(tx, setup.business.id, owner, code);
  const text = checkStorable(change.text ?? before?.text ?? '', 'text');
  if (text.trim() === '') throw missing('text');
  if (text.length > longestText)
    throw invalid('text', `text must not be longer than ${longestText} characters`);
  const lang = change.lang ?? before?.lang;
  const team = change.team ?? before?.team;
  if (team) checkKnown(setup.teams, team, 'team', 'team');
  const media = change.media ?? before?.media;
  if (media && media.length > mostFiles) throw invalid('media', `An answer has at most ${mostFiles} files`);
  const value = present({
    code,
    title: checkName(change.title ?? before?.title ?? code, 'title'),
    text,
    lang: lang ? checkLang(lang) : undefined,
    team: team || undefined,
    media: media?.length ? media : undefined,
  }) as store.CannedAnswer;
  if (before && same(before, value)) return { value, change: 'none' };
  await store.put(tx, setup.business.id, owner, value);
  // An agent's own are that agent's matter.
  if (owner === '') deeds.push(deedOfAnswer(before, value));
  return { value, change: before ? 'changed' : 'created' };
}
