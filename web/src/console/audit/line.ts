/** A line of the audit log as the API tells it. */
export interface AuditLine {
  id: string;
  at: number;
  who: { kind: string; id?: string; name?: string; agent?: string };
  address?: string;
  requestId?: string;
  what: string;
  on: { kind: string; id?: string; name?: string };
  changes: FieldChange[];
  omitted?: number;
}

/** One field of what was changed; of a secret only what was done with it. */
export interface FieldChange {
  field: string;
  before?: unknown;
  after?: unknown;
  secret?: 'set' | 'replaced' | 'removed';
}
