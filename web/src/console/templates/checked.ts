import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from '../../api/http.ts';
import { consoleKey } from '../list/rows.ts';
import { bodyOf, type TemplateButton, type Values } from './template.ts';

/** What was found about a field. */
export interface Finding {
  kind: 'refused' | 'unapproved' | 'changed';
  field: string;
  code: string;
  message: string;
  values?: Record<string, string | number>;
}

/** A message as a channel would show it. */
export interface Shown {
  type: string;
  text?: string;
  subject?: string;
  template?: { header?: string; body: string; footer?: string; media?: { type: string; link?: string } };
  media?: { link?: string; caption?: string };
  buttons?: TemplateButton[];
}

/** What a channel would make of it. */
export interface View {
  channel: string;
  approval: boolean;
  submits: boolean;
  findings: Finding[];
  content?: Shown;
  measure?: { segments: number };
}

export interface Checked {
  findings: Finding[];
  channels: View[];
}

/** Asks the server a moment after the last key; what was found before stands until the answer is there. */
export function useChecked(values: Values) {
  const body = JSON.stringify(
    bodyOf({ ...values, code: values.code || 'template', lang: values.lang || 'en' }),
  );
  const [asked, setAsked] = useState(body);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(body), 400);
    return () => clearTimeout(timer);
  }, [body]);
  return useQuery({
    queryKey: [consoleKey, 'checked', asked],
    queryFn: ({ signal }) => call<Checked>('POST', '/templates/check', { body: JSON.parse(asked), signal }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
}
