/** A canned answer of the business as the API tells it. */
export interface Answer {
  code: string;
  title: string;
  text: string;
  lang?: string;
  team?: string;
}

export const answerPath = (code: string) => `/canned-answers/${encodeURIComponent(code)}`;
