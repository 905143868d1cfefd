import { expect } from 'vitest';
import { type ReadinessRow, readinessContract } from '../../../test/contract/readiness.ts';
import { type GitHubWorld, openGitHubWorld } from '../../../test/support/github-world.ts';

const KEY = 'github:acme/app#1';

readinessContract('github', async (row) => {
  const github = await openGitHubWorld();
  const { world } = github;
  world.collaborators.set('lee', 'write');
  if (row !== 'no checks at all') world.rules.requireChecks = ['build'];
  const files = row.startsWith('conflicting') ? { 'README.md': 'a\n' } : { 'a.txt': 'a\n' };
  github.commit('feat/a', files);
  world.open({ branch: 'feat/a', title: 'A', author: 'robot' });
  checks(row, github);
  bring(row, github);
  const fact = await github.scm.read(KEY);
  return {
    fact,
    async close() {
      await github.close();
      expect(github.fake.violations).toEqual([]);
    },
  };
});

function checks(row: ReadinessRow, { world }: GitHubWorld): void {
  const sha = world.pull(1).headSha;
  const run = (name: string, conclusion: string | null): void => {
    const made = world.check(sha, name, conclusion === null ? { status: 'IN_PROGRESS' } : {});
    if (conclusion !== null) world.finish(sha, made, conclusion);
  };
  if (row === 'no checks at all' || row === 'a required check has not reported') return;
  if (row === 'a required check red') return run('build', 'FAILURE');
  if (row === 'a required check runs') return run('build', null);
  run('build', 'SUCCESS');
  if (row.endsWith('an optional one red')) run('codecov/patch', 'FAILURE');
  if (row.endsWith('an optional one runs')) run('codecov/patch', null);
}

function bring(row: ReadinessRow, github: GitHubWorld): void {
  const { world } = github;
  if (row.includes('review') || row.includes('approved')) world.rules.requireReview = true;
  if (row.includes('approved')) world.review(1, 'lee', 'APPROVED');
  if (row === 'changes requested') world.review(1, 'lee', 'CHANGES_REQUESTED', 'x');
  if (row.includes('pushed to since')) {
    github.commit('feat/a', { 'a.txt': 'b\n' });
    checks('required checks green', github);
  }
  if (row === 'a draft') world.setDraft(1, true);
  if (row.startsWith('the base moved on')) github.commit('main', { 'b.txt': 'b\n' });
  if (row.endsWith('wants a current one') && !row.includes('no rule')) world.rules.strict = true;
  if (row.startsWith('conflicting')) github.commit('main', { 'README.md': 'b\n' });
  if (row.includes('merge queue')) Object.assign(world.pull(1), { queued: true });
  if (row.includes('merge queue')) world.rules.mergeQueue = true;
  if (row.startsWith('out of the merge queue')) world.leaveQueue(1);
  if (row.startsWith('closed')) world.close(1);
  if (row === 'closed and opened again') world.reopen(1);
}
