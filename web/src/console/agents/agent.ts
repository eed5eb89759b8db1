import { useLingui } from '@lingui/react/macro';

/** An agent as the API tells it. */
export interface Agent {
  code: string;
  no: number;
  name: string;
  displayName?: string;
  email?: string;
  /** `agent`, `supervisor`, `admin`, or a word of the business, which counts as `agent`. */
  role: string;
  status: string;
  active: boolean;
  imageUrl?: string;
  lang?: string;
  teams: string[];
  /** None: every queue of agents. */
  queues: string[];
  skills: string[];
}

export const agentPath = (code: string) => `/agents/${encodeURIComponent(code)}`;

export const roles = ['agent', 'supervisor', 'admin'] as const;

/** What the roles are called; a word of the business stays as it is. */
export function useRoleWord(): (role: string) => string {
  const { t } = useLingui();
  return (role) =>
    ({ agent: t`Agent`, supervisor: t`Supervisor`, admin: t`Administrator` })[
      role as (typeof roles)[number]
    ] ?? role;
}
