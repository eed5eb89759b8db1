import { normalLang } from '../../model/contact.ts';
import { present } from '../../model/present.ts';
import type { Received, ReceivedEvent } from '../channel.ts';
import { objectOf, type Raw, textOf } from '../json.ts';
import { statusOf } from './template-words.ts';

/** Whose templates are told of, and when: epoch ms. */
interface About {
  at: number;
  /** The account that the webhook is about, and the one of the channel, where the operator said it. */
  account: string | undefined;
  wabaId?: string;
}

type News = Partial<Extract<ReceivedEvent, { kind: 'template-status' }>>;

/** What each of Meta's fields says of a template; undefined: it says nothing that we have a word for. */
const readers: Readonly<Record<string, (value: Raw) => News | undefined>> = {
  message_template_status_update: statusNews,
  message_template_quality_update: ({ new_quality_score }) => {
    const quality = textOf(new_quality_score)?.toUpperCase();
    return quality === undefined ? undefined : { quality };
  },
  template_category_update: ({ new_category }) => {
    const category = textOf(new_category)?.toUpperCase();
    return category === undefined ? undefined : { category };
  },
};

export const isAboutTemplates = (field: string): boolean => Object.hasOwn(readers, field);

/** Takes what Meta tells of a template. It is told of a whole account: other ones of the app are left aside. */
export function takeTemplate(
  received: Received,
  field: string,
  value: Raw,
  { at, account, wabaId }: About,
): void {
  if (wabaId !== undefined && account !== undefined && account !== wabaId) {
    received.ignored.push({ kind: field, reason: `it is about another account: ${account}` });
    return;
  }
  const providerName = textOf(value.message_template_name);
  const news = readers[field]!(value);
  const other = (code: string) => received.events.push({ kind: 'other', code, data: value, timestamp: at });
  if (providerName === undefined || !news) {
    other(
      field === 'message_template_status_update'
        ? `TEMPLATE_${wordOf(value) || 'UPDATE'}`
        : field.toUpperCase(),
    );
    return;
  }
  const lang = textOf(value.message_template_language);
  received.events.push(
    present({
      kind: 'template-status' as const,
      providerName,
      lang: lang === undefined ? undefined : (normalLang(lang) ?? lang),
      templateId: textOf(value.message_template_id),
      ...news,
    }),
  );
  // It will be moved in a day: nothing that stands with the template, but somebody may want to appeal.
  if (value.correct_category !== undefined) other(field.toUpperCase());
}

const wordOf = ({ event }: Raw) => textOf(event)?.toUpperCase() ?? '';

function statusNews(value: Raw): News | undefined {
  const status = statusOf(wordOf(value));
  if (status === undefined) return undefined;
  const { rejection_info, other_info } = value;
  const reasons = [
    textOf(value.reason),
    textOf(objectOf(rejection_info).reason),
    textOf(objectOf(rejection_info).recommendation),
    textOf(objectOf(other_info).description),
  ].filter((reason) => reason !== undefined && reason !== 'NONE');
  return present({
    status,
    reason: reasons.join(': ') || undefined,
    category: textOf(value.message_template_category)?.toUpperCase(),
  });
}
