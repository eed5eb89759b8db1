import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { useLingui } from '@lingui/react';
import { useFailureName } from '../failures.ts';
import type { Group } from './report.ts';

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
  const failureName = useFailureName();
  return (per, { key, name }) => {
    if (per === 'answer') return { name: key === '0' || key === '' ? t(msg`No answer`) : key };
    if (key === '') return { name: t(none[per] ?? msg`None`) };
    const told = (per === 'error' ? failureName(key) : undefined) ?? name ?? key;
    return told === key ? { name: key } : { name: told, code: key };
  };
}
