import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PullRequestFact } from '../../../src/domain/session/facts.ts';
import { namedCommits } from '../../../test/fakes/github/commits.ts';
import { proofOf } from '../../../test/fakes/gitlab/server.ts';
import { type FakeClock, fakeClock } from '../../../test/support/fake-clock.ts';
import {
  type GitLabWorld,
  type GitLabWorldOptions,
  openGitLabWorld,
} from '../../../test/support/gitlab-world.ts';

const LEE = { subject: 'web:lee' as never, name: 'lee', via: 'web' as const };
let world: GitLabWorld;
let clock: FakeClock;
const opened = async (options: GitLabWorldOptions = {}): Promise<GitLabWorld> => {
  clock = fakeClock();
  world = await openGitLabWorld({ clock, named: namedCommits(), ...options });
  world.world.member('dana');
  return world;
};
const withGit = async (options: GitLabWorldOptions = {}): Promise<void> => {
  clock = fakeClock();
  world = await openGitLabWorld({ clock, ...options });
  world.world.member('dana');
};
beforeEach(() => {
  clock = fakeClock();
});
afterEach(async () => {
  await world.close();
  expect(world.fake.violations).toEqual([]);
});

/** A merge request of branch feat/a with one file. */
const open = async (): Promise<PullRequestFact> => {
  world.commit('feat/a', { 'a.txt': 'a\n' });
  return world.scm.create({
    session: 'app-1',
    branch: 'feat/a',
    base: 'main',
    title: 'Add a',
    body: '',
    draft: false,
  });
};
const look = async (prs: readonly string[] = []) =>
  (
    await world.scm.pullRequests([
      { session: 'app-1', branch: 'feat/a', base: 'main', prs, since: 0 },
    ])
  )[0]?.fact;
const merge = (pr: PullRequestFact, method: 'squash' | 'merge' | 'rebase' = 'squash') =>
  world.scm.merge(pr.key, {
    sha: pr.headSha,
    base: 'main',
    method,
    title: 'Add a',
    body: '',
    by: LEE,
  });

it('sees jobs one by one, tells their failures apart, and brings the log of those that count', async () => {
  await opened();
  const pr = await open();
  const gitlab = world.world;
  expect((await look())?.checks).toMatchObject({ state: 'none' });
  const unit = gitlab.job(pr.number, 'unit');
  const lint = gitlab.job(pr.number, 'lint', { allowFailure: true });
  expect((await look())?.checks).toMatchObject({ state: 'pending', sha: pr.headSha });
  gitlab.finish(pr.number, lint, 'failed');
  gitlab.finish(pr.number, unit, 'failed', {
    log: 'section_start:1:step_script\r\u001b[0K\u001b[0;33mExecuting\u001b[0m\n$ npm test\nnot ok 1 - greets\n  AssertionError: expected "hello"\nsection_end:2:step_script\r\u001b[0K\n',
  });
  clock.pass(1_000);
  const red = await look();
  expect(red?.checks).toMatchObject({ state: 'failing', firstFailureAt: clock.now() });
  expect(red?.checks.checks).toMatchObject([
    {
      name: 'unit',
      conclusion: 'failure',
      required: true,
      url: expect.stringContaining('/-/jobs/'),
    },
    { name: 'lint', conclusion: 'failure', required: false },
  ]);
  const { checks } = await world.scm.details(pr.key, pr.headSha);
  expect(checks[0]?.excerpt).toMatch(/Job "unit", stage "test", failed\.[\s\S]*AssertionError/);
  expect(checks[0]?.excerpt).not.toMatch(/section_/);
  expect(checks[1]?.excerpt).toBeNull();
  await world.scm.rerun(pr.key, pr.headSha);
  expect(unit.status).toBe('pending');
  gitlab.finish(pr.number, unit, 'failed', { failure: 'runner_system_failure', log: '' });
  clock.pass(1_000);
  expect((await look())?.checks.checks[0]).toMatchObject({ conclusion: 'infrastructure' });
  gitlab.finish(pr.number, unit, 'success');
  clock.pass(1_000);
  expect((await look())?.checks).toMatchObject({ state: 'passing' });
});

