import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import type { Group } from './report.ts';

/** Why messages fail, in the language of the screen: the classes of docs/errors of the API. */
const failures: Record<string, MessageDescriptor> = {
  INVALID_RECIPIENT: msg`There is no such recipient`,
  UNREACHABLE: msg`The recipient cannot be reached`,
  OPTED_OUT: msg`The recipient wants no messages`,
  OUTSIDE_WINDOW: msg`The reply window was closed`,
  CONTENT_REJECTED: msg`The provider refused the content`,
  CONTENT_TOO_LONG: msg`Longer than the channel carries`,
  NOT_SUPPORTED: msg`The channel cannot carry such a message`,
  TEMPLATE: msg`The provider refused the template`,
  MEDIA: msg`The provider could not use the file`,
  RATE_LIMITED: msg`Sent too fast`,
  QUOTA: msg`Quota or balance used up`,
  UNAVAILABLE: msg`The provider could not be reached`,
  OUTCOME_UNKNOWN: msg`The provider did not say what became of it`,
  AUTH: msg`The provider refused the credentials`,
  CONFIG: msg`The channel is not set up correctly`,
  INTERNAL: msg`The connector failed`,
};

/** What is said of what has no key. */
const none: Record<string, MessageDescriptor> = {
  channel: msg`No channel`,
  template: msg`Without a template`,
  error: msg`No reason told`,
  agent: msg`Nobody`,
  queue: msg`No queue`,
  team: msg`No team`,
};

/** What a line of a report is called; `code`: its key, where the name is another one. */
export function useGroupNames(): (per: string, group: Group<unknown>) => { name: string; code?: string } {
  const { _: t } = useLingui();
  return (per, { key, name }) => {
    if (per === 'answer') return { name: key === '0' || key === '' ? t(msg`No answer`) : key };
    if (key === '') return { name: t(none[per] ?? msg`None`) };
    const failure = per === 'error' ? failures[key] : undefined;
    const told = failure ? t(failure) : (name ?? key);
    return told === key ? { name: key } : { name: told, code: key };
  };
}
