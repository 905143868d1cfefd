import type { FileProblem } from '../lib/guarded/problem.ts';
import type { DoctorFinding } from './context.ts';

export interface IssueComment {
  readonly id: string;
  readonly author: string;
  readonly permission: 'none' | 'read' | 'write' | 'admin' | 'unknown';
  readonly body: string;
  readonly at: number;
}

export interface Issue {
  /** As people write it: `42`, `ENG-42`. */
  readonly id: string;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly assignee: string | null;
  readonly author: string | null;
  readonly authorPermission: 'none' | 'read' | 'write' | 'admin' | 'unknown';
  readonly url: string | null;
  readonly comments: readonly IssueComment[];
  readonly updatedAt: number;
}

export interface IssueQuery {
  readonly state?: 'open' | 'closed' | 'all';
  readonly text?: string;
  readonly label?: string;
  readonly limit?: number;
}

/** Where issues live. One instance per project. */
export interface TrackerPlugin {
  /** Throws `not_found` when there is no such issue. `reference` is an id or a URL of this tracker. */
  get(reference: string): Promise<Issue>;
  /** True when `reference` looks like one of this tracker's (number, key, URL); no I/O. */
  recognises(reference: string): boolean;
  list(query: IssueQuery): Promise<readonly Issue[]>;
  /** What the latest `list` left out because it could not be read. Left out: issues are not read from files. */
  unreadable?(): readonly FileProblem[];
  /** `key` makes it idempotent. */
  comment(id: string, body: string, key: string): Promise<void>;
  /** `assignee`: a login of the tracker, `@me` for the account ao acts as, null for nobody. `rejected` when it can't have the issue. */
  update(
    id: string,
    change: {
      state?: 'open' | 'closed';
      addLabels?: readonly string[];
      removeLabels?: readonly string[];
      assignee?: string | null;
    },
  ): Promise<void>;
  create(issue: { title: string; body: string; labels: readonly string[] }): Promise<Issue>;
  doctor(): Promise<readonly DoctorFinding[]>;
}