it('knows for which commit a pipeline of the merged result ran, and what outside services reported', async () => {
  await opened();
  const pr = await open();
  const { settings } = world.world;
  const outside = world.world.job(pr.number, 'jenkins', { outside: true, status: 'failed' });
  const { pipeline } = world.world.mr(pr.number);
  if (pipeline === null) throw new Error('no pipeline');
  pipeline.sha = 'f'.repeat(40);
  settings.mergedResults.set(pipeline.sha, ['e'.repeat(40), pr.headSha]);
  expect((await look())?.checks).toMatchObject({
    state: 'failing',
    sha: pr.headSha,
    checks: [{ name: 'jenkins', conclusion: 'failure', ref: null }],
  });
  settings.needsPipeline = true;
  world.world.finish(pr.number, outside, 'success');
  pipeline.status = 'SKIPPED';
  clock.pass(1_000);
  expect(await look()).toMatchObject({
    checks: { state: 'none', missing: ['pipeline'] },
    mergeability: 'blocked',
  });
});

it('ties approvals to head and base itself', async () => {
  await opened();
  const pr = await open();
  const gitlab = world.world;
  gitlab.settings.approvalsRequired = 1;
  expect((await look())?.review).toMatchObject({ decision: 'required', approvedBy: [] });
  clock.pass(1_000);
  gitlab.approve(pr.number, 'dana');
  expect((await look())?.review).toMatchObject({ decision: 'approved', approvedBy: ['dana'] });
  // GitLab still says approved after this push; ao doesn't.
  clock.pass(1_000);
  world.commit('feat/a', { 'b.txt': 'b\n' });
  expect((await look())?.review).toMatchObject({ decision: 'required', approvedBy: [] });
  clock.pass(1_000);
  gitlab.approve(pr.number, 'dana');
  expect((await look())?.review.approvedBy).toEqual(['dana']);
  clock.pass(1_000);
  world.commit('stage', { 's.txt': 's\n' });
  gitlab.retarget(pr.number, 'stage');
  expect((await look())?.review).toMatchObject({ decision: 'required', approvedBy: [] });
  clock.pass(1_000);
  gitlab.user('reader');
  gitlab.members.set('reader', 20);
  gitlab.approve(pr.number, 'reader');
  expect((await look())?.review.approvedBy).toEqual([]);
  gitlab.unapprove(pr.number, 'dana');
});

it('asks a reviewer again who asked for changes', async () => {
  await opened();
  const pr = await open();
  const gitlab = world.world;
  clock.pass(1_000);
  gitlab.requestChanges(pr.number, 'dana');
  const asked = await look();
  expect(asked?.review).toMatchObject({
    decision: 'changes_requested',
    requests: [{ by: 'dana', sha: pr.headSha }],
  });
  clock.pass(1_000);
  const sha = world.commit('feat/a', { 'b.txt': 'b\n' });
  for (let times = 0; times < 2; times += 1)
    await world.scm.askAgain?.(pr.key, { reviewers: ['dana'], from: pr.headSha, sha });
  expect((await look())?.review).toMatchObject({ decision: 'none', requests: [] });
  const said = gitlab
    .notesOf('mr', pr.number)
    .filter((note) => note.body.startsWith('@dana: the changes'));
  expect(said).toHaveLength(1);
});

it('reads threads with their place and hunk, replies in them, resolves them, and leaves internal notes alone', async () => {
  await withGit({ viewer: 'lee', botAuthors: ['Lint'] });
  const pr = await open();
  const gitlab = world.world;
  clock.pass(1_000);
  const note = gitlab.thread(pr.number, 'dana', 'Louder, please.', 'a.txt', 1);
  clock.pass(1_000);
  gitlab.addNote('mr', pr.number, 'lint', 'style');
  gitlab.addNote('mr', pr.number, 'dana', 'among us', { internal: true });
  gitlab.addNote('mr', pr.number, 'lee', 'by hand');
  const comments = (await look())?.review.comments ?? [];
  expect(comments).toMatchObject([
    {
      kind: 'inline',
      author: 'dana',
      permission: 'write',
      file: 'a.txt',
      line: 1,
      hunk: '@@ -0,0 +1 @@\n+a',
      resolved: false,
      threadId: note.discussion.id,
    },
    { kind: 'pr_comment', author: 'lint', isBot: true, threadId: null },
    // The token is a person's: what has no mark is the person's own word.
    { author: 'lee', own: false },
  ]);
  clock.pass(1_000);
  for (let times = 0; times < 2; times += 1)
    await world.scm.comment(pr.key, { body: 'On it.', key: 'k', inReplyTo: comments[0]?.id ?? '' });
  const after = (await look())?.review.comments ?? [];
  expect(after.at(-1)).toMatchObject({
    kind: 'reply',
    own: true,
    body: 'On it.',
    threadId: note.discussion.id,
  });
  await world.scm.resolveThread(pr.key, note.discussion.id);
  await world.scm.resolveThread(pr.key, after.find((one) => one.author === 'lint')?.id ?? '');
  const resolved = (await look())?.review.comments ?? [];
  expect(resolved.map((one) => [one.author, one.resolved])).toEqual([
    ['dana', true],
    ['lint', true],
    ['lee', false],
    ['lee', true],
  ]);
});

