import { expect, test } from 'vitest';
import { localScmConfig } from './config.ts';
import { pullRequestFact } from './pr-fact.ts';
import type { PullRequestRecord } from './record.ts';

const HEAD = 'a'.repeat(40);
const record: PullRequestRecord = {
  number: 1,
  session: 'app-1',
  branch: 'feat/a',
  base: 'main',
  title: 't',
  body: '',
  draft: false,
  state: 'open',
  headSha: HEAD,
  headAt: 0,
  openedAt: 0,
  mergedSha: null,
  mergeSha: null,
  mergedBy: null,
  intent: null,
  reviews: [],
  comments: [],
  comparison: null,
};
const checksWith = (...names: readonly string[]) =>
  pullRequestFact({
    key: 'local:app#1',
    record,
    config: localScmConfig.parse({}),
    checks: {
      sha: HEAD,
      firstFailureAt: null,
      process: null,
      runs: names.map((name) => ({
        name,
        run: 'true',
        required: true,
        status: 'completed' as const,
        conclusion: 'success' as const,
        log: null,
        attempt: 1,
      })),
    },
    required: ['lint', 'unit'],
    head: HEAD,
    base: HEAD,
    comparisonFailure: null,
    now: 1,
  }).checks;

test('a configured check that has not run for the head is named as missing', () => {
  expect(checksWith()).toMatchObject({ state: 'none', missing: ['lint', 'unit'] });
  expect(checksWith('lint')).toMatchObject({ state: 'passing', missing: ['unit'] });
  expect(checksWith('lint', 'unit').missing).toBeUndefined();
});
