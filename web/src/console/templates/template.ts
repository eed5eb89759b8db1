/** How a provider stands to a template, as the API tells it. */
export interface Approval {
  channel: string;
  status: 'APPROVED' | 'PENDING' | 'REJECTED' | 'PAUSED';
  reason?: string;
  category?: string;
  quality?: string;
  since?: number;
  outdated?: boolean;
}

export type ButtonKind = 'QUICK_REPLY' | 'URL' | 'PHONE_NUMBER';

export interface TemplateButton {
  type: ButtonKind | 'LOCATION_REQUEST';
  label: string;
  code?: string;
  url?: string;
  phone?: string;
}

/** One language variant, as the API tells it. */
export interface Template {
  code: string;
  lang: string;
  name: string;
  contactType?: string;
  category?: string;
  providerName?: string;
  title?: string;
  header?: string;
  body: string;
  footer?: string;
  buttons: TemplateButton[];
  media?: { type: string; link?: string; filename?: string };
  samples?: Record<string, string>;
  approvals: Approval[];
}

/** What the form holds of it. */
export interface Values {
  code: string;
  lang: string;
  name: string;
  contactType: string;
  category: string;
  providerName: string;
  title: string;
  header: string;
  body: string;
  footer: string;
  buttons: TemplateButton[];
  media: { type: string; link: string; filename: string };
  samples: Record<string, string>;
}

export const noMedia = { type: '', link: '', filename: '' };
export const fresh: Values = {
  ...{ code: '', lang: '', name: '', contactType: '', category: '', providerName: '', title: '' },
  ...{ header: '', body: '', footer: '', buttons: [], media: noMedia, samples: {} },
};

export function valuesOf(one: Template): Values {
  const { code, lang, name, body, buttons, samples = {}, media } = one;
  const { contactType = '', category = '', providerName = '', title = '', header = '', footer = '' } = one;
  return {
    ...{
      code,
      lang,
      name,
      contactType,
      category,
      providerName,
      title,
      header,
      body,
      footer,
      buttons,
      samples,
    },
    media: { ...noMedia, ...media },
  };
}

/** What the API is given of some values: those that are there. */
export function bodyOf({ media, name, ...rest }: Partial<Values>): Record<string, unknown> {
  return {
    ...rest,
    ...(name !== undefined && name !== '' && { name }),
    ...(media !== undefined && { media: media.type === '' ? null : media }),
  };
}

export const templatePath = (code: string, lang: string) =>
  `/templates/${encodeURIComponent(code)}/${encodeURIComponent(lang)}`;

/** The variables of a template, each once: without `data.`, as samples are named. */
export function variablesOf({ header, body, footer, title, media, buttons }: Values): string[] {
  const texts = [
    header,
    body,
    footer,
    title,
    media.link,
    ...buttons.flatMap(({ label, url }) => [label, url]),
  ];
  const found = texts.flatMap((text) => [...(text ?? '').matchAll(/\{\{\s*([\p{L}\p{N}_.$-]+)\s*\}\}/gu)]);
  return [...new Set(found.map(([, name = '']) => name.replace(/^data\./, '')))];
}