it('reads all notes of a long talk', async () => {
  await opened();
  const pr = await open();
  for (let n = 0; n < 250; n += 1) world.world.addNote('mr', pr.number, 'dana', `note ${n}`);
  expect((await look())?.review.comments).toHaveLength(250);
});

it('waits where GitLab says not yet, and tells why it refuses', async () => {
  await opened();
  const pr = await open();
  const gitlab = world.world;
  gitlab.mr(pr.number).notYet = 1;
  await expect(merge(pr)).rejects.toMatchObject({
    kind: 'transient',
    code: 'AO_SCM_NOT_YET',
    retryAfter: 2_000,
  });
  gitlab.settings.resolveThreads = true;
  const discussion = { id: 'd1', resolvable: true, resolved: false };
  gitlab.addNote('mr', pr.number, 'dana', 'Hm.', { discussion });
  await expect(merge(pr)).rejects.toMatchObject({
    kind: 'rejected',
    code: 'AO_SCM_RULES',
    message: expect.stringContaining('unresolved threads'),
  });
});

it('merges as the project says', async () => {
  await opened();
  const pr = await open();
  const gitlab = world.world;
  gitlab.settings.mergeMethod = 'ff';
  gitlab.settings.behind = true;
  expect(await world.scm.read(pr.key)).toMatchObject({
    mergeability: 'behind',
    requiresCurrentBase: true,
  });
  await world.scm.updateBranch(pr.key, pr.headSha);
  expect(gitlab.mr(pr.number).rebases).toBe(1);
  gitlab.settings.mergeMethod = 'merge';
  gitlab.settings.squash = 'never';
  const done = await world.again().merge(pr.key, {
    sha: pr.headSha,
    base: 'main',
    method: 'squash',
    title: 'Add a',
    body: '',
    by: LEE,
  });
  expect(done).toMatchObject({
    type: 'merged',
    note: expect.stringContaining('merged with a merge commit instead'),
  });
});

it('puts it into the merge train where there is one', async () => {
  await opened();
  world.world.settings.mergeTrains = true;
  const pr = await open();
  expect(await look()).toMatchObject({ mergeQueue: true, mergeability: 'clean' });
  expect(await merge(pr)).toEqual({ type: 'enqueued', mergeSha: null });
  expect(await world.scm.read(pr.key)).toMatchObject({ mergeability: 'queued', state: 'open' });
  expect(await merge(pr)).toEqual({ type: 'enqueued', mergeSha: null });
  expect(world.fake.log.filter((line) => line.startsWith('PUT'))).toEqual([]);
});

it('works with a server that knows less, and takes an undecided or hanging one for neither clean nor closed', async () => {
  await opened();
  for (const field of ['mergeabilityChecks', 'approvalsLeft', 'mergeTrainCar', 'reviewState'])
    world.world.settings.unknownFields.add(field);
  const pr = await open();
  world.world.mr(pr.number).undecided = 2;
  expect(await look()).toMatchObject({ mergeability: 'unknown' });
  expect(world.scm.nextLook?.()).toBeLessThanOrEqual(4_000);
  clock.pass(2_000);
  await look();
  expect(await look()).toMatchObject({ mergeability: 'clean' });
  world.world.mr(pr.number).state = 'locked';
  expect(await look()).toMatchObject({ state: 'open', mergeability: 'unknown' });
});

it('adopts a merge request of a fork by its own name, and pushes to it only where its author lets members', async () => {
  await withGit();
  const fork = world.fork('mallory/app');
  fork.commit('feat/x', { 'x.txt': 'x\n' });
  const one = world.world.open({ branch: 'feat/x', fork: 'mallory/app', author: 'mallory' });
  const key = await world.scm.resolve(`!${one.iid}`);
  expect(key).toBe(`gitlab:mallory/app#${one.iid}`);
  expect(await world.scm.read(key)).toMatchObject({
    foreign: true,
    readOnly: expect.stringContaining('does not allow'),
  });
  expect(await world.scm.head?.(key)).toMatchObject({
    from: { ref: `refs/merge-requests/${one.iid}/head` },
    push: { type: 'none' },
  });
  await expect(world.scm.deleteBranch(key)).rejects.toMatchObject({ code: 'AO_SCM_FOREIGN' });
  // The same branch name in the project itself is another one.
  const found = await world.scm.pullRequests([
    { session: 's', branch: 'feat/x', base: 'main', prs: [], since: 0 },
  ]);
  expect(found).toEqual([]);
});

