import { useLingui } from '@lingui/react/macro';

/** A custom field as the API tells it. */
export interface CustomField {
  id: number;
  key: string;
  name: string;
  type: FieldType;
}

export type FieldType = 'text' | 'number' | 'date' | 'list';

export const fieldPath = (key: string) => `/custom-fields/${encodeURIComponent(key)}`;

/** What the types are called. */
export function useTypeWords(): Record<FieldType, string> {
  const { t } = useLingui();
  return { text: t`Text`, number: t`Number`, date: t`Date`, list: t`List` };
}
