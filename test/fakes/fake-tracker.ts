import { notFound } from '../../src/slots/errors.ts';
import type { Issue, IssueComment, TrackerPlugin } from '../../src/slots/tracker.ts';

/** A tracker in memory. `failWith` makes every following call fail until it is null again. */
export interface FakeTracker extends TrackerPlugin {
  readonly issues: Map<string, Issue>;
  failWith: Error | null;
}

export function createFakeTracker(now: () => number = Date.now): FakeTracker {
  const issues = new Map<string, Issue>();
  const keys = new Set<string>();
  const find = (reference: string): Issue => {
    if (fake.failWith !== null) throw fake.failWith;
    const issue = issues.get(reference.trim().replace(/^#/, ''));
    if (issue === undefined)
      throw notFound('AO_TRACKER_NO_ISSUE', `There is no issue ${reference}.`);
    return issue;
  };
  const fake: FakeTracker = {
    issues,
    failWith: null,
    recognises: (reference) => /^#?[1-9][0-9]*$/.test(reference.trim()),
    get: async (reference) => find(reference),
    async list({ state = 'open', text, label, limit }) {
      if (fake.failWith !== null) throw fake.failWith;
      const found = [...issues.values()].filter(
        (issue) =>
          (state === 'all' || issue.state === state) &&
          (label === undefined || issue.labels.includes(label)) &&
          (text === undefined ||
            `${issue.title}\n${issue.body}`.toLowerCase().includes(text.toLowerCase())),
      );
      return found.slice(0, limit ?? found.length);
    },
    async comment(id, body, key) {
      const issue = find(id);
      if (keys.has(key)) return;
      keys.add(key);
      const comment: IssueComment = {
        id: `c${keys.size}`,
        author: 'ao',
        permission: 'admin',
        body,
        at: now(),
      };
      issues.set(issue.id, { ...issue, comments: [...issue.comments, comment], updatedAt: now() });
    },
    async update(id, { state, addLabels = [], removeLabels = [], assignee }) {
      const issue = find(id);
      const labels = [
        ...new Set([
          ...issue.labels.filter((label) => !removeLabels.includes(label)),
          ...addLabels,
        ]),
      ];
      issues.set(issue.id, {
        ...issue,
        state: state ?? issue.state,
        labels,
        assignee: assignee === undefined ? issue.assignee : assignee === '@me' ? 'ao' : assignee,
        updatedAt: now(),
      });
    },
    async create({ title, body, labels }) {
      if (fake.failWith !== null) throw fake.failWith;
      const id = String(issues.size + 1);
      const issue: Issue = {
        id,
        title,
        body,
        state: 'open',
        labels,
        assignee: null,
        author: null,
        authorPermission: 'admin',
        url: null,
        comments: [],
        updatedAt: now(),
      };
      issues.set(id, issue);
      return issue;
    },
    doctor: async () => [{ level: 'ok', what: 'fake tracker', fix: null }],
  };
  return fake;
}