it('follows a rename under the key it had, and says so once', async () => {
  await opened();
  const pr = await open();
  world.world.rename('acme/renamed');
  clock.pass(700_000);
  expect((await look([pr.key]))?.key).toBe(pr.key);
  const moved = world.scm.moved?.();
  expect(moved).toMatchObject({ from: 'acme/team/app', to: 'acme/renamed' });
  moved?.told();
  expect(world.scm.moved?.()).toBeNull();
  await world.scm.comment(pr.key, { body: 'still here', key: 'k', inReplyTo: null });
  expect(await world.again().resolve('acme/renamed!1')).toBe(pr.key);
});

it('makes no fact of an answer whose part failed, and keeps what it knew', async () => {
  await opened();
  await open();
  await look();
  for (const body of [
    '{"data":{"project":null}}',
    '{"data":{"project":{}},"errors":[{"message":"timeout"}]}',
    '<html>',
    '{"data":',
  ]) {
    world.fake.fault({ match: /graphql/, status: 200, body });
    await expect(look()).rejects.toMatchObject({ name: 'PluginError' });
  }
  world.fake.fault({
    match: /graphql/,
    status: 429,
    body: 'Retry later',
    headers: { 'retry-after': '5' },
  });
  await expect(look()).rejects.toMatchObject({ kind: 'transient', retryAfter: 5_000 });
  clock.pass(5_001);
  expect(await look()).toMatchObject({ state: 'open' });
});

it('takes deliveries of its project, each once, and looks at what they name', async () => {
  const key = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  await opened({ webhookSecret: key });
  const pr = await open();
  await look();
  const heard: Array<string | null> = [];
  world.scm.onChange((one) => heard.push(one));
  const send = (id: string, project: number) => {
    const body = JSON.stringify({
      object_kind: 'note',
      project: { id: project },
      merge_request: { iid: pr.number },
    });
    const headers = { 'x-gitlab-event': 'Note Hook', ...proofOf(key, id, body, clock.now()) };
    return world.scm.webhook({ headers, body: Buffer.from(body) });
  };
  expect(await send('1', 4242)).toEqual({ delivery: '1', event: 'Note Hook' });
  await send('1', 4242);
  await send('2', 99);
  expect(heard).toEqual([pr.key]);
  expect(world.scm.capabilities).toMatchObject({
    webhooks: true,
    signatureHeader: 'webhook-signature',
  });
});

it('says what the token lacks', async () => {
  await opened();
  const { settings, members } = world.world;
  const found = async () =>
    (await world.again().doctor()).map(({ level, what }) => `${level}: ${what}`);
  expect(await found()).toEqual([
    expect.stringMatching(
      /^ok: Merge requests of acme\/team\/app at 127\.0\.0\.1:\d+ as project_4242_bot_ao$/,
    ),
    'ok: Webhooks are accepted, proved by secret token',
  ]);
  settings.scopes = ['read_api'];
  settings.expiresAt = new Date(clock.now() + 86_400_000).toISOString().slice(0, 10);
  members.set(settings.tokenUser, 20);
  const told = (await found()).join('\n');
  expect(told).toContain('error: The token has no scope api, only: read_api');
  expect(told).toContain('warning: The token ends on');
  expect(told).toContain('error: project_4242_bot_ao has less than the role Developer');
});

it('costs one call a look while nothing moves, within the complexity GitLab allows', async () => {
  const commits = namedCommits();
  await opened({ named: commits });
  const branches = Array.from({ length: 60 }, (_, n) => `feat/${n}`);
  for (const branch of branches) commits.push(branch);
  for (const branch of branches) world.world.open({ branch });
  const targets = branches.map((branch) => ({
    session: branch,
    branch,
    base: 'main',
    prs: [],
    since: 0,
  }));
  expect(await world.scm.pullRequests(targets)).toHaveLength(60);
  const before = world.fake.meter.calls;
  await world.scm.pullRequests(targets);
  expect(world.fake.meter.calls - before).toBe(3);
  expect(world.fake.meter.complexity).toBeLessThanOrEqual(250);
  // A server that counts more is asked for less at once.
  world.world.settings.listsCost = 20;
  expect(await world.scm.pullRequests(targets)).toHaveLength(60);
  expect(await world.scm.quota()).toMatchObject({
    limit: 2_000,
    account: expect.stringContaining('project_4242_bot_ao at'),
  });
});
