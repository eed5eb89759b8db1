import { useLingui } from '@lingui/react/macro';

export const modes = ['WEBHOOK', 'BOT', 'AGENT', 'PUSH', 'SCRIPTUS', 'NONE'] as const;

/** An app as the API tells it. */
export interface App {
  id: string;
  code: string;
  name: string;
  mode: (typeof modes)[number];
  type: string;
  contactInfoUrl?: string;
  props?: Record<string, unknown>;
}

/** A key as the API tells it, without the key itself. */
export interface Key {
  id: string;
  app: string;
  name: string;
  hint: string;
  kind: 'confidential' | 'publishable' | 'server';
  scope: 'read' | 'write';
  tenantWide: boolean;
  installation: boolean;
  makerNo?: number;
  createdAt: number;
  expiresAt?: number;
  revokedAt?: number;
  lastUsedAt?: number;
}

export const appPath = (code: string) => `/apps/${encodeURIComponent(code)}`;

export const isInForce = ({ revokedAt, expiresAt }: Key, now = Date.now()) =>
  revokedAt === undefined && (expiresAt === undefined || expiresAt > now);

/** What the modes and kinds are called. */
export function useAppWords() {
  const { t } = useLingui();
  return {
    modes: {
      WEBHOOK: t`Is told by webhook`,
      BOT: t`Bot`,
      AGENT: t`Desk of agents`,
      PUSH: t`Sends notifications`,
      SCRIPTUS: t`Script`,
      NONE: t`Nothing of this`,
    } satisfies Record<App['mode'], string>,
    kinds: {
      confidential: t`Confidential`,
      publishable: t`Publishable`,
      server: t`Server`,
    } satisfies Record<Key['kind'], string>,
  };
}
