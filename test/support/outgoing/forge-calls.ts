/** What ao writes to forges, with a text in each place that people read. */
import type { ScmPlugin } from '../../../src/slots/scm.ts';
import type { TrackerPlugin } from '../../../src/slots/tracker.ts';

type Calls<T> = Required<{
  [K in keyof T as NonNullable<T[K]> extends (...args: never[]) => unknown ? K : never]: T[K];
}>;
type Args<T> = {
  readonly [K in keyof Calls<T>]: Calls<T>[K] extends (...args: infer A) => unknown
    ? A | null
    : null;
};

const by = { subject: 'web:dana', name: 'Dana', via: 'web' } as never;

/** What people read at the forge. Null: the call carries no text. A new call does not compile without its line here. */
export const scmCalls = (seed: string): Args<ScmPlugin> => ({
  start: null,
  stop: null,
  pullRequests: null,
  nextLook: null,
  read: null,
  resolve: null,
  head: null,
  moved: null,
  unreadable: null,
  onChange: null,
  details: null,
  checkLog: null,
  create: [{ session: 's', branch: 'b', base: 'main', title: seed, body: seed, draft: false }],
  merge: ['1', { sha: 'a', base: 'main', method: 'squash', title: seed, body: seed, by }],
  deleteBranch: null,
  moveStacked: null,
  rerun: null,
  updateBranch: null,
  markReady: null,
  askAgain: null,
  review: [
    '1',
    { decision: 'comment', text: seed, by, file: 'a.ts', line: 1, key: 'k', sha: 'a', base: 'b' },
  ],
  comment: ['1', { body: seed, key: 'k', inReplyTo: null }],
  resolveThread: null,
  changedFiles: null,
  close: null,
  diff: null,
  changes: null,
  permission: null,
  codeOwners: null,
  quota: null,
  webhook: null,
  doctor: null,
});
export const trackerCalls = (seed: string): Args<TrackerPlugin> => ({
  get: null,
  recognises: null,
  list: null,
  unreadable: null,
  comment: ['42', seed, 'k'],
  update: [
    '42',
    { state: 'closed', addLabels: ['agent'], removeLabels: [] } as never,
    'k',
  ] as never,
  create: [{ title: seed, body: seed, labels: ['agent', seed] }],
  doctor: null,
});
