/** A team as the API tells it. */
export interface Team {
  code: string;
  name: string;
}

export const teamPath = (code: string) => `/teams/${encodeURIComponent(code)}`;
