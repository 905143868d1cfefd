/** One row of the audit log, before it is chained to the one before it. */
export interface AuditEntry {
  readonly at: number;
  readonly subject: string;
  readonly via: string;
  readonly action: string;
  readonly session: string | null;
  readonly detail: string;
  /** False: refused, or it failed. */
  readonly allowed: boolean;
}

export interface AuditRow extends AuditEntry {
  readonly id: number;
}

export interface AuditFilter {
  readonly session?: string | undefined;
  /** Part of the subject. */
  readonly person?: string | undefined;
  readonly action?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly refused?: boolean | undefined;
  readonly limit: number;
}

export interface AuditVerdict {
  readonly rows: number;
  /** The first row that does not fit, and why; null: all fit. */
  readonly broken: { readonly row: number; readonly why: string } | null;
  /** Hash of the last row: kept elsewhere it also tells of a chain that was made anew. */
  readonly head: string;
}
